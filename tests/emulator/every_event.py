"""A story in which every type of event happens, and Twilio's table of their parameters (reference §9.1), written off.

The table is that of "TaskRouter Events reference" (twilio.com/docs/taskrouter/api/event/reference).
"""

import json

TASK = (
    "TaskSid", "TaskAttributes", "TaskAge", "TaskPriority", "TaskAssignmentStatus", "TaskCanceledReason",
    "TaskCompletedReason",
)  # fmt: skip
SEEN_ON_TASKS = ("TaskVersion", "TaskDateCreated", "TaskChannelSid", "TaskChannelUniqueName", "WorkflowName")
WORKER = (
    "WorkerSid", "WorkerName", "WorkerAttributes", "WorkerActivitySid", "WorkerActivityName", "WorkerVersion",
    "OperatingUnitSid",
)  # fmt: skip
COMMON = (
    "EventType", "AccountSid", "WorkspaceSid", "WorkspaceName", "EventDescription", "ResourceType", "ResourceSid",
    "Timestamp", "TimestampMs", "Sid", "OperatingUnitSid",
)  # fmt: skip
_ACTIVITY = ("ActivitySid", "ActivityName", "ActivityAvailable")
_RESERVATION = (*TASK, *WORKER, "TaskQueueSid", "ReservationSid", "WorkflowSid")
_TASK_IN_QUEUE = (*TASK, "TaskQueueSid", "WorkflowSid")
_CHANNEL = ("TaskChannelSid", "TaskChannelName", "TaskChannelUniqueName", "TaskChannelOptimizedRouting")
_QUEUE = ("TaskQueueSid", "TaskQueueName", "TaskQueueTargetExpression")
_ON_CHANNEL = (
    "WorkerChannelAvailable", "WorkerChannelAvailableCapacity", "WorkerChannelPreviousCapacity",
    "WorkerChannelTaskCount", "TaskChannelSid", "TaskChannelUniqueName",
)  # fmt: skip
_WORKFLOW = ("WorkflowSid", "WorkflowName")
_IN_WORKFLOW = (*TASK, "WorkflowSid")

PARAMETERS = {
    **dict.fromkeys(("activity.created", "activity.updated", "activity.deleted"), _ACTIVITY),
    **{
        f"reservation.{each}": _RESERVATION
        for each in (
            "created", "accepted", "rejected", "timeout", "canceled", "rescinded", "completed", "wrapup",
        )
    },
    "task.created": (*TASK, "WorkflowSid"),
    **{
        f"task.{each}": _TASK_IN_QUEUE
        for each in ("updated", "canceled", "wrapup", "completed", "deleted", "system-deleted")
    },
    **{f"task-channel.{each}": _CHANNEL for each in ("created", "updated", "deleted")},
    "task-queue.created": (*_QUEUE, "OperatingUnitSid"),
    "task-queue.deleted": _QUEUE,
    **{f"task-queue.{each}": _TASK_IN_QUEUE for each in ("entered", "timeout", "moved")},
    "task-queue.expression.updated": ("TaskQueueSid", "TaskQueueTargetExpression"),
    **{f"worker.{each}": WORKER for each in ("created", "deleted", "attributes.update")},
    "worker.activity.update": (
        *WORKER, "WorkerTimeInPreviousActivity", "WorkerTimeInPreviousActivityMs", "WorkerPreviousActivitySid",
        "WorkerPreviousActivityName",
    ),
    "worker.capacity.update": _ON_CHANNEL,
    "worker.channel.availability.update": _ON_CHANNEL,
    **{f"workflow.{each}": _WORKFLOW for each in ("created", "updated", "deleted")},
    **{f"workflow.{each}": _IN_WORKFLOW for each in ("entered", "target-matched", "timeout", "skipped")},
    **{f"workspace.{each}": ("WorkspaceSid", "WorkspaceName") for each in ("created", "updated", "deleted")},
}  # fmt: skip


def tell(site, **callback):
    """Make every type of event happen in a new workspace, whose SID is returned; ``callback`` is given at its creation."""
    made = site.made("/v1/Workspaces", FriendlyName="All", Template="FIFO", **callback)
    site.workspace = site.host.workspace(site.account, made["sid"])
    _things(site)
    bob, ann = site.worker("bob", attributes='{"vip": 1}'), site.worker("ann", attributes='{"vip": 1}')
    _workers(site, bob)
    queue = site.made("/TaskQueues", FriendlyName="Vip", TargetWorkers="vip == 1", MaxReservedWorkers="2")
    flow = _flow(site, "Handled", [{"queue": queue["sid"], "priority": 7}])
    _handled(site, flow)
    _declined(site, flow, bob)
    _unhandled(site, queue)
    site.delete(f"/Workers/{ann['sid']}")
    site.delete(site.workspace.path)
    return made["sid"]


