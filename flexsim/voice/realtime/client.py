"""A client's side of a Realtime session: messages to send, and what the server's mean. No I/O.

For the local engine and for the real service alike, in both dialects; events that mean nothing to a client, or that are
not known, are passed over.
"""

from collections.abc import Callable, Mapping, Sequence
from types import NoneType
from typing import Any, Final, TypeAlias, get_args, get_type_hints

from flexsim.errors import ProtocolError
from flexsim.voice.realtime.configuration import Configuration
from flexsim.voice.realtime.documents import update_document
from flexsim.voice.realtime.happenings import (
    AudioArrived,
    FunctionCalled,
    Happening,
    Refused,
    ResponseBegan,
    ResponseEnded,
    Said,
    SessionBegan,
    SessionChanged,
    SpeechBegan,
    SpeechEnded,
    Truncated,
    TurnTaken,
    Understood,
    WordsArrived,
)
from flexsim.voice.realtime.names import TODAY, Dialect, Sent, Told

Message: TypeAlias = dict[str, Any]
Event: TypeAlias = Mapping[str, Any]

_APPEND: Final = Sent.AUDIO_APPEND.value
_DELTAS: Final = frozenset({Told.AUDIO_DELTA.value, "response.audio.delta"})


class ClientSession:
    """Follows one session: whether it is there, configured, and answering."""

    __slots__ = ("_dialect", "active", "configured", "session_id")

    def __init__(self, dialect: Dialect = Dialect.GA) -> None:
        self._dialect = dialect
        self.session_id: str | None = None
        self.configured = False
        self.active: str | None = None  # the response that goes on

    # Messages to send.

    def configure(self, configuration: Configuration) -> Message:
        """Ask for these settings: all that the record says."""
        return {"type": Sent.SESSION_UPDATE.value, "session": update_document(configuration, self._dialect)}

    @staticmethod
    def append(audio: str) -> Message:
        """More sound: base64 in the session's format."""
        return {"type": _APPEND, "audio": audio}

    @staticmethod
    def commit() -> Message:
        """A turn ends here; without turn detection nobody else says so."""
        return {"type": Sent.AUDIO_COMMIT.value}

    @staticmethod
    def clear() -> Message:
        """Forget the sound since the last turn."""
        return {"type": Sent.AUDIO_CLEAR.value}

    @staticmethod
    def respond(**settings: Any) -> Message:
        """Ask for an answer; ``settings`` are those of ``response.create``, in the session's dialect."""
        return {"type": Sent.RESPONSE_CREATE.value, **({"response": settings} if settings else {})}

    @staticmethod
    def cancel() -> Message:
        """Stop the answer that is being made."""
        return {"type": Sent.RESPONSE_CANCEL.value}

    @staticmethod
    def truncate(item_id: str, audio_end_ms: int) -> Message:
        """Only so much of this answer was played."""
        kind = Sent.ITEM_TRUNCATE.value
        return {"type": kind, "item_id": item_id, "content_index": 0, "audio_end_ms": audio_end_ms}

    @staticmethod
    def result(call_id: str, output: str) -> Message:
        """What a called function gave, as text."""
        item = {"type": "function_call_output", "call_id": call_id, "output": output}
        return {"type": Sent.ITEM_CREATE.value, "item": item}

    @staticmethod
    def write(text: str) -> Message:
        """Say something in writing."""
        item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}
        return {"type": Sent.ITEM_CREATE.value, "item": item}

    # What the server says.

    def receive(self, event: Event) -> Happening | None:
        """What an event of the server's means; None where it means nothing to us. Raises ProtocolError where it is not whole."""
        name = event.get("type")
        try:
            if name.__class__ is str and name in _DELTAS:  # hot: every 40 ms of sound
                return _audio(event["response_id"], event["item_id"], event["delta"])
            read = _READERS.get(TODAY.get(str(name), ""))
            found = None if read is None else _checked(read(event))
        except (AttributeError, KeyError, TypeError) as error:
            raise ProtocolError(
                f"an event {name} of the server's is not whole: {error}", code="invalid_event"
            ) from error
        if found is not None:
            self._follow(found)
        return found

    def _follow(self, found: Happening) -> None:
        if isinstance(found, SessionBegan):
            self.session_id = found.session_id
        elif isinstance(found, SessionChanged):
            self.configured = True
        elif isinstance(found, ResponseBegan):
            self.active = found.response_id
        elif isinstance(found, ResponseEnded) and found.response_id == self.active:
            self.active = None


