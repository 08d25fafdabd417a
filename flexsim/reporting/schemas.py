"""The tables of an export: their columns, in order. docs/export.md is held to this by a test.

Names follow Flex Insights where it has the thing (twilio.com/docs/flex/end-user-guide/insights/data-model: Conversation,
Queue Time, Talk Time, Wrap Up Time, Handling Time, Abandon Time, Activity Time), in snake case.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple


class Kind(StrEnum):
    """What a column holds; every column may be empty."""

    TEXT = "text"
    WHOLE = "whole number"
    NUMBER = "number"
    TRUTH = "truth value"
    MOMENT = "moment"  # UTC, to the millisecond


class Field(NamedTuple):
    """One column."""

    name: str
    kind: Kind
    meaning: str


TASKS: Final = (
    Field("task_sid", Kind.TEXT, "SID of the task"),
    Field("conversation_id", Kind.TEXT, "the contact's id"),
    Field("communication_channel", Kind.TEXT, "unique name of the task channel"),
    Field("workflow", Kind.TEXT, "name of the workflow that it came to"),
    Field("priority", Kind.WHOLE, "with which it came"),
    Field("queue", Kind.TEXT, "name of the queue that it was in last"),
    Field("created_at", Kind.MOMENT, "when it came"),
    Field("queue_entered_at", Kind.MOMENT, "when it entered that queue"),
    Field("accepted_at", Kind.MOMENT, "when the first agent accepted"),
    Field("wrap_up_at", Kind.MOMENT, "when wrap-up began"),
    Field("ended_at", Kind.MOMENT, "when it was over; empty while it is open"),
    Field("status", Kind.TEXT, "completed, canceled, deleted; of an open one pending, reserved, assigned, wrapping"),
    Field("reason", Kind.TEXT, "why it was completed or canceled"),
    Field("abandoned", Kind.TRUTH, "canceled before anybody accepted, by the customer"),
    Field("lost", Kind.TRUTH, "canceled before anybody accepted, by the routing"),
    Field("agent_sid", Kind.TEXT, "SID of the worker who accepted first"),
    Field("agent", Kind.TEXT, "that worker's name"),
    Field("queue_time", Kind.NUMBER, "seconds from creation to the first acceptance"),
    Field("abandon_time", Kind.NUMBER, "seconds from creation to giving up, of the abandoned and the lost"),
    Field("talk_time", Kind.NUMBER, "seconds from acceptance to wrap-up, of the completed"),
    Field("wrap_up_time", Kind.NUMBER, "seconds from wrap-up to completion, of the completed"),
    Field("handling_time", Kind.NUMBER, "talk_time + wrap_up_time"),
    Field("reservations", Kind.WHOLE, "how many were made for it"),
    Field("refusals", Kind.WHOLE, "how many of them were rejected or timed out"),
    Field("queue_moves", Kind.WHOLE, "how often it moved to another queue"),
)
RESERVATIONS: Final = (
    Field("reservation_sid", Kind.TEXT, "SID of the reservation"),
    Field("task_sid", Kind.TEXT, "SID of its task"),
    Field("conversation_id", Kind.TEXT, "the contact's id"),
    Field("communication_channel", Kind.TEXT, "unique name of the task channel"),
    Field("queue", Kind.TEXT, "name of the queue that the task was in"),
    Field("agent_sid", Kind.TEXT, "SID of the worker"),
    Field("agent", Kind.TEXT, "the worker's name"),
    Field("created_at", Kind.MOMENT, "when the task was offered"),
    Field("accepted_at", Kind.MOMENT, "when the worker accepted"),
    Field("wrap_up_at", Kind.MOMENT, "when wrap-up began"),
    Field("ended_at", Kind.MOMENT, "when it was over; empty while it is open"),
    Field(
        "status",
        Kind.TEXT,
        "completed, rejected, timeout, canceled, rescinded; of an open one pending, accepted, wrapping",
    ),
    Field("ring_time", Kind.NUMBER, "seconds until it was accepted, or was over without"),
    Field("talk_time", Kind.NUMBER, "seconds from acceptance to wrap-up, of the completed"),
    Field("wrap_up_time", Kind.NUMBER, "seconds from wrap-up to completion, of the completed"),
)
AGENT_STATES: Final = (
    Field("agent_sid", Kind.TEXT, "SID of the worker"),
    Field("agent", Kind.TEXT, "the worker's name"),
    Field("activity", Kind.TEXT, "name of the activity"),
    Field("available", Kind.TRUTH, "whether tasks are offered in it"),
    Field("began_at", Kind.MOMENT, "when the worker entered it, or the log began"),
    Field("ended_at", Kind.MOMENT, "when the worker left it; empty while that is not so"),
    Field("activity_time", Kind.NUMBER, "seconds in it; empty while it goes on"),
)
EVENTS: Final = (
    Field("seq", Kind.WHOLE, "position in the log, from 0"),
    Field("t", Kind.NUMBER, "UTC seconds, three decimals"),
    Field("type", Kind.TEXT, "TaskRouter's name of the event"),
    Field("task", Kind.TEXT, "SID"),
    Field("worker", Kind.TEXT, "SID"),
    Field("reservation", Kind.TEXT, "SID"),
    Field("contact", Kind.TEXT, "the contact's id"),
    Field("channel", Kind.TEXT, "unique name"),
    Field("workflow", Kind.TEXT, "name"),
    Field("queue", Kind.TEXT, "name; of a move, where to"),
    Field("priority", Kind.WHOLE, "the task's, at first"),
    Field("reason", Kind.TEXT, "why it was canceled, wrapped up or completed"),
    Field("filter", Kind.WHOLE, "which of the workflow matched, from 0; -1 is the default"),
    Field("target", Kind.WHOLE, "which of the filter's targets, from 0"),
    Field("name", Kind.TEXT, "the worker's"),
    Field("activity", Kind.TEXT, "name"),
    Field("available", Kind.TRUTH, "of the activity, or of the channel for this worker"),
    Field("seconds", Kind.NUMBER, "spent in the previous activity"),
    Field("capacity", Kind.WHOLE, "of the channel for this worker"),
    Field("ignore_capacity", Kind.TRUTH, "of a task that was sent to a worker whatever that worker is doing"),
    Field("from", Kind.TEXT, "the previous queue, activity or capacity; of what was renamed, the name until now"),
)
INTERVALS: Final = (
    Field("queue", Kind.TEXT, "name; empty is all together"),
    Field("from", Kind.MOMENT, "when the interval begins"),
    Field("minutes", Kind.WHOLE, "its length"),
    Field("offered", Kind.WHOLE, "contacts whose wait began in it"),
    Field("answered", Kind.WHOLE, "of these, accepted by an agent"),
    Field("handled", Kind.WHOLE, "of these, completed by an agent"),
    Field("abandoned", Kind.WHOLE, "of these, ended by the customer before anybody accepted"),
    Field("lost", Kind.WHOLE, "of these, ended by the routing before anybody accepted"),
    Field("removed", Kind.WHOLE, "of these, deleted, or canceled after an acceptance"),
    Field("service_level", Kind.NUMBER, "share, by the formula that is asked for"),
    Field("asa", Kind.NUMBER, "seconds: mean wait of the answered"),
    Field("longest_wait", Kind.NUMBER, "seconds, of the answered and the abandoned"),
    Field("aht", Kind.NUMBER, "seconds: mean talk and wrap-up of the handled"),
    Field("waiting_mean", Kind.NUMBER, "how many waited, on average over the interval"),
    Field("waiting_most", Kind.WHOLE, "how many waited at once, at most"),
    Field("agents", Kind.NUMBER, "agents busy or available, on average; in the total only"),
    Field("occupancy", Kind.NUMBER, "share; in the total only"),
)
TABLES: Final[Mapping[str, tuple[Field, ...]]] = {
    "tasks": TASKS,
    "reservations": RESERVATIONS,
    "agent_states": AGENT_STATES,
    "events": EVENTS,
    "intervals": INTERVALS,
}
