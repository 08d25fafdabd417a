"""What the workforce's parts hand each other: roles, messages, proposals, decisions, the company's state, turns, memories.

The minds and the company's model make them, the store keeps them, the interface shows them. Everything is frozen: a
turn that happened does not change.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

# Capabilities besides the actions that a role may propose: who decides, and who is told what became of all decisions.
DECIDES: Final = "decides"
SUMMARISES: Final = "summarises"


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """How somebody argues, each from 0 to 1."""

    assertiveness: float = 0.5
    analytical: float = 0.5
    collaborative: float = 0.5
    creative: float = 0.5
    detail_oriented: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A member of the company. ``priority`` 1 speaks first; equal ones make a wave, which thinks in parallel."""

    name: str
    title: str
    goals: tuple[str, ...]
    responsibilities: tuple[str, ...]
    capabilities: tuple[str, ...]
    traits: Traits
    priority: int
    prompt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Something said in a turn, to some roles by name (none: to all)."""

    turn: int
    wave: int
    sender: str
    recipients: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An action of the documented repertoire that a role asks for: ``kind`` and its ``amount``, whose unit the repertoire says."""

    role: str
    kind: str
    amount: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What became of a proposal, and who decided why."""

    turn: int
    proposal: Proposal
    accepted: bool
    decided_by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyState:
    """The company after a turn; a turn is a week. Money in thousands of dollars, shares from 0 to 1, backlog in work items.

    ``service_level`` is the share of contacts answered in time, ``churn`` the share of customers lost in a week.
    """

    turn: int = 0
    headcount: Mapping[str, int] = field(default_factory=dict)
    customers: int = 0
    backlog: float = 0.0
    quality: float = 0.0
    budget: float = 0.0
    revenue: float = 0.0
    morale: float = 0.0
    service_level: float = 0.0
    churn: float = 0.0
    price: float = 0.0  # dollars that a customer pays in a week
    value: float = 0.0  # what the product is worth to customers; 1 is what the market offers
    release_in: float = 0.0  # weeks of planned work until the next release
    releases: int = 0  # shipped so far
    attention: float = 0.0  # share of new customers on top, by what marketing and releases stirred up; fades
    skill: float = 1.0  # of support: contacts take 1 / skill of their usual time
    incident: float = 0.0  # severity of an outage, 0 for none
    market: float = 0.0  # share of new customers on top, by how the market goes
    contacts: int = 0  # that reached support in the week
    overhead: float = 0.0  # thousands of dollars a week beside pay
    costs: float = 0.0  # all of the week's; budget changes by revenue less costs
    rookies: Mapping[str, float] = field(default_factory=dict)  # of the headcount, who are new and half as quick


class MemoryKind(StrEnum):
    """Short-term: this turn's. Long-term: kept for its importance. Episodic: what happened. Semantic: what holds in general."""

    SHORT_TERM = "short_term"
    LONG_TERM = "long_term"
    EPISODIC = "episodic"
    SEMANTIC = "semantic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Something a role remembers: ``importance`` from 0 to 1 as of ``turn``; forgotten after ``expires`` (a turn), where given."""

    role: str
    kind: MemoryKind
    text: str
    importance: float
    turn: int
    expires: int | None = None


class Recall(Protocol):
    """Whatever finds memories: the store by full-text search, a list in memory for runs that keep nothing."""

    def recall(self, role: str, query: str, *, turn: int, limit: int) -> Sequence[Memory]:
        """The memories of ``role`` that matter most to ``query`` as of ``turn``, best first: relevance, importance, recency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a model's answers cost: tokens in and out, dollars, calls. Rules cost nothing."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    dollars: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn, whole: nothing of it exists before all of it does."""

    number: int
    messages: tuple[Message, ...]
    decisions: tuple[Decision, ...]
    state: CompanyState
    summary: str
    memories: tuple[Memory, ...]
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A simulation: what it is about, who takes part, how they think, where the company began."""

    id: str
    scenario: str
    seed: int
    mind: str
    roles: tuple[Role, ...]
    beginning: CompanyState


# Told of what is said and decided while a turn runs, for those who watch; it has happened only once the turn is whole.
Listener = Callable[[Message | Decision], None]


class Simulator(Protocol):
    """Whatever takes a session one turn further: the turn engine with its minds. It keeps nothing between calls."""

    async def next_turn(
        self, session: Session, turns: Sequence[Turn], memories: Recall, listener: Listener | None = None
    ) -> Turn:
        """The turn after ``turns``; the same arguments give the same turn where minds are rules."""
