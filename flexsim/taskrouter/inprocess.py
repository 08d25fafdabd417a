"""The TaskRouter port over an engine in the same process: no HTTP, no waiting, the answers of the port over HTTP.

A method never lets the event loop run, so that whoever holds the engine stays its only writer. An input that the engine
refuses comes out as ``TargetRefused`` with the engine's status and code, as it does from the far side of HTTP.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeVar

from flexsim.errors import ExpressionError, InvalidInput, RoutingError, TargetRefused, UnknownResource
from flexsim.taskrouter import inputs, resources, states
from flexsim.taskrouter.engine import Engine
from flexsim.taskrouter.events import EXTRA, KIND, TASK, TASK_CREATED, WORKER, WORKER_CREATED, Event
from flexsim.taskrouter.expressions import parse
from flexsim.taskrouter.port import (
    Activity,
    NewTask,
    Reservation,
    Task,
    TaskChanges,
    TaskChannel,
    TaskQueue,
    Worker,
    WorkerChanges,
    WorkerChannel,
    Workflow,
    WorkflowChanges,
)

MAX_ATTRIBUTES: Final = 4096  # characters, white space included (Twilio: "TaskRouter resource limits")
_RESERVATION_TIMEOUT: Final = 120  # seconds (Twilio: Workflow resource)

P = ParamSpec("P")


class _Numbered(Protocol):
    @property
    def id(self) -> int: ...


N = TypeVar("N", bound=_Numbered)


def _unheard(_: list[Event]) -> None:
    """Nobody listens."""


class InProcessTaskRouter:
    """One engine's workspace; implements ``flexsim.taskrouter.port.TaskRouter``.

    ``now`` gives the present moment in UTC seconds; ``hear`` is told of each input's events before its answer is given.
    """

    def __init__(
        self, engine: Engine, now: Callable[[], float], hear: Callable[[list[Event]], None] = _unheard
    ) -> None:
        self._engine = engine
        self._now = now
        self._hear = hear

    # -- activities and task channels

    async def activities(self) -> list[Activity]:
        return [self._activity(each) for each in self._present().activities.values()]

    async def create_activity(self, name: str, *, available: bool) -> Activity:
        engine = self._engine
        with _refusals(f"create the activity {name}"):
            number = self._do(engine.create_activity, name, available=available)[0][EXTRA]
            return self._activity(engine.activities[number])

    async def delete_activity(self, sid: str) -> None:
        with _refusals(f"delete the activity {sid}"):
            self._do(self._engine.delete_activity, self._find("WA", sid, self._engine.activities).id)

    async def task_channels(self) -> list[TaskChannel]:
        return [self._task_channel(each) for each in self._present().channels.values()]

    async def create_task_channel(self, unique_name: str, *, name: str) -> TaskChannel:
        engine = self._engine
        with _refusals(f"create the task channel {unique_name}"):
            number = self._do(engine.create_task_channel, unique_name, name)[0][EXTRA]
            return self._task_channel(engine.channels[number])

    async def delete_task_channel(self, sid: str) -> None:
        with _refusals(f"delete the task channel {sid}"):
            self._do(self._engine.delete_task_channel, self._channel_at(sid).id)

    # -- task queues and workflows

    async def task_queues(self) -> list[TaskQueue]:
        return [self._task_queue(each) for each in self._present().queues.values()]

    async def create_task_queue(self, name: str, *, target_workers: str) -> TaskQueue:
        engine = self._engine
        with _refusals(f"create the task queue {name} for {target_workers}"):
            new = inputs.NewTaskQueue(name=name, target_workers=target_workers)
            number = self._do(engine.create_task_queue, new)[0][EXTRA]
            return self._task_queue(engine.queues[number])

    async def update_task_queue(self, sid: str, *, target_workers: str) -> TaskQueue:
        with _refusals(f"set the task queue {sid} to {target_workers}"):
            found = self._find("WQ", sid, self._engine.queues)
            changes = inputs.TaskQueueChanges(target_workers=target_workers)
            self._do(self._engine.update_task_queue, found.id, changes)
            return self._task_queue(found)

    async def delete_task_queue(self, sid: str) -> None:
        with _refusals(f"delete the task queue {sid}"):
            self._do(self._engine.delete_task_queue, self._find("WQ", sid, self._engine.queues).id)

    async def workflows(self) -> list[Workflow]:
        return [self._workflow(each) for each in self._present().workflows.values()]

    async def create_workflow(self, name: str, changes: WorkflowChanges) -> Workflow:
        engine = self._engine
        with _refusals(f"create the workflow {name}"):
            if changes.configuration is None:
                raise InvalidInput("a workflow needs a configuration")
            new = inputs.NewWorkflow(
                name=name,
                configuration=_text(changes.configuration, "Configuration"),
                assignment_url=changes.assignment_url or "",
                reservation_timeout=_or(changes.reservation_timeout, _RESERVATION_TIMEOUT),
            )
            number = self._do(engine.create_workflow, new)[0][EXTRA]
            return self._workflow(engine.workflows[number])

    async def update_workflow(self, sid: str, changes: WorkflowChanges) -> Workflow:
        with _refusals(f"change the workflow {sid}"):
            found = self._find("WW", sid, self._engine.workflows)
            configuration = changes.configuration
            given = inputs.WorkflowChanges(
                configuration=None if configuration is None else _text(configuration, "Configuration"),
                assignment_url=changes.assignment_url,
                reservation_timeout=changes.reservation_timeout,
            )
            self._do(self._engine.update_workflow, found.id, given)
            return self._workflow(found)

    async def delete_workflow(self, sid: str) -> None:
        with _refusals(f"delete the workflow {sid}"):
            self._do(self._engine.delete_workflow, self._find("WW", sid, self._engine.workflows).id)

    # -- workers

    async def workers(self) -> list[Worker]:
        return [self._worker(each) for each in self._present().workers.values()]

    async def create_worker(self, name: str, *, attributes: Mapping[str, Any]) -> Worker:
        engine = self._engine
        with _refusals(f"create the worker {name}"):
            document, text = _attributes(attributes)
            new = inputs.NewWorker(name=name, attributes=document, attributes_text=text)
            number = _subject(self._do(engine.create_worker, new), WORKER_CREATED, WORKER)
            return self._worker(engine.workers[number])

    async def update_worker(self, sid: str, changes: WorkerChanges) -> Worker:
        engine = self._engine
        with _refusals(f"change the worker {sid}"):
            found = self._find("WK", sid, engine.workers)
            document, text = (None, None) if changes.attributes is None else _attributes(changes.attributes)
            given = inputs.WorkerChanges(
                activity=self._given("ActivitySid", "WA", changes.activity_sid, engine.activities),
                attributes=document,
                attributes_text=text,
                reject_pending=changes.reject_pending,
            )
            self._do(engine.update_worker, found.id, given)
            return self._worker(found)

    async def delete_worker(self, sid: str) -> None:
        with _refusals(f"delete the worker {sid}"):
            self._do(self._engine.delete_worker, self._find("WK", sid, self._engine.workers).id)

    async def worker_channels(self, worker_sid: str) -> list[WorkerChannel]:
        with _refusals(f"list the channels of the worker {worker_sid}"):
            worker = self._find("WK", worker_sid, self._present().workers)
            return [self._worker_channel(worker, number) for number in worker.channels]

    async def set_capacity(self, worker_sid: str, channel: str, capacity: int) -> None:
        with _refusals(f"set the capacity of the worker {worker_sid} for {channel} to {capacity}"):
            worker = self._find("WK", worker_sid, self._engine.workers)
            number = self._channel_at(channel).id
            self._do(self._engine.update_worker_channel, worker.id, number, capacity=capacity)

    # -- tasks and reservations

    async def create_task(self, task: NewTask) -> Task:
        engine = self._engine
        with _refusals(f"create a task on the channel {task.channel}"):
            workflow = self._given("WorkflowSid", "WW", task.workflow_sid, engine.workflows)
            assert workflow is not None, "the port's tasks name their workflow"
            document, text = _attributes(task.attributes)
            new = inputs.NewTask(
                workflow=workflow,
                channel=self._given_channel(task.channel),
                attributes=document,
                attributes_text=text,
                priority=task.priority or 0,
                timeout=_or(task.timeout, resources.DAY),
            )
            number = _subject(self._do(engine.create_task, new), TASK_CREATED, TASK)
            return self._task(engine.tasks[number])

    async def task(self, sid: str) -> Task:
        with _refusals(f"read the task {sid}"):
            return self._task(self._find("WT", sid, self._present().tasks))

    async def tasks(self, *, matching: str | None = None, statuses: tuple[str, ...] = ()) -> list[Task]:
        with _refusals("list the tasks"):
            unknown = [each for each in statuses if each not in states.TASK_STATUSES]
            if unknown:
                raise InvalidInput(f"AssignmentStatus must be of {', '.join(states.TASK_STATUSES)}: {unknown[0]}")
            wanted = parse(matching).matches if matching else None
            return [
                self._task(each)
                for each in self._present().tasks.values()
                if (not statuses or each.status in statuses) and (wanted is None or wanted(each.attributes))
            ]

    async def update_task(self, sid: str, changes: TaskChanges) -> Task:
        with _refusals(f"change the task {sid} to {changes.status or 'new attributes'}"):
            found = self._find("WT", sid, self._present().tasks)
            document, text = (None, None) if changes.attributes is None else _attributes(changes.attributes)
            given = inputs.TaskChanges(
                status=changes.status, reason=changes.reason, attributes=document, attributes_text=text
            )
            self._do(self._engine.update_task, found.id, given)
            return self._task(found)

    async def delete_task(self, sid: str) -> None:
        with _refusals(f"delete the task {sid}"):
            self._do(self._engine.delete_task, self._find("WT", sid, self._present().tasks).id)

    async def task_reservations(self, task_sid: str) -> list[Reservation]:
        with _refusals(f"list the reservations of the task {task_sid}"):
            task = self._find("WT", task_sid, self._present().tasks)
            return [self._reservation(self._engine.reservations[each]) for each in task.reservations]

    async def update_reservation(self, task_sid: str, reservation_sid: str, status: str) -> Reservation:
        engine = self._engine
        with _refusals(f"change the reservation {reservation_sid} to {status}"):
            task = self._find("WT", task_sid, self._present().tasks)
            found = self._find("WR", reservation_sid, engine.reservations)
            if found.task is not task:
                raise UnknownResource(f"reservation {reservation_sid} is another task's")
            if status == "accepted":
                self._do(engine.accept, found.id)
            elif status == "rejected":
                self._do(engine.reject, found.id)
            elif status == "wrapping":
                self._do(engine.wrap_up, found.id)
            elif status == "completed":
                self._do(engine.complete, found.id)
            else:
                raise InvalidInput(f"a reservation is accepted, rejected, wrapping or completed, not {status}")
            return self._reservation(found)

    # -- how all of them ask

    def _do(
        self, engine_input: Callable[Concatenate[float, P], list[Event]], *args: P.args, **kwargs: P.kwargs
    ) -> list[Event]:
        """Give the engine an input, after what was due before it: that is heard of even when the input is refused."""
        self._present()
        caused = engine_input(self._engine.now, *args, **kwargs)
        self._hear(caused)
        return caused

    def _present(self) -> Engine:
        """The engine as it is now."""
        caused = self._engine.advance(self._now())
        if caused:
            self._hear(caused)
        return self._engine

    def _find(self, prefix: str, sid: str, found_in: Mapping[int, N]) -> N:
        """What an address would name."""
        number = self._engine.sids.number(prefix, sid)
        found = None if number is None else found_in.get(number)
        if found is None:
            raise UnknownResource(f"no such resource: {sid}")
        return found

    def _given(self, name: str, prefix: str, sid: str | None, found_in: Mapping[int, N]) -> int | None:
        """What a parameter would name."""
        if not sid:
            return None
        number = self._engine.sids.number(prefix, sid)
        if number is None or number not in found_in:
            raise InvalidInput(f"{name} names nothing in this workspace: {sid}")
        return number

    def _find_channel(self, name: str) -> resources.TaskChannel | None:
        """By unique name or by SID."""
        engine = self._engine
        number = engine.sids.number("TC", name)
        return engine.channels.get(engine.channel_by_name.get(name, -1) if number is None else number)

    def _channel_at(self, name: str) -> resources.TaskChannel:
        found = self._find_channel(name)
        if found is None:
            raise UnknownResource(f"no such task channel: {name}")
        return found

    def _given_channel(self, name: str) -> int:
        found = self._find_channel(name)
        if found is None:
            raise InvalidInput(f"TaskChannel names no channel of this workspace: {name}")
        return found.id

    # -- the port's records

    def _sid(self, prefix: str, number: int) -> str:
        return self._engine.sids.sid(prefix, number)

    def _activity(self, found: resources.Activity) -> Activity:
        return Activity(sid=self._sid("WA", found.id), name=found.name, available=found.available)

    def _task_channel(self, found: resources.TaskChannel) -> TaskChannel:
        return TaskChannel(sid=self._sid("TC", found.id), unique_name=found.unique_name, name=found.name)

    def _task_queue(self, found: resources.TaskQueue) -> TaskQueue:
        return TaskQueue(sid=self._sid("WQ", found.id), name=found.name, target_workers=found.target_workers)

    def _workflow(self, found: resources.Workflow) -> Workflow:
        return Workflow(
            sid=self._sid("WW", found.id),
            name=found.name,
            configuration=json.loads(found.configuration),
            assignment_url=found.assignment_url or None,
            reservation_timeout=found.reservation_timeout,
        )

    def _worker(self, found: resources.Worker) -> Worker:
        return Worker(
            sid=self._sid("WK", found.id),
            name=found.name,
            attributes=_copy(found.attributes),
            activity_sid=self._sid("WA", found.activity.id),
            available=found.activity.available,
        )

    def _worker_channel(self, worker: resources.Worker, number: int) -> WorkerChannel:
        return WorkerChannel(
            sid=self._sid("WC", resources.worker_channel_number(worker.id, number)),
            channel=self._engine.channels[number].unique_name,
            capacity=worker.channels[number].capacity,
        )

    def _task(self, found: resources.Task) -> Task:
        return Task(
            sid=self._sid("WT", found.id),
            status=found.status,
            attributes=_copy(found.attributes),
            channel=found.channel.unique_name,
            queue=None if found.queue is None else found.queue.name,
            priority=found.priority,
            age=int((self._engine.now if found.ended is None else found.ended) - found.created),
            reason=found.reason,
        )

    def _reservation(self, found: resources.Reservation) -> Reservation:
        """``updated`` in whole seconds, as dates are on the wire."""
        return Reservation(
            sid=self._sid("WR", found.id),
            task_sid=self._sid("WT", found.task.id),
            worker_sid=self._sid("WK", found.worker.id),
            status=found.status,
            updated=float(found.updated // 1),
        )


@contextmanager
def _refusals(what: str) -> Iterator[None]:
    """Errors of the engine come out as TargetRefused, saying that we could not do ``what``."""
    try:
        yield
    except ExpressionError as error:
        raise _refused(what, InvalidInput(str(error))) from error
    except RoutingError as error:
        raise _refused(what, error) from error


def _refused(what: str, error: RoutingError) -> TargetRefused:
    message = f"could not {what}: {error} (status {error.status}, code {error.code})"
    return TargetRefused(message, status=error.status, code=error.code)


def _subject(caused: list[Event], kind: int, place: int) -> int:
    """The id of what was created."""
    number = next(event for event in caused if event[KIND] == kind)[place]
    assert isinstance(number, int), "what was created has an id"
    return number


def _or(given: int | None, otherwise: int) -> int:
    return otherwise if given is None else given


def _text(document: Mapping[str, Any], name: str) -> str:
    """JSON as it would be sent."""
    try:
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        text.encode()
    except ValueError as error:
        raise InvalidInput(f"{name} cannot be written as JSON: {error}") from error
    return text


def _attributes(document: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """A copy as it would arrive, and its text."""
    text = _text(document, "Attributes")
    if len(text) > MAX_ATTRIBUTES:
        raise InvalidInput(f"Attributes has {len(text)} characters, the most is {MAX_ATTRIBUTES}")
    copy: dict[str, Any] = json.loads(text)
    return copy, text


def _copy(attributes: dict[str, Any]) -> dict[str, Any]:
    """What the caller does with an answer must not reach the engine."""
    copy: dict[str, Any] = json.loads(json.dumps(attributes))
    return copy
