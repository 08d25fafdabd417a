"""Reads a workspace, and makes it what a plan says, in an order that may be interrupted anywhere.

The order: note what will be created; create it; route to it; workers, and what is no longer wanted; strike the notes.
Running it again completes whatever was begun.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from flexsim.configuration.needs import OFFLINE, is_working
from flexsim.configuration.records import Configuration, WorkerPlan
from flexsim.configuration.references import replace_queues
from flexsim.deployment.address import Wishes, assignment_url
from flexsim.deployment.changes import Action, Change, Kind
from flexsim.deployment.concurrency import together
from flexsim.deployment.plan import Plan, Present, make_plan
from flexsim.errors import ConfigurationError
from flexsim.taskrouter.port import TaskRouter, WorkerChanges, WorkflowChanges

Progress = Callable[[Change], None]


def _nobody_watches(_: Change) -> None:
    pass


async def read_present(router: TaskRouter, brand: str) -> Present:
    """What is in the workspace, as far as deploying needs to know it."""
    activities, channels, queues, workflows, workers = await asyncio.gather(
        router.activities(), router.task_channels(), router.task_queues(), router.workflows(), router.workers()
    )
    present = Present(
        activities=tuple(activities),
        task_channels=tuple(channels),
        task_queues=tuple(queues),
        workflows=tuple(workflows),
        workers=tuple(workers),
    )
    ours = [worker.sid for worker in present.workers_of(brand)]
    found = await together([partial(read_capacities, router, sid) for sid in ours])
    return replace(present, capacities=dict(zip(ours, found, strict=True)))


async def read_capacities(router: TaskRouter, worker_sid: str) -> dict[str, int]:
    """A worker's capacity on each task channel."""
    return {channel.channel: channel.capacity for channel in await router.worker_channels(worker_sid)}


async def plan_deployment(
    router: TaskRouter, configuration: Configuration, wishes: Wishes, *, create_missing: bool = False
) -> Plan:
    """Read the workspace, and say what has to change.

    Raises ConfigurationError when something that is not ours is in the way, or missing and not to be created, or when
    no address for assignments is known.
    """
    present = await read_present(router, configuration.domain.brand)
    workflow = present.workflow(configuration.workflow.name)
    url = assignment_url(wishes, workflow.assignment_url if workflow else None)
    plan = make_plan(present, configuration, url, create_missing=create_missing)
    require_nothing_missing(plan)
    return plan


def require_nothing_missing(plan: Plan) -> None:
    """Raise ConfigurationError that names every task channel and activity that is missing."""
    if plan.missing:
        raise ConfigurationError(
            f"the workspace lacks {', '.join(map(str, plan.missing))}; nothing was changed;"
            " create them there, or let deploy do it with --create-missing"
        )


async def apply_plan(router: TaskRouter, plan: Plan, progress: Progress = _nobody_watches) -> None:
    """Carry the plan out; ``progress`` hears of each change once it is done.

    Raises ConfigurationError before the first change if something is missing, and TargetError when interrupted.
    """
    require_nothing_missing(plan)
    await _Deployment(router, plan, progress).run()