def _audio(response_id: Any, item_id: Any, audio: Any) -> AudioArrived:
    if not (response_id.__class__ is item_id.__class__ is audio.__class__ is str):
        raise TypeError("what should be a text is none")
    return AudioArrived(response_id, item_id, audio)


def _checked(found: Happening | None) -> Happening | None:
    """The same, if every value is of the type that its record has for it; raises TypeError."""
    for value, types in zip(found or (), _FIELDS.get(type(found), ()), strict=True):
        if not isinstance(value, types):
            raise TypeError(f"{value!r:.80} is not what it should be")
    return found


_TYPES: Final[Mapping[Any, tuple[type, ...]]] = {
    str: (str,), int: (int, float), bool: (bool,), str | None: (str, NoneType), Mapping[str, str]: (dict,),
    Mapping[str, Any]: (dict,), Sequence[str]: (list,),
}  # fmt: skip
_FIELDS: Final = {each: tuple(_TYPES[kind] for kind in get_type_hints(each).values()) for each in get_args(Happening)}


def _began(event: Event) -> Happening:
    response = event["response"]
    return ResponseBegan(response["id"], response.get("metadata") or {})


def _ended(event: Event) -> Happening:
    response = event["response"]
    details = response.get("status_details") or {}
    error = details.get("error") or {}
    reason = details.get("reason") or error.get("code") or error.get("message") or ""
    items = [each["id"] for each in response.get("output") or ()]
    return ResponseEnded(response["id"], response["status"], reason, response.get("metadata") or {}, items)


def _item_done(event: Event) -> Happening | None:
    item = event["item"]
    if item.get("type") != "function_call":
        return None
    return FunctionCalled(event["response_id"], item["id"], item["call_id"], item["name"], item["arguments"])


def _not_understood(event: Event) -> Happening:
    error = event.get("error") or {}
    return Understood(event["item_id"], None, error.get("message") or error.get("code") or "")


def _refused(event: Event) -> Happening:
    error = event["error"]
    found = (error.get(name) or "" for name in ("message", "type", "code", "param", "event_id"))
    return Refused(*found)


def _words(key: str, *, spoken: bool, whole: bool) -> Callable[[Event], Happening]:
    kind = Said if whole else WordsArrived
    return lambda event: kind(event["response_id"], event["item_id"], event[key], spoken)


_READERS: Final[Mapping[str, Callable[[Event], Happening | None]]] = {
    Told.SESSION_CREATED: lambda event: SessionBegan(event["session"].get("id") or ""),
    Told.SESSION_UPDATED: lambda event: SessionChanged(event["session"]),
    Told.SPEECH_STARTED: lambda event: SpeechBegan(event["item_id"], event["audio_start_ms"]),
    Told.SPEECH_STOPPED: lambda event: SpeechEnded(event["item_id"], event["audio_end_ms"]),
    Told.AUDIO_COMMITTED: lambda event: TurnTaken(event["item_id"]),
    Told.TRANSCRIPTION_COMPLETED: lambda event: Understood(event["item_id"], event["transcript"]),
    Told.TRANSCRIPTION_FAILED: _not_understood,
    Told.RESPONSE_CREATED: _began,
    Told.TRANSCRIPT_DELTA: _words("delta", spoken=True, whole=False),
    Told.TRANSCRIPT_DONE: _words("transcript", spoken=True, whole=True),
    Told.TEXT_DELTA: _words("delta", spoken=False, whole=False),
    Told.TEXT_DONE: _words("text", spoken=False, whole=True),
    Told.OUTPUT_ITEM_DONE: _item_done,
    Told.RESPONSE_DONE: _ended,
    Told.ITEM_TRUNCATED: lambda event: Truncated(event["item_id"], event["audio_end_ms"]),
    Told.ERROR: _refused,
}
