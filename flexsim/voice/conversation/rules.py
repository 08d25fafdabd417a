"""What a bridge is handed in: how turns are found, when to end, what functions do, and who writes it all down."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from flexsim.voice.conversation.records import Call, Direction, Side, Utterance
from flexsim.voice.realtime.configuration import Configuration


class TurnTaking(StrEnum):
    """Who finds the end of a turn: the listening session, or the bridge when a response is over."""

    SERVER_VAD = "server_vad"
    SEMANTIC_VAD = "semantic_vad"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How a conversation goes; times in seconds.

    ``words_are_placed``: the sessions send words in step with their sound, so that it shows which were played of an
    interrupted utterance; of another session's words as large a share is taken as of its sound.
    """

    turns: TurnTaking = TurnTaking.SEMANTIC_VAD
    opener: Side = Side.AGENT
    max_turns: int = 200
    max_duration: float = 600.0
    silence_timeout: float = 30.0
    words_are_placed: bool = True


class Answer(NamedTuple):
    """What a function gave: an output or an error, and after how many seconds."""

    output: Mapping[str, Any] | None
    error: str | None
    delay: float


# A function's name and its arguments to its answer.
Functions = Callable[[str, Mapping[str, Any]], Answer]
# The same to why the conversation ends by that call, once it is answered; None where it goes on.
Ending = Callable[[Side, str, Mapping[str, Any]], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One side's part: what its session is set to, what its functions do, and what the line does to its sound, if anything."""

    session: Configuration
    functions: Functions
    carry: Callable[[str], str] | None = None
    delay: float = 0.0  # by which the line is late


class Recording(Protocol):
    """Whoever keeps the conversation, told of everything in order."""

    def sound(self, caller: str | None, agent: str | None) -> None:
        """A frame of both sides; None is silence."""

    def event(self, at: float, side: Side, direction: Direction, event: Mapping[str, Any]) -> None:
        """Something that a session was sent, or sent."""

    def said(self, utterance: Utterance) -> None:
        """An utterance is over."""

    def called(self, call: Call) -> None:
        """A function was answered."""

    def marked(self, start: float, end: float, text: str) -> None:
        """Something to find again."""
