"""Workflows: the rules that lead a task to queues, and who is told of its reservations."""

from typing import Final

from flexsim.emulator.call import NO_CONTENT, Call, Reply
from flexsim.emulator.params import MAX_NAME
from flexsim.emulator.rendering import workflow_document
from flexsim.taskrouter.events import EXTRA, WORKFLOW_CREATED
from flexsim.taskrouter.inputs import NewWorkflow, WorkflowChanges
from flexsim.taskrouter.resources import DAY

_DEFAULT_RESERVATION_TIMEOUT: Final = 120


def listing(call: Call) -> Reply:
    name = call.query.text("FriendlyName")
    rows = (each for each in call.workspace.engine.workflows.values() if name in (None, each.name))
    return call.listed("workflows", "WW", rows, workflow_document)


def create(call: Call) -> Reply:
    form, engine = call.form, call.workspace.engine
    new = NewWorkflow(
        name=form.required("FriendlyName", most=MAX_NAME),
        configuration=form.required("Configuration"),
        assignment_url=form.address("AssignmentCallbackUrl") or "",
        fallback_url=form.address("FallbackAssignmentCallbackUrl") or "",
        reservation_timeout=form.integer("TaskReservationTimeout", 1, DAY) or _DEFAULT_RESERVATION_TIMEOUT,
    )
    created = call.create(WORKFLOW_CREATED, engine.create_workflow, new)
    return Reply(status=201, document=workflow_document(call.view, engine.workflows[created[EXTRA]]))


def fetch(call: Call) -> Reply:
    return Reply(document=workflow_document(call.view, call.workflow))


def update(call: Call) -> Reply:
    workflow, form = call.workflow, call.form
    changes = WorkflowChanges(
        name=form.name(),
        configuration=form.text("Configuration"),
        assignment_url=form.address("AssignmentCallbackUrl"),
        fallback_url=form.address("FallbackAssignmentCallbackUrl"),
        reservation_timeout=form.integer("TaskReservationTimeout", 1, DAY),
        reevaluate=bool(form.boolean("ReEvaluateTasks")),
    )
    call.do(call.workspace.engine.update_workflow, workflow.id, changes)
    return Reply(document=workflow_document(call.view, workflow))


def delete(call: Call) -> Reply:
    call.do(call.workspace.engine.delete_workflow, call.workflow.id)
    return NO_CONTENT
