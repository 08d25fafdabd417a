"""The one interface of all minds, and what passes through it: what a role sees, and what it says."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from flexsim.randomness import Family
from flexsim.workforce.records import CompanyState, Memory, Proposal, Role, Turn, Usage
from flexsim.workforce.scenario import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """What ``role`` thinks of a proposal: ``stance`` from -1, against it, to 1, for it."""

    role: str
    proposal: Proposal
    stance: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """What a role says in one wave: a text to some roles by name (none: to all), and what the text comes to."""

    role: str
    recipients: tuple[str, ...] = ()
    text: str = ""
    proposals: tuple[Proposal, ...] = ()
    positions: tuple[Position, ...] = ()
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """All that a role knows when it thinks: itself, the others, the scenario, the company, what was and what was just said.

    ``turn`` is the one being made, ``state`` the company before it; ``heard`` what was said in earlier waves of this turn.
    ``draws`` gives rules their whims, by name, so that none depends on how many others were drawn. Without ``words`` nobody
    reads the texts, and they may be left out.
    """

    role: Role
    roles: tuple[Role, ...]
    scenario: Scenario
    turn: int
    state: CompanyState
    history: Sequence[Turn]
    heard: tuple[Utterance, ...]
    memories: tuple[Memory, ...]
    draws: Family
    words: bool = True


class Mind(Protocol):
    """How roles think. A wave's roles are asked together, and think at the same time where that takes time."""

    @property
    def name(self) -> str:
        """As a session says it: ``rules``, ``llm``."""

    @property
    def repeatable(self) -> bool:
        """Whether the same views always give the same utterances."""

    async def propose(self, views: Sequence[View]) -> Sequence[Utterance]:
        """What each says, and proposes, in its wave; in the order of ``views``."""

    async def weigh(self, views: Sequence[View], proposals: Sequence[Proposal]) -> Sequence[Utterance]:
        """What each thinks of the proposals that are not its own, once all are on the table; silence has no text."""
