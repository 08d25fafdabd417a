"""The operations on sessions: start, next, what-if, look, pause, resume, listen."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Response
from sse_starlette import EventSourceResponse

from flexsim.randomness import fresh_seed
from flexsim.workforce.api import documents
from flexsim.workforce.api.answers import problems
from flexsim.workforce.api.events import stream
from flexsim.workforce.api.metrics import Metrics
from flexsim.workforce.records import Turn
from flexsim.workforce.service import MOST_TURNS, Beginning, Question, Service
from flexsim.workforce.store.sessions import Progress, Status

_Session = Annotated[documents.SessionId, Path(description="A session's id.")]
_Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key", pattern=r"^[\x21-\x7e]{1,200}$", min_length=1, max_length=200,
        description="Of your choice. Asked again with the same one, the session gives the same turn and takes no other.",
    ),
]  # fmt: skip
_Limit = Annotated[int, Query(ge=1, le=200)]
_Offset = Annotated[int, Query(ge=0, le=1_000_000)]
_After = Annotated[int | None, Query(ge=0, le=MOST_TURNS, description="Turns after this one.")]


def routes(service: Service, metrics: Metrics) -> APIRouter:
    """The operations, on this service."""
    router = APIRouter(prefix="/simulate", tags=["simulate"])
    _add_taking(router, service, metrics)
    _add_asking(router, service)
    _add_looking(router, service)
    _add_halting(router, service)
    return router


def _add_taking(router: APIRouter, service: Service, metrics: Metrics) -> None:
    @router.post("/start", status_code=201, responses=problems())
    async def start(asked: documents.StartRequest) -> documents.SessionDocument:
        """Start a session."""
        progress = await service.start(
            Beginning(
                scenario=asked.scenario, mind=asked.mind, seed=fresh_seed() if asked.seed is None else asked.seed,
                roles=None if asked.roles is None else tuple(asked.roles),
            )
        )  # fmt: skip
        metrics.sessions.inc()
        return documents.session_document(progress)

    @router.post("/next", responses=problems(404, 409, 502))
    async def take(asked: documents.NextRequest, response: Response, key: _Key = None) -> Turn:
        """Take a session one turn further."""
        taken = await service.next(asked.session_id, key)
        if taken.again:
            response.headers["idempotency-replayed"] = "true"
        else:
            _count(metrics, taken.turn)
        return taken.turn


def _count(metrics: Metrics, turn: Turn) -> None:
    metrics.turns.inc()
    metrics.tokens.labels("input").inc(turn.usage.input_tokens)
    metrics.tokens.labels("output").inc(turn.usage.output_tokens)
    metrics.dollars.inc(turn.usage.dollars)


def _add_asking(router: APIRouter, service: Service) -> None:
    @router.post("/what-if", responses=problems(404, 409, 502))
    async def ask(asked: documents.WhatIfRequest) -> documents.WhatIfDocument:
        """Fork a session and compare: what would come of it if these things were different."""
        question = Question(changes=tuple(asked.changes), at=asked.at, turns=asked.turns, pairs=asked.pairs)
        return documents.what_if_document(await service.what_if(asked.session_id, question))

    @router.get("/{session_id}/what-ifs", responses=problems(404))
    async def answers(session_id: _Session, limit: _Limit = 50) -> documents.WhatIfList:
        """What was asked about a session, and answered."""
        found = await asyncio.to_thread(service.store.what_ifs, session_id, limit=limit)
        return documents.WhatIfList(what_ifs=[documents.what_if_document(each) for each in found])


def _add_looking(router: APIRouter, service: Service) -> None:
    @router.get("", responses=problems())
    async def sessions(status: Status | None = None, limit: _Limit = 50, offset: _Offset = 0) -> documents.SessionPage:
        """The sessions there are, the latest first."""
        total, found = await asyncio.to_thread(service.store.sessions, status=status, limit=limit, offset=offset)
        return documents.SessionPage(total=total, sessions=[documents.session_document(each) for each in found])

    @router.get("/{session_id}", responses=problems(404))
    async def session(session_id: _Session) -> documents.SessionInFull:
        """A session, and the company as it stands."""
        return await asyncio.to_thread(_in_full, service, session_id)

    @router.get("/{session_id}/turns", responses=problems(404))
    async def turns(session_id: _Session, after: _After = None, limit: _Limit = 20) -> documents.TurnPage:
        """A session's turns in order."""
        progress, found = await asyncio.to_thread(_page, service, session_id, after or 0, limit)
        return documents.TurnPage(total=progress.turns, turns=found)

    @router.get("/{session_id}/events", response_class=EventSourceResponse, responses=problems(404))
    async def events(
        session_id: _Session,
        after: _After = None,
        last: Annotated[int | None, Header(alias="Last-Event-ID", ge=0, le=MOST_TURNS)] = None,
    ) -> Any:
        """A session's turns while they run, as server-sent events: turn-started, message, decision, turn, turn-failed."""
        await asyncio.to_thread(service.store.session, session_id)
        return stream(service, session_id, after if last is None else last)


def _add_halting(router: APIRouter, service: Service) -> None:
    @router.post("/{session_id}/pause", responses=problems(404))
    async def pause(session_id: _Session) -> documents.SessionDocument:
        """Let a session take no more turns until it is resumed; a turn that is under way still happens."""
        return documents.session_document(await service.set_status(session_id, Status.PAUSED))

    @router.post("/{session_id}/resume", responses=problems(404))
    async def resume(session_id: _Session) -> documents.SessionDocument:
        """Let a session take turns again."""
        return documents.session_document(await service.set_status(session_id, Status.RUNNING))


def _in_full(service: Service, session_id: str) -> documents.SessionInFull:
    progress, tallies = service.store.session_with_tallies(session_id)
    last = service.store.turns(session_id, after=progress.turns - 1, limit=1) if progress.turns else ()
    return documents.SessionInFull(
        session=documents.session_document(progress),
        state=last[0].state if last else progress.session.beginning,
        agents=[
            documents.TallyDocument(
                role=each.role, messages=each.messages, proposals=each.proposals, accepted=each.accepted
            )
            for each in tallies
        ],
        summary=last[0].summary if last else None,
    )


def _page(service: Service, session_id: str, after: int, limit: int) -> tuple[Progress, list[Turn]]:
    progress = service.store.session(session_id)
    most = min(limit, progress.turns - after)
    return progress, list(service.store.turns(session_id, after=after, limit=most)) if most > 0 else []
