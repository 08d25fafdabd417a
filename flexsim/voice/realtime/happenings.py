"""What a client of a Realtime session learns from the server, as typed records, whatever the dialect.

Tuples, not dataclasses: there is one for every 40 ms of sound, and a dataclass costs three times as much to make.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias


class SessionBegan(NamedTuple):
    """The session is there; it may be configured."""

    session_id: str


class SessionChanged(NamedTuple):
    """What was asked for is in force."""

    settings: Mapping[str, Any]


class SpeechBegan(NamedTuple):
    """The server hears speech in what was appended, from ``at_ms`` of it: whatever it said itself is to be silenced."""

    item_id: str
    at_ms: int


class SpeechEnded(NamedTuple):
    """And hears no more of it."""

    item_id: str
    at_ms: int


class TurnTaken(NamedTuple):
    """What was appended has become an item of the conversation."""

    item_id: str


class Understood(NamedTuple):
    """What was appended was transcribed; ``text`` is None where that failed, and ``problem`` says why."""

    item_id: str
    text: str | None
    problem: str = ""


class ResponseBegan(NamedTuple):
    """The server begins to answer; its ``metadata`` tells what the local engine's mind intends."""

    response_id: str
    metadata: Mapping[str, str]


class AudioArrived(NamedTuple):
    """Sound to be played: base64 in the session's format."""

    response_id: str
    item_id: str
    audio: str


class WordsArrived(NamedTuple):
    """Words of what is spoken, or written where ``spoken`` is false."""

    response_id: str
    item_id: str
    text: str
    spoken: bool


class Said(NamedTuple):
    """The whole text of what was spoken, or written."""

    response_id: str
    item_id: str
    text: str
    spoken: bool


class FunctionCalled(NamedTuple):
    """A function is to be called: give its result with ``ClientSession.result``, then ask for a response."""

    response_id: str
    item_id: str
    call_id: str
    name: str
    arguments: str


class ResponseEnded(NamedTuple):
    """The answer is over: ``completed``, ``cancelled``, ``incomplete`` or ``failed``; ``reason`` says why not completed."""

    response_id: str
    status: str
    reason: str
    metadata: Mapping[str, str]
    items: Sequence[str]


class Truncated(NamedTuple):
    """Only so much of an answer counts as said."""

    item_id: str
    audio_end_ms: int


class Refused(NamedTuple):
    """The server did not like something; ``event_id`` is that of the message it means, where it has one."""

    message: str
    kind: str
    code: str
    parameter: str
    event_id: str


Happening: TypeAlias = (
    SessionBegan
    | SessionChanged
    | SpeechBegan
    | SpeechEnded
    | TurnTaken
    | Understood
    | ResponseBegan
    | AudioArrived
    | WordsArrived
    | Said
    | FunctionCalled
    | ResponseEnded
    | Truncated
    | Refused
)
