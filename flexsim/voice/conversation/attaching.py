"""Voice contacts of a contact centre that are conversations: who is accepted first talks, is recorded, and takes as long as that.

The recordings are called as the contacts are. A contact's id decides who calls and why, so that the same simulation has
the same conversations.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flexsim.randomness import Randomness
from flexsim.voice.conversation.batch import CONVERSATIONS
from flexsim.voice.conversation.casting import Plan
from flexsim.voice.conversation.choosing import agent_of
from flexsim.voice.conversation.conversing import Outcome, Setting, converse_virtually
from flexsim.voice.conversation.records import EndReason
from flexsim.voice.dialogue import callers, scenarios
from flexsim.voice.ports import Speaker

VOICE: Final = "voice"  # the channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A contact that was a conversation."""

    contact: str
    outcome: Outcome


class Voices:
    """Lets the first ``count`` voice contacts that are accepted talk. ``begun`` says where to; then ask for each contact."""

    def __init__(self, count: int, seed: int, speaker: Speaker) -> None:
        self._count = count
        self._randomness = Randomness(seed)
        self._speaker = speaker
        self._folder = Path()
        self._talks: dict[str, float] = {}
        self.attached: list[Attached] = []

    def begun(self, run: Path) -> None:
        """The run's folder is there."""
        self._folder = run / CONVERSATIONS

    def talk(self, contact: str, values: Mapping[str, object]) -> float | None:
        """How long this contact is talked to, in seconds; None where it is none of those that are conversations."""
        known = self._talks.get(contact)
        if known is not None or len(self.attached) >= self._count or values.get("channel") != VOICE:
            return known
        outcome = converse_virtually(self._plan(contact), Setting(out=self._folder, name=contact), self._speaker)
        if outcome.end_reason is EndReason.INTERRUPTED:
            raise KeyboardInterrupt
        self.attached.append(Attached(contact=contact, outcome=outcome))
        self._talks[contact] = duration = float(outcome.metadata["duration"])
        return duration

    def _plan(self, contact: str) -> Plan:
        generator = self._randomness.generator("voices", contact)
        scenario = scenarios.scenario(generator.choice(scenarios.names()))
        return Plan(
            caller=callers.caller(generator.choice(callers.names())),
            scenario=scenario,
            agent=agent_of(None, scenario),
            seed=generator.getrandbits(31),
        )
