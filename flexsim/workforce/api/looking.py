"""The roles there are, and what they remember."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query

from flexsim.errors import ConfigurationError
from flexsim.workforce.api import documents
from flexsim.workforce.api.answers import problems
from flexsim.workforce.records import MemoryKind
from flexsim.workforce.service import Service

_Turn = Annotated[
    documents.TurnNumber | None, Query(description="As of this turn; that of the session when not given.")
]
_Query = Annotated[documents.Question | None, Query(description="What to recall, in words; needs a role.")]
_Limit = Annotated[int, Query(ge=1, le=200)]
_Offset = Annotated[int, Query(ge=0, le=1_000_000)]


def routes(service: Service) -> APIRouter:
    """The operations, on this service."""
    router = APIRouter()

    @router.get("/agents/list", tags=["agents"], responses=problems(404))
    async def agents(session_id: documents.SessionId | None = None) -> documents.AgentList:
        """The roles there are; or those of a session."""
        roles = service.company.roles
        if session_id is not None:
            roles = (await asyncio.to_thread(service.store.session, session_id)).session.roles
        return documents.AgentList(agents=roles, minds=service.company.minds)

    @router.get("/memory/{session_id}", tags=["memory"], responses=problems(404))
    async def memory(  # noqa: PLR0913, PLR0917 -- one for each thing that can be asked
        session_id: Annotated[documents.SessionId, Path(description="A session's id.")],
        role: documents.Name | None = None,
        kind: MemoryKind | None = None,
        query: _Query = None,
        turn: _Turn = None,
        limit: _Limit = 50,
        offset: _Offset = 0,
    ) -> documents.MemoryPage:
        """What the roles of a session remember: the latest first, or what a role recalls of a question, best first."""
        progress = await asyncio.to_thread(service.store.session, session_id)
        now = progress.turns if turn is None else turn
        if query is None:
            found = await asyncio.to_thread(
                service.store.memories, session_id, role=role, kind=kind, turn=now, limit=limit, offset=offset
            )
        elif role is None:
            raise ConfigurationError("a query needs a role: whose memory is asked?")
        elif kind is not None or offset:
            raise ConfigurationError("a query asks all kinds at once, from the best on: leave kind and offset out")
        else:
            recall = service.store.recall(session_id).recall
            found = await asyncio.to_thread(recall, role, query, turn=now, limit=limit)
        return documents.MemoryPage(session_id=session_id, turn=now, memories=found)

    return router
