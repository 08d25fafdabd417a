"""What a caller says into the other's turns: when it interrupts, when it says mm-hm, and which of that was really said. Pure.

Nobody tells a mind whether its interjection came in time: it is dropped where the other has stopped before. That the other's
words came cut off is the sign that it was said.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from flexsim.randomness import Generator
from flexsim.voice.dialogue.language import Wording
from flexsim.voice.dialogue.personas import Persona
from flexsim.voice.ports import Heard, Interjection, InterjectionKind, Written

BACK_CHANNELS: Final = 0.15  # the chance, at each turn of the other's into which it does not speak otherwise
_INTERRUPTS_AFTER: Final = (0.8, 2.2)  # seconds into the other's turn
_BACK_CHANNEL_AFTER: Final = (1.0, 3.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planned:
    text: str
    states: bool  # it says why the caller calls


class Interjecting:
    """One caller's interjections."""

    __slots__ = ("_generator", "_persona", "_planned", "_wording")

    def __init__(self, persona: Persona, wording: Wording, generator: Generator) -> None:
        self._persona = persona
        self._wording = wording
        self._generator = generator
        self._planned: list[_Planned] = []

    def draw(self, problem: Callable[[], str] | None) -> Interjection | None:
        """At the beginning of a turn of the other's. ``problem`` says why it calls, as long as it has not said so."""
        if self._generator.random() < self._persona.tendency_to_interrupt:
            text = problem() if problem else self._wording.say("caller.interrupt")
            self._planned.append(_Planned(text=text, states=problem is not None))
            after = self._generator.uniform(*_INTERRUPTS_AFTER)
            return Interjection(text=text, after=after, kind=InterjectionKind.INTERRUPTION)
        if self._generator.random() < BACK_CHANNELS:
            after = self._generator.uniform(*_BACK_CHANNEL_AFTER)
            text = self._wording.say("caller.back_channel")
            return Interjection(text=text, after=after, kind=InterjectionKind.BACK_CHANNEL)
        return None

    def said(self, spoken: Sequence[Heard | Written]) -> tuple[str, bool]:
        """What it has said into the turns that came, and whether that told why it calls; nothing where it let them pass."""
        planned, self._planned = self._planned, []
        cut = any(isinstance(each, Heard) and not each.complete for each in spoken)
        if not planned or not cut:
            return "", False
        return planned[-1].text, any(each.states for each in planned)
