"""Workspaces: one engine each."""

from typing import Final

from flexsim.emulator.call import NO_CONTENT, Call, Reply
from flexsim.emulator.host import Workspace
from flexsim.emulator.paging import Listing
from flexsim.emulator.params import MAX_NAME, Parameters
from flexsim.emulator.rendering import View, workspace_document
from flexsim.errors import InvalidInput
from flexsim.taskrouter.inputs import WorkspaceChanges
from flexsim.taskrouter.templates import fifo_workspace, plain_workspace

_TEMPLATES: Final = {"NONE": plain_workspace, "FIFO": fifo_workspace}
_ORDERS: Final = {"FIFO": False, "LIFO": True}


def listing(call: Call) -> Reply:
    name = call.query.text("FriendlyName")
    sids = call.account.sids
    return call.listed_as(
        Listing(
            key="workspaces",
            rows=(each for each in call.host.workspaces(call.account) if name in (None, each.engine.name)),
            number=lambda workspace: workspace.number,
            sid=lambda number: sids.sid("WS", number),
            number_of=lambda sid: sids.number("WS", sid),
            render=lambda workspace: workspace_document(_view(call, workspace)),
        )
    )


def create(call: Call) -> Reply:
    form = call.form
    name = form.required("FriendlyName", most=MAX_NAME)
    changes = _changes(form)
    template = form.choice("Template", _TEMPLATES) or "NONE"
    told = (changes.event_callback_url or "", changes.events_filter or None)
    workspace = call.host.open(call.account, name, _TEMPLATES[template], event_callback=told)
    call.host.do(workspace, workspace.engine.update_workspace, changes)
    return Reply(status=201, document=workspace_document(_view(call, workspace)))


def fetch(call: Call) -> Reply:
    return Reply(document=workspace_document(call.view))


def update(call: Call) -> Reply:
    workspace, form = call.workspace, call.form
    default, timeout = call.given_activity("DefaultActivitySid"), call.given_activity("TimeoutActivitySid")
    changes = _changes(
        form,
        name=form.name(),
        default_activity=default.id if default else None,
        timeout_activity=timeout.id if timeout else None,
    )
    call.do(workspace.engine.update_workspace, changes)
    return Reply(document=workspace_document(call.view))


def delete(call: Call) -> Reply:
    call.host.close(call.workspace)
    return NO_CONTENT


def _changes(
    form: Parameters,
    *,
    name: str | None = None,
    default_activity: int | None = None,
    timeout_activity: int | None = None,
) -> WorkspaceChanges:
    if form.boolean("MultiTaskEnabled") is False:
        raise InvalidInput("MultiTaskEnabled cannot be false: every workspace since 2019 is multitasking")
    order = form.choice("PrioritizeQueueOrder", _ORDERS)
    return WorkspaceChanges(
        name=name,
        default_activity=default_activity,
        timeout_activity=timeout_activity,
        event_callback_url=form.address("EventCallbackUrl"),
        events_filter=form.text("EventsFilter"),
        lifo_first=None if order is None else _ORDERS[order],
    )


def _view(call: Call, workspace: Workspace) -> View:
    return View(workspace, call.request.base_url, call.host.clock.now())
