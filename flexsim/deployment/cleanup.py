"""Takes out of a workspace what is ours: tasks, logged-in workers; on request the workers, or all that deploy made.

Everything is found again from the workspace itself (see ``ledger``), so that cleaning up can be repeated, finished later,
and done after the configuration has changed. What somebody else has removed meanwhile counts as done.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import IntEnum
from functools import partial

from flexsim.configuration.needs import OFFLINE
from flexsim.configuration.records import Configuration
from flexsim.deployment.changes import Action, Change, Difference, Kind
from flexsim.deployment.concurrency import together
from flexsim.deployment.deploy import Progress, log_out, remove_worker
from flexsim.deployment.ledger import Ledger, default_queue, own_queues, read_ledger, referenced_queues, with_ledger
from flexsim.deployment.plan import OURS, Present
from flexsim.errors import TargetRefused
from flexsim.taskrouter.expressions import quoted
from flexsim.taskrouter.port import Task, TaskRouter, Workflow, WorkflowChanges


class Depth(IntEnum):
    """How much goes: tasks go always, and workers are logged out."""

    TASKS = 0
    WORKERS = 1  # the workers too
    ALL = 2  # and the task queues, the workflow, and what was created because it was missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaning:
    """``changes`` in the order of doing."""

    present: Present
    workflow: Workflow | None
    changes: tuple[Change, ...]

    def of(self, kind: Kind) -> list[Change]:
        """The changes of one kind of thing."""
        return [change for change in self.changes if change.kind is kind]


async def plan_cleaning(router: TaskRouter, configuration: Configuration, depth: Depth) -> Cleaning:
    """Read the workspace, and say what would go."""
    brand = configuration.domain.brand
    activities, channels, queues, workflows, workers, tasks = await asyncio.gather(
        router.activities(),
        router.task_channels(),
        router.task_queues(),
        router.workflows(),
        router.workers(),
        our_tasks(router, brand),
    )
    present = Present(
        activities=tuple(activities),
        task_channels=tuple(channels),
        task_queues=tuple(queues),
        workflows=tuple(workflows),
        workers=tuple(workers),
    )
    workflow = present.workflow(configuration.workflow.name)
    changes = _task_changes(tasks) + _worker_changes(present, brand, depth)
    if depth is Depth.ALL and workflow is not None:
        changes += _workflow_changes(present, workflow)
    return Cleaning(present=present, workflow=workflow if depth is Depth.ALL else None, changes=tuple(changes))


async def our_tasks(router: TaskRouter, brand: str) -> list[Task]:
    """The tasks whose attribute says that they are ours, in whatever state."""
    found = await router.tasks(matching=f"{OURS} == {quoted(brand)}")
    return [task for task in found if task.attributes.get(OURS) == brand]


async def apply_cleaning(router: TaskRouter, cleaning: Cleaning, progress: Progress) -> None:
    """Carry it out; ``progress`` hears of each change once it is done. Raises TargetError when interrupted."""
    await _Cleaner(router, cleaning, progress).run()


class _Cleaner:
    def __init__(self, router: TaskRouter, cleaning: Cleaning, progress: Progress) -> None:
        self._router = router
        self._cleaning = cleaning
        self._progress = progress

    async def run(self) -> None:
        # Tasks first: with them gone, logging workers out hands nothing on to the next worker.
        await self._do(Kind.TASK, self._router.delete_task)
        await self._do(Kind.WORKER, self._worker)
        workflow = self._cleaning.workflow
        if workflow is None:
            return
        if self._cleaning.of(Kind.TASK_QUEUE):
            await self._reduce(workflow)
        await self._do(Kind.TASK_QUEUE, self._router.delete_task_queue)
        await self._do(Kind.TASK_CHANNEL, self._router.delete_task_channel)
        await self._do(Kind.ACTIVITY, self._router.delete_activity)
        await self._do(Kind.WORKFLOW, self._router.delete_workflow)  # last: it holds the notes

    async def _do(self, kind: Kind, remove: Callable[[str], Awaitable[None]]) -> None:
        async def one(change: Change) -> None:
            try:
                await remove(change.sid or "")
            except TargetRefused as error:
                if error.status != 404:
                    raise
            self._progress(change)

        await together([partial(one, change) for change in self._cleaning.of(kind)])

    async def _worker(self, sid: str) -> None:
        removed = {change.sid for change in self._cleaning.of(Kind.WORKER) if change.action is Action.REMOVE}
        act = remove_worker if sid in removed else log_out
        await act(self._router, self._cleaning.present, sid)

    async def _reduce(self, workflow: Workflow) -> None:
        """Route to nothing that is to go (a queue in use cannot be deleted), and note what is to go."""
        ours = {change.sid: change.name for change in self._cleaning.of(Kind.TASK_QUEUE)}
        queue = next((each for each in _queues_to_stay(workflow, self._cleaning.present) if each not in ours), None)
        if queue is None:
            # Nothing else to route to: the workflow has to go first.
            await self._do(Kind.WORKFLOW, self._router.delete_workflow)
            return
        minimal = {"task_routing": {"filters": [], "default_filter": {"queue": queue}}}
        noted = Ledger(
            queues=frozenset(ours.values()),
            activities=frozenset(change.name for change in self._cleaning.of(Kind.ACTIVITY)),
            channels=frozenset(change.name for change in self._cleaning.of(Kind.TASK_CHANNEL)),
        )
        changes = WorkflowChanges(configuration=with_ledger(minimal, noted, queue))
        await self._router.update_workflow(workflow.sid, changes)


def _queues_to_stay(workflow: Workflow, present: Present) -> list[str]:
    default = default_queue(workflow.configuration)
    others = [queue.sid for queue in present.task_queues]
    known = set(others)
    wanted = [default, *sorted(referenced_queues(workflow.configuration)), *others]
    return [queue for queue in wanted if queue in known]


def _task_changes(tasks: list[Task]) -> list[Change]:
    return [
        Change(action=Action.REMOVE, kind=Kind.TASK, name=task.sid, sid=task.sid, note=task.status) for task in tasks
    ]


def _worker_changes(present: Present, brand: str, depth: Depth) -> list[Change]:
    names = {activity.sid: activity.name for activity in present.activities}
    changes = []
    for worker in present.workers_of(brand):
        activity = names.get(worker.activity_sid)
        change = Change(action=Action.REMOVE, kind=Kind.WORKER, name=worker.name, sid=worker.sid)
        if depth >= Depth.WORKERS:
            changes.append(change)
        elif activity != OFFLINE:
            difference = Difference(what="activity", before=activity, after=OFFLINE)
            changes.append(
                Change(
                    action=Action.UPDATE,
                    kind=Kind.WORKER,
                    name=worker.name,
                    sid=worker.sid,
                    differences=(difference,),
                )
            )
    return changes


def _workflow_changes(present: Present, workflow: Workflow) -> list[Change]:
    noted = read_ledger(workflow.configuration)
    queues = own_queues(present.task_queues, present.workflows, workflow.name)
    going = [(Kind.TASK_QUEUE, name, queue.sid) for name, queue in queues.items()]
    going += [
        (Kind.TASK_CHANNEL, each.unique_name, each.sid)
        for each in present.task_channels
        if each.unique_name in noted.channels
    ]
    going += [(Kind.ACTIVITY, each.name, each.sid) for each in present.activities if each.name in noted.activities]
    going.append((Kind.WORKFLOW, workflow.name, workflow.sid))
    return [Change(action=Action.REMOVE, kind=kind, name=name, sid=sid) for kind, name, sid in going]
