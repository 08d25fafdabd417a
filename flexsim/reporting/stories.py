"""A contact's life as people tell it: what happened when, and the spans of a timeline."""

from typing import Any, Final

from flexsim.measure.contacts import Task
from flexsim.measure.names import Names
from flexsim.taskrouter import events as ev
from flexsim.taskrouter.events import EXTRA, KIND, TIME, WORKER, Event

_MOST: Final = 60  # things that happened; of a longer life the first and the last are told


def told(task: Task, names: Names, now: float) -> dict[str, Any]:
    """``happenings`` (when, what), ``left_out`` in their middle, and ``spans`` (kind, from, to), which cover the life."""
    happenings = [{"at": round(event[TIME], 3), "what": _what(event, names)} for event in task.story]
    half = _MOST // 2
    left_out = max(0, len(happenings) - _MOST)
    if left_out:
        happenings = happenings[:half] + happenings[-half:]
    return {"happenings": happenings, "left_out": left_out, "spans": _spans(task, now)}


def _what(event: Event, names: Names) -> str:
    kind, extra = event[KIND], event[EXTRA]
    agent = names.workers.get(event[WORKER], "an agent") if event[WORKER] is not None else ""
    if kind == ev.TASK_CREATED:
        return "arrived"
    if kind == ev.TASK_QUEUE_ENTERED:
        return f"entered {names.queues[extra]}"
    if kind == ev.TASK_QUEUE_MOVED:
        return f"moved from {names.queues[extra[0]]} to {names.queues[extra[1]]}"
    if kind == ev.TASK_WRAPUP:
        return "talk ended, wrap-up began"
    if kind in _ENDS:
        return f"{_ENDS[kind]}: {extra}" if extra else _ENDS[kind]
    return f"{_RESERVATIONS[kind]} {agent}"


def _spans(task: Task, now: float) -> list[list[Any]]:
    """Waiting, offered, talk, wrap: one after the other, without a gap."""
    end = now if task.ended is None else task.ended
    waited_until = end if task.accepted is None else task.accepted
    spans: list[list[Any]] = []
    since, offers = task.created, 0
    for event in task.story:
        moment = event[TIME]
        if moment > waited_until:
            break
        before = offers
        offers += _OFFERS.get(event[KIND], 0)
        if (before > 0) != (offers > 0) and moment > since:
            spans.append(["offered" if before > 0 else "waiting", since, moment])
            since = moment
    if waited_until > since:
        spans.append(["offered" if offers > 0 else "waiting", since, waited_until])
    if task.accepted is not None:
        wrapping = end if task.wrapping is None else task.wrapping
        spans.append(["talk", task.accepted, wrapping])
        if end > wrapping:
            spans.append(["wrap", wrapping, end])
    return [[kind, round(begin, 3), round(end, 3)] for kind, begin, end in spans if end > begin]


_ENDS: Final = {
    ev.TASK_COMPLETED: "completed",
    ev.TASK_CANCELED: "canceled",
    ev.TASK_DELETED: "deleted",
    ev.TASK_SYSTEM_DELETED: "deleted",
}
_RESERVATIONS: Final = {
    ev.RESERVATION_CREATED: "offered to",
    ev.RESERVATION_ACCEPTED: "accepted by",
    ev.RESERVATION_REJECTED: "rejected by",
    ev.RESERVATION_TIMEOUT: "not answered by",
    ev.RESERVATION_CANCELED: "offer withdrawn from",
    ev.RESERVATION_RESCINDED: "taken by another before",
    ev.RESERVATION_COMPLETED: "finished by",
}
_OFFERS: Final = {
    ev.RESERVATION_CREATED: 1,
    ev.RESERVATION_ACCEPTED: -1,
    ev.RESERVATION_REJECTED: -1,
    ev.RESERVATION_TIMEOUT: -1,
    ev.RESERVATION_CANCELED: -1,
    ev.RESERVATION_RESCINDED: -1,
}
