"""A session's turns as server-sent events: those that are behind it, if asked for, and then those that run.

A whole turn's event has its number as id. Who lost the connection sends the last one back as ``Last-Event-ID``, as browsers do
by themselves, and misses no turn. What is heard of a turn that runs has no id: it has happened only once the turn is whole.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

from pydantic import TypeAdapter
from sse_starlette import EventSourceResponse, ServerSentEvent

from flexsim.workforce.hub import Event, Hearing, TurnEnded, TurnFailed, TurnStarted
from flexsim.workforce.records import Decision, Message, Turn
from flexsim.workforce.service import Service

_NAMES: Final[dict[type[Any], str]] = {
    TurnStarted: "turn-started",
    Message: "message",
    Decision: "decision",
    TurnFailed: "turn-failed",
}
_TURN: Final = TypeAdapter(Turn)
_PART: Final[TypeAdapter[Any]] = TypeAdapter(TurnStarted | Message | Decision | TurnFailed)
_PAGE: Final = 50
_PING: Final = 15  # seconds without an event


def stream(service: Service, session_id: str, after: int | None) -> EventSourceResponse:
    """The turns after turn ``after``, if given, and what happens from now on; ends with the service."""
    return EventSourceResponse(_events(service, session_id, after), ping=_PING)


async def _events(service: Service, session_id: str, after: int | None) -> AsyncIterator[ServerSentEvent]:
    # First listen, then read: a turn that ends in between is heard of twice, and told once.
    with service.hub.listening(session_id) as hearing:
        if after is None:
            after = (await asyncio.to_thread(service.store.session, session_id)).turns
        last = after
        while page := await asyncio.to_thread(service.store.turns, session_id, after=last, limit=_PAGE):
            for each in page:
                yield _whole(each)
            last = page[-1].number
        async for event in _from_now_on(hearing, last):
            yield event


async def _from_now_on(hearing: Hearing, last: int) -> AsyncIterator[ServerSentEvent]:
    async for event in hearing:
        if _number(event) <= last:
            continue
        if isinstance(event, TurnEnded):
            yield _whole(event.turn)
        else:
            yield ServerSentEvent(data=_PART.dump_json(event).decode(), event=_NAMES[type(event)])


def _whole(turn: Turn) -> ServerSentEvent:
    return ServerSentEvent(data=_TURN.dump_json(turn).decode(), event="turn", id=str(turn.number))


def _number(event: Event) -> int:
    return event.turn.number if isinstance(event, TurnEnded) else event.turn
