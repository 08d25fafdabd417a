"""What is sent and what is answered; the interface's description is made from these.

Turns, messages, decisions and memories are the records themselves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from flexsim.workforce.records import CompanyState, Memory, Role, Turn
from flexsim.workforce.service import MOST_TURNS
from flexsim.workforce.store.sessions import Progress
from flexsim.workforce.store.what_ifs import WhatIf


def _without_nul(text: str) -> str:
    """PostgreSQL cannot keep one, and SQLite would: neither does."""
    if "\0" in text:
        raise ValueError("there is a NUL in the text")
    return text


_NO_NUL: Final = AfterValidator(_without_nul)
SessionId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}[0-9a-f]{32}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=100_000, strip_whitespace=True), _NO_NUL]
Name = Annotated[str, StringConstraints(min_length=1, max_length=100), _NO_NUL]
Question = Annotated[str, StringConstraints(min_length=1, max_length=10_000), _NO_NUL]
Seed = Annotated[int, Field(ge=-(2**63), lt=2**63, description="Same seed, same session; a fresh one when not given.")]
TurnNumber = Annotated[int, Field(ge=0, le=MOST_TURNS)]


class _Request(BaseModel):
    """A body: what is not known is refused, so that a misspelt name does not pass for a default."""

    model_config = ConfigDict(extra="forbid")


class StartRequest(_Request):
    """What a session is to be about."""

    scenario: Annotated[Text, Field(examples=["The release slips by three weeks, and support is short of people"])]
    seed: Seed | None = None
    mind: Annotated[Name, Field(description="How the roles think.")] = "rules"
    roles: Annotated[
        list[Name] | None, Field(min_length=1, max_length=50, description="Who takes part; everybody when not given.")
    ] = None


class NextRequest(_Request):
    """Which session takes a turn."""

    session_id: SessionId


class WhatIfRequest(_Request):
    """What should have been different, from which turn on."""

    session_id: SessionId
    changes: Annotated[list[Question], Field(max_length=20, examples=[["headcount.support=+5"]])]
    at: Annotated[TurnNumber | None, Field(description="Fork after this turn; the last when not given.")] = None
    turns: Annotated[int, Field(ge=1, le=104, description="How many turns follow.")] = 12
    pairs: Annotated[int, Field(ge=1, le=200, description="How many pairs of branches are run.")] = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionDocument:
    """A session as it stands; times in UTC seconds."""

    id: str
    scenario: str
    seed: int
    mind: str
    status: str
    turns: int
    created: float
    updated: float
    roles: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyDocument:
    """What a role has done in a session."""

    role: str
    messages: int
    proposals: int
    accepted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionInFull:
    """A session, the company as it stands, what each role has done, and the last turn's summary."""

    session: SessionDocument
    state: CompanyState
    agents: Sequence[TallyDocument]
    summary: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPage:
    """Some of the sessions there are, the latest first."""

    total: int
    sessions: Sequence[SessionDocument]


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnPage:
    """Turns in order; ``total`` are behind the session."""

    total: int
    turns: Sequence[Turn]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryPage:
    """Memories: the best first where something was asked, else the latest first."""

    session_id: str
    turn: int
    memories: Sequence[Memory]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentList:
    """The roles there are, and the minds they can have."""

    agents: Sequence[Role]
    minds: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfDocument:
    """A question and its answer."""

    id: str
    session_id: str
    question: Mapping[str, Any]
    answer: Mapping[str, Any]
    created: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfList:
    """The latest questions to a session, the latest first."""

    what_ifs: Sequence[WhatIfDocument]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong, in words; ``request_id`` finds it in the log."""

    error: str
    request_id: str


def session_document(progress: Progress) -> SessionDocument:
    """A session as it is shown."""
    session = progress.session
    return SessionDocument(
        id=session.id, scenario=session.scenario, seed=session.seed, mind=session.mind, status=progress.status.value,
        turns=progress.turns, created=progress.created, updated=progress.updated,
        roles=[each.name for each in session.roles],
    )  # fmt: skip


def what_if_document(found: WhatIf) -> WhatIfDocument:
    """An answer as it is shown."""
    return WhatIfDocument(
        id=found.id, session_id=found.session_id, question=found.question, answer=found.answer, created=found.created
    )
