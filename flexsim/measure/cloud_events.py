"""Events as Twilio's Event Streams sends them: CloudEvents 1.0 around the fields of the event.

Twilio: twilio.com/docs/events/event-types/taskrouter (task, reservation, task-queue pages). The envelope's keys are the
documented ones; where nothing is known of a value here it is null. In the payload, counts are numbers, truth values are
booleans and dates ISO 8601 text, as receivers of the real stream declare them.
"""

from typing import Any, Final

from flexsim.measure.event_facts import Moment
from flexsim.measure.event_payload import Date, Whose, description, fields, resource
from flexsim.measure.instants import iso
from flexsim.taskrouter import events as ev
from flexsim.taskrouter.events import KIND, NAMES, TIME

PREFIX: Final = "com.twilio.taskrouter."
SCHEMA: Final = "https://events-schemas.twilio.com/TaskRouter.WDSEvent/4"

# Twilio's catalogue of the stream's types has none of activities, task channels and workspaces.
NOT_STREAMED: Final = frozenset(
    [
        *range(ev.ACTIVITY_CREATED, ev.TASK_CHANNEL_DELETED + 1),
        *range(ev.WORKSPACE_CREATED, ev.WORKSPACE_DELETED + 1),
    ]
)
_SPELT: Final = {"task-queue.expression.updated": "task-queue.expression-updated"}


def cloud_event(moment: Moment, whose: Whose) -> dict[str, Any]:
    """The event as one CloudEvent, ready for JSON; not for the kinds that are ``NOT_STREAMED``."""
    name = NAMES[moment.event[KIND]]
    name = _SPELT.get(name, name)
    time = iso(moment.event[TIME])
    return {
        "specversion": "1.0",
        "type": PREFIX + name,
        "source": whose.sid("AB", 0),
        "id": whose.sid("NO", moment.number),
        "dataschema": SCHEMA,
        "datacontenttype": "application/json",
        "time": time,
        "data": {
            "sid": whose.sid("EV", moment.number),
            "name": "".join(part.capitalize() for part in name.replace("-", ".").split(".")),
            "account_sid": whose.account_sid,
            "account_friendly_name": None,
            "parent_account_sid": None,
            "parent_friendly_name": None,
            "timestamp": time,
            "level": "INFO",
            "group": name.partition(".")[0],
            "product_name": "TaskRouter",
            "publisher": moment.workspace,
            "publisher_metadata": None,
            "payload_type": None,
            "payload": _payload(moment, whose, name, time),
        },
    }


def _payload(moment: Moment, whose: Whose, name: str, time: str) -> dict[str, Any]:
    resource_type, resource_sid = resource(moment, whose)
    found: dict[str, Any] = {
        "eventtype": name,
        "sid": whose.sid("EV", moment.number),
        "timestamp": time,
        "account_sid": whose.account_sid,
        "workspace_sid": whose.workspace_sid,
        "workspace_name": moment.workspace,
        "operating_unit_sid": whose.operating_unit_sid,
        "event_description": description(moment, whose),
        "resource_type": resource_type,
        "resource_sid": resource_sid,
    }
    for key, value in fields(moment, whose).items():
        found[key] = iso(value) if isinstance(value, Date) else value
    return found