def _things(site):
    activity = site.made("/Activities", FriendlyName="Lunch")["sid"]
    site.post(f"/Activities/{activity}", FriendlyName="Dinner")
    site.delete(f"/Activities/{activity}")
    channel = site.made("/TaskChannels", FriendlyName="Letters", UniqueName="letters")["sid"]
    site.post(f"/TaskChannels/{channel}", FriendlyName="Post")
    site.delete(f"/TaskChannels/{channel}")
    queue = site.made("/TaskQueues", FriendlyName="Passing")["sid"]
    site.post(f"/TaskQueues/{queue}", TargetWorkers="a == 1")
    flow = _flow(site, "Passing", [{"queue": queue}])
    site.post(f"/Workflows/{flow}", FriendlyName="Passed")
    site.delete(f"/Workflows/{flow}")
    site.delete(f"/TaskQueues/{queue}")


def _workers(site, worker):
    url = f"/Workers/{worker['sid']}"
    site.post(url, Attributes='{"vip": 1, "a": 2}')
    site.post(f"{url}/Channels/chat", Capacity="3")
    site.post(f"{url}/Channels/chat", Available="true")
    site.post(url, ActivitySid=site.activity("Offline"))
    site.clock.advance(5.25)
    site.post(url, ActivitySid=site.activity("Available"))


def _flow(site, name, targets):
    routing = {"filters": [{"filter_friendly_name": name, "expression": "1==1", "targets": targets}]}
    return site.made("/Workflows", FriendlyName=name, Configuration=json.dumps({"task_routing": routing}))["sid"]


def _handled(site, flow):
    """One task is taken by one of two, wrapped up and completed; the next is left in a worker's hands for too long."""
    task = site.task('{"b": 1}', WorkflowSid=flow)["sid"]
    first, _ = site.listed(f"/Tasks/{task}/Reservations")
    site.clock.advance(3)
    site.post(first["url"], ReservationStatus="accepted")
    site.post(f"/Tasks/{task}", Attributes='{"b": 2}')
    site.post(f"/Tasks/{task}", AssignmentStatus="wrapping", Reason="hung up")
    site.post(f"/Tasks/{task}", AssignmentStatus="completed", Reason="solved")
    site.delete(f"/Tasks/{task}")
    task = site.task(WorkflowSid=flow)["sid"]
    site.post(site.listed(f"/Tasks/{task}/Reservations")[0]["url"], ReservationStatus="accepted")
    site.clock.advance(86_500)


def _declined(site, flow, worker):
    """One refuses, the other lets it time out; the task is canceled under a third reservation."""
    for each in site.listed("/Workers"):
        site.post(f"/Workers/{each['sid']}", ActivitySid=site.activity("Available"))
    task = site.task(WorkflowSid=flow)["sid"]
    first, _ = site.listed(f"/Tasks/{task}/Reservations")
    site.post(first["url"], ReservationStatus="rejected")
    site.clock.advance(130)
    site.post(f"/Tasks/{task}", AssignmentStatus="canceled", Reason="left")
    for each in site.listed("/Workers"):
        site.post(f"/Workers/{each['sid']}", ActivitySid=site.activity("Available"))
    task = site.task(WorkflowSid=flow)["sid"]
    site.post(f"/Tasks/{task}", AssignmentStatus="canceled")
    site.delete(f"/Workers/{worker['sid']}")


def _unhandled(site, queue):
    """Tasks that nobody can have: escalated until the workflow ends, and skipped out of it."""
    empty = site.made("/TaskQueues", FriendlyName="Empty", TargetWorkers="nobody == 1")
    last = {"queue": queue["sid"], "timeout": 20, "expression": "worker.vip == 9"}
    site.task(WorkflowSid=_flow(site, "Escalates", [{"queue": empty["sid"], "timeout": 10}, last]))
    site.clock.advance(60)
    site.task(WorkflowSid=_flow(site, "Skips", [{"queue": empty["sid"], "skip_if": "1==1"}]))