class _Deployment:
    def __init__(self, router: TaskRouter, plan: Plan, progress: Progress) -> None:
        self._router = router
        self._plan = plan
        self._progress = progress
        self._workflow_sid: str | None = self._workflow.sid
        self._queue_sids = dict(plan.queue_sids)
        self._wanted_queues = {queue.name: queue for queue in plan.configuration.queues}
        self._wanted_workers = {worker.name: worker for worker in plan.configuration.workers}

    @property
    def _workflow(self) -> Change:
        return self._plan.of(Kind.WORKFLOW, *Action)[0]

    async def run(self) -> None:
        plan, stages = self._plan, self._plan.stages
        if stages.begin is not None:
            await self._write_workflow(stages.begin)
        creations = plan.of(Kind.ACTIVITY, Action.CREATE) + plan.of(Kind.TASK_CHANNEL, Action.CREATE)
        queues = plan.of(Kind.TASK_QUEUE, Action.CREATE, Action.UPDATE)
        await self._do([*creations, *queues])
        removals = plan.of(Kind.TASK_QUEUE, Action.REMOVE)
        if self._workflow.action is not Action.LEAVE or stages.begin is not None or removals:
            await self._write_workflow(stages.middle)
            self._progress(self._workflow)
        await self._do([*plan.of(Kind.WORKER, Action.CREATE, Action.UPDATE, Action.REMOVE), *removals])
        if removals:
            await self._write_workflow(stages.end)

    async def _do(self, changes: list[Change]) -> None:
        await together([partial(self._one, change) for change in changes])

    async def _one(self, change: Change) -> None:
        match change.kind:
            case Kind.ACTIVITY:
                available = is_working(self._plan.configuration.domain, change.name)
                await self._router.create_activity(change.name, available=available)
            case Kind.TASK_CHANNEL:
                await self._router.create_task_channel(change.name, name=change.name)
            case Kind.TASK_QUEUE:
                await self._queue(change)
            case _:
                await self._worker(change)
        self._progress(change)

    async def _queue(self, change: Change) -> None:
        if change.action is Action.REMOVE:
            await self._router.delete_task_queue(change.sid or "")
            return
        target_workers = self._wanted_queues[change.name].target_workers
        if change.action is Action.CREATE:
            created = await self._router.create_task_queue(change.name, target_workers=target_workers)
            self._queue_sids[change.name] = created.sid
        else:
            await self._router.update_task_queue(change.sid or "", target_workers=target_workers)

    async def _worker(self, change: Change) -> None:
        if change.action is Action.REMOVE:
            await remove_worker(self._router, self._plan.present, change.sid or "")
            return
        wanted = self._wanted_workers[change.name]
        if change.action is Action.CREATE:
            created = await self._router.create_worker(wanted.name, attributes=wanted.attributes)
            await self._set_capacities(created.sid, wanted, await read_capacities(self._router, created.sid))
            return
        sid = change.sid or ""
        if any(difference.what.startswith("attribute ") for difference in change.differences):
            await self._router.update_worker(sid, WorkerChanges(attributes=wanted.attributes))
        await self._set_capacities(sid, wanted, self._plan.present.capacities.get(sid, {}))

    async def _set_capacities(self, sid: str, wanted: WorkerPlan, there: Any) -> None:
        for channel, capacity in wanted.capacities.items():
            if there.get(channel) != capacity:
                await self._router.set_capacity(sid, channel, capacity)

    async def _write_workflow(self, document: Any) -> None:
        """Create it, or set all that we decide of it, so that the last writing leaves nothing half done."""
        wanted = self._plan.configuration.workflow
        changes = WorkflowChanges(
            configuration=replace_queues(document, self._queue_sids),
            assignment_url=self._plan.assignment_url,
            reservation_timeout=wanted.reservation_timeout,
        )
        if self._workflow_sid is None:
            self._workflow_sid = (await self._router.create_workflow(wanted.name, changes)).sid
        else:
            await self._router.update_workflow(self._workflow_sid, changes)


async def remove_worker(router: TaskRouter, present: Present, sid: str) -> None:
    """Log the worker out, so that nothing new is offered, and delete it."""
    await log_out(router, present, sid)
    await router.delete_worker(sid)


async def log_out(router: TaskRouter, present: Present, sid: str) -> None:
    """Move a worker to the activity Offline, undecided reservations given back; nothing to do for one who is there."""
    offline = next((activity.sid for activity in present.activities if activity.name == OFFLINE), None)
    worker = next((worker for worker in present.workers if worker.sid == sid), None)
    if offline is not None and worker is not None and worker.activity_sid != offline:
        await router.update_worker(sid, WorkerChanges(activity_sid=offline, reject_pending=True))
