"""Events as the form parameters of Twilio's event callbacks, and as rows of its Events resource; all values are text."""

from functools import lru_cache
from typing import Any, TypeAlias

from flexsim.emulator.host import Workspace
from flexsim.emulator.rendering import Document, View, date
from flexsim.measure.event_facts import Moment
from flexsim.measure.event_payload import Whose, as_text, description, fields, resource
from flexsim.measure.instants import milliseconds
from flexsim.taskrouter.events import KIND, NAMES, TIME

Form: TypeAlias = dict[str, str]


def whose(workspace: Workspace) -> Whose:
    """Whose events those of ``workspace`` are."""
    return Whose(account_sid=workspace.account.sid, workspace_sid=workspace.sid, sid=workspace.engine.sids.sid)


def event_form(workspace: Workspace, moment: Moment) -> Form:
    """The parameters of an event callback: CamelCase (Twilio: "TaskRouter Events reference")."""
    owner, event = whose(workspace), moment.event
    resource_type, resource_sid = resource(moment, owner)
    form = {
        "EventType": NAMES[event[KIND]],
        "Sid": owner.sid("EV", moment.number),
        "AccountSid": owner.account_sid,
        "WorkspaceSid": owner.workspace_sid,
        "WorkspaceName": moment.workspace,
        "OperatingUnitSid": owner.operating_unit_sid,
        "EventDescription": description(moment, owner),
        "ResourceType": resource_type,
        "ResourceSid": resource_sid,
        "Timestamp": str(int(event[TIME])),
        "TimestampMs": str(milliseconds(event[TIME])),
    }
    for name, value in fields(moment, owner).items():
        form[_camel(name)] = as_text(value)
    return form


def event_document(view: View, moment: Moment) -> Document:
    """A row of the Events resource: ``event_data`` is flat, in snake case."""
    owner, event = whose(view.workspace), moment.event
    resource_type, resource_sid = resource(moment, owner)
    sid = owner.sid("EV", moment.number)
    data: dict[str, Any] = {name: as_text(value) for name, value in fields(moment, owner).items()}
    return {
        "sid": sid,
        "account_sid": owner.account_sid,
        "workspace_sid": owner.workspace_sid,
        "event_type": NAMES[event[KIND]],
        "event_date": date(event[TIME]),
        "event_date_ms": milliseconds(event[TIME]),
        "description": description(moment, owner),
        "event_data": data | {"workspace_sid": owner.workspace_sid, "workspace_name": moment.workspace},
        "resource_type": resource_type,
        "resource_sid": resource_sid,
        "resource_url": view.root + _address(resource_type, resource_sid, moment, owner),
        "actor_type": "workspace",
        "actor_sid": owner.workspace_sid,
        "actor_url": view.root,
        "source": "twilio",
        "source_ip_address": "",
        "url": f"{view.root}/Events/{sid}",
    }


_COLLECTIONS = {
    "activity": "Activities",
    "task": "Tasks",
    "taskchannel": "TaskChannels",
    "taskqueue": "TaskQueues",
    "worker": "Workers",
    "workflow": "Workflows",
}


def _address(resource_type: str, sid: str, moment: Moment, owner: Whose) -> str:
    if resource_type == "workspace":
        return ""
    if resource_type == "reservation" and moment.task is not None:
        return f"/Tasks/{owner.sid('WT', moment.task.root.id)}/Reservations/{sid}"
    return f"/{_COLLECTIONS[resource_type]}/{sid}"


@lru_cache(maxsize=256)
def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
