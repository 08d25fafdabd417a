"""Events: what has happened, as far back as it is kept. Oldest first, since Twilio does not say."""

import re
from typing import Final

from flexsim.emulator.call import Call, Reply
from flexsim.emulator.event_history import EventHistory, Query, WorkspaceHistory
from flexsim.emulator.event_params import event_document
from flexsim.emulator.paging import Listing
from flexsim.errors import InvalidInput, UnknownResource
from flexsim.measure.event_facts import Moment

DEFAULT_MINUTES: Final = 15
MOST_MINUTES: Final = 43_200  # 30 days, which is how long Twilio keeps events
_NOTHING: Final = -1  # the id of no resource


def listing(call: Call) -> Reply:
    sids, view = call.workspace.engine.sids, call.view
    return call.listed_as(
        Listing(
            key="events",
            rows=_history(call).select(_query(call)),
            number=_number,
            sid=lambda number: sids.sid("EV", number),
            number_of=lambda sid: sids.number("EV", sid),
            render=lambda moment: event_document(view, moment),
        )
    )


def fetch(call: Call) -> Reply:
    number = call.workspace.engine.sids.number("EV", call.path_sids[-1])
    found = None if number is None else _history(call).find(number)
    if found is None:
        raise UnknownResource(f"no such event: {call.path_sids[-1]}")
    return Reply(document=event_document(call.view, found))


def _history(call: Call) -> WorkspaceHistory:
    return call.host.subscriber(EventHistory).of(call.workspace)


def _number(moment: Moment) -> int:
    return moment.number


def _query(call: Call) -> Query:
    """What the query asks for. A SID that names nothing finds nothing: what it named may be gone since."""
    query, now = call.query, call.host.clock.now()
    start, end = query.moment("StartDate"), query.moment("EndDate")
    minutes = query.integer("Minutes", 1, MOST_MINUTES)
    if start is None and (end is None or minutes is not None):
        start = now - 60 * (minutes or DEFAULT_MINUTES)
    return Query(
        start=0.0 if start is None else start,
        end=now if end is None else end,
        first=_first(call),
        number=_id(call, "Sid", "EV"),
        event_type=query.text("EventType") or None,
        task=_id(call, "TaskSid", "WT"),
        worker=_id(call, "WorkerSid", "WK"),
        reservation=_id(call, "ReservationSid", "WR"),
        queue=_id(call, "TaskQueueSid", "WQ"),
        workflow=_id(call, "WorkflowSid", "WW"),
        channel=_channel(call),
    )


def _first(call: Call) -> int:
    """The first number that can be on the page: those up to the token's row were on the pages before."""
    token = call.query.text("PageToken") or ""
    number = call.workspace.engine.sids.number("EV", token[2:]) if token.startswith("PA") else None
    return 0 if number is None else number + 1


def _id(call: Call, parameter: str, prefix: str) -> int | None:
    sid = call.query.text(parameter)
    if not sid:
        return None
    if not re.fullmatch(f"{prefix}[0-9a-fA-F]{{32}}", sid, re.ASCII):
        raise InvalidInput(f"{parameter} must be a SID, {prefix} and 32 hexadecimal digits: {sid[:40]}")
    number = call.workspace.engine.sids.number(prefix, sid)
    return _NOTHING if number is None else number


def _channel(call: Call) -> int | None:
    """By SID or by unique name; a deleted one by SID."""
    name = call.query.text("TaskChannel")
    if not name:
        return None
    found = call.find_channel(name)
    if found is not None:
        return found.id
    number = call.workspace.engine.sids.number("TC", name)
    return _NOTHING if number is None else number
