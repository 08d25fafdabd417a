"""What a recorded conversation holds, as its folder tells it.

Times are seconds on the audio clock: 0 is the first frame, so they are positions in the sound.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]


class Side(StrEnum):
    """Who of the two."""

    CALLER = "caller"
    AGENT = "agent"

    @property
    def other(self) -> "Side":
        """Whom it speaks to."""
        return Side.AGENT if self is Side.CALLER else Side.CALLER


SIDES = (Side.CALLER, Side.AGENT)


class Kind(StrEnum):
    """Why an utterance was made: it was the speaker's turn, or the other was speaking."""

    TURN = "turn"
    INTERRUPTION = "interruption"
    BACK_CHANNEL = "back_channel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """What one side said. ``understood`` is whether the other understood it; None where nobody was asked.

    ``end`` is where its sound ends; ``text`` is what was played until then, when it was ``interrupted``.
    """

    side: Side
    text: str
    start: float
    end: float
    interrupted: bool = False
    kind: Kind = Kind.TURN
    item_id: str = ""
    heard: str | None = None
    understood: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionCall:
    """A function that one side called; ``error`` is what it answered in place of a result."""

    at: float
    side: Side
    call_id: str
    name: str
    arguments: Any
    result: Any = None
    error: str | None = None
    duration: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """Both channels, equally long, ``rate`` samples a second."""

    rate: int
    caller: Samples
    agent: Samples

    @property
    def duration(self) -> float:
        """In seconds."""
        return len(self.caller) / self.rate

    def of(self, side: Side) -> Samples:
        """The channel of this side."""
        return self.caller if side is Side.CALLER else self.agent


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A conversation. What the folder does not hold is None, and ``missing`` says so, a line each.

    ``functions`` are the schemas of the agent's functions' arguments, by name.
    """

    conversation_id: str
    utterances: Sequence[Utterance] | None = None
    calls: Sequence[FunctionCall] | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    functions: Mapping[str, Any] | None = None
    sound: Sound | None = None
    missing: tuple[str, ...] = ()

    @property
    def duration(self) -> float:
        """Of the conversation: what the metadata says, else its sound, else the end of what was said."""
        told = self.metadata.get("duration")
        if isinstance(told, int | float) and not isinstance(told, bool) and told > 0:
            return float(told)
        if self.sound is not None:
            return self.sound.duration
        return max((each.end for each in self.utterances or ()), default=0.0)

    @property
    def end_reason(self) -> str | None:
        """Why it ended."""
        found = self.metadata.get("end_reason")
        return found if isinstance(found, str) else None

    @property
    def reached(self) -> bool | None:
        """Whether the caller's goal was reached, by the state at the end; None where that was not judged."""
        goal = self.metadata.get("goal")
        found = goal.get("reached") if isinstance(goal, Mapping) else None
        return found if isinstance(found, bool) else None

    @property
    def caller(self) -> str:
        """The caller's name."""
        return self._name("caller")

    @property
    def scenario(self) -> str:
        """The scenario's name."""
        return self._name("scenario")

    @property
    def agent(self) -> str:
        """The agent's name."""
        return self._name("agent")

    @property
    def seed(self) -> int | None:
        """What decided the conversation, if anything did."""
        found = self.metadata.get("seed")
        return found if isinstance(found, int) else None

    def _name(self, what: str) -> str:
        found = self.metadata.get(what)
        name = found.get("name") if isinstance(found, Mapping) else found
        return name if isinstance(name, str) and name else "unknown"
