"""Events as frames: JSON in UTF-8, one event in each."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from flexsim.errors import ProtocolError
from flexsim.voice.realtime.announcing import Event

MOST_BYTES: Final = (20 << 20) + (
    1 << 16
)  # of a frame: 15 MiB of sound in base64, the service's limit, and what is around it

encode: Final = orjson.dumps


def decode(frame: str | bytes, *, text: bool = True) -> Mapping[str, Any]:
    """The event in a text frame; raises ProtocolError for anything else."""
    if not text:
        raise ProtocolError("Events are sent in text frames, not in binary ones.", code="invalid_event")
    try:
        found = orjson.loads(frame)
    except ValueError as error:  # also where it is nested too deeply
        raise ProtocolError(f"The event is not valid JSON: {error}.", code="invalid_json") from error
    if not isinstance(found, dict):
        raise ProtocolError("An event is a JSON object.", code="invalid_event")
    return found


def refusal(error: ProtocolError, event_id: str) -> Event:
    """The event ``error`` for what was no event at all."""
    about = {"type": error.kind, "code": error.code, "message": str(error), "param": error.parameter, "event_id": None}
    return {"type": "error", "event_id": event_id, "error": about}
