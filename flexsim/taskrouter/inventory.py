"""What a workspace consists of, and changing it: activities, channels, queues, workflows, workers.

Things in use are not deleted, names are unique, and a rejected input has changed nothing: everything is checked first.
Twilio: the resource pages of "TaskRouter API"; where they are silent, 400 with code 20001.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeVar

from flexsim.errors import ExpressionError, InvalidInput, UnknownResource, VersionMismatch
from flexsim.ids import Sids
from flexsim.taskrouter import events, states, timers
from flexsim.taskrouter.expressions import Expression, parse
from flexsim.taskrouter.inputs import (
    NewTaskQueue,
    NewWorker,
    NewWorkflow,
    TaskQueueChanges,
    WorkerChanges,
    WorkflowChanges,
    WorkspaceChanges,
)
from flexsim.taskrouter.resources import DAY, Activity, TaskChannel, TaskQueue, Worker, WorkerChannel, Workflow
from flexsim.taskrouter.routing import Router
from flexsim.taskrouter.workflow import Routing, parse_routing

Found = TypeVar("Found")

MAX_NAME: Final = 64
MAX_RESERVED: Final = 50
MAX_WORKERS: Final = 1 << 20  # what matching's keys hold; far beyond Twilio's 15,000


class Inventory(Router):
    """The inputs that change what there is. Each returns the events it caused."""

    __slots__ = ("_worker_by_name", "default_activity", "timeout_activity")

    def __init__(self, sids: Sids, now: float, *, name: str = "Flex Task Assignment") -> None:
        super().__init__(sids, now, name=name)
        offline = Activity(self._next_id("activity"), "Offline", available=False, now=now)
        self.activities[offline.id] = offline
        self.default_activity = self.timeout_activity = offline
        self._worker_by_name: dict[str, Worker] = {}  # in lower case

    # --- the workspace ---

    def update_workspace(self, now: float, changes: WorkspaceChanges) -> list[events.Event]:
        self._begin(now)
        if changes.name is not None:
            _check_name(changes.name, "workspace")
        default = None if changes.default_activity is None else self._activity(changes.default_activity)
        timeout = None if changes.timeout_activity is None else self._activity(changes.timeout_activity)
        self.name = self.name if changes.name is None else changes.name
        self.default_activity = default or self.default_activity
        self.timeout_activity = timeout or self.timeout_activity
        if changes.event_callback_url is not None:
            self.event_callback_url = changes.event_callback_url
        if changes.events_filter is not None:
            self.events_filter = changes.events_filter or None
        if changes.lifo_first is not None:
            self._matcher.lifo_first = changes.lifo_first
        self.updated = self.now
        self._about(events.WORKSPACE_UPDATED, None)
        return self._finish()

    @property
    def lifo_first(self) -> bool:
        """Whether a worker in queues of both kinds is served from the LIFO ones first."""
        return self._matcher.lifo_first

    # --- activities ---

    def create_activity(self, now: float, name: str, *, available: bool = False) -> list[events.Event]:
        self._begin(now)
        _check_name(name, "activity")
        self._check_unique(name, self.activities.values(), "Activity")
        activity = Activity(self._next_id("activity"), name, available=available, now=self.now)
        self.activities[activity.id] = activity
        self._about(events.ACTIVITY_CREATED, activity.id)
        return self._finish()

    def rename_activity(self, now: float, activity: int, name: str) -> list[events.Event]:
        self._begin(now)
        found = self._activity(activity)
        _check_name(name, "activity")
        self._check_unique(name, (each for each in self.activities.values() if each is not found), "Activity")
        found.name, found.updated = name, self.now
        self._about(events.ACTIVITY_UPDATED, activity)
        return self._finish()

    def delete_activity(self, now: float, activity: int) -> list[events.Event]:
        self._begin(now)
        found = self._activity(activity)
        if found in (self.default_activity, self.timeout_activity):
            raise InvalidInput(f"activity {found.name} is the workspace's default or timeout activity")
        if any(worker.activity is found for worker in self.workers.values()):
            raise InvalidInput(f"activity {found.name} has workers in it: move them first")
        users = [each.name for each in self.queues.values() if activity in _activities_of(each)]
        if users:
            raise InvalidInput(f"activity {found.name} is used by task queue {users[0]}: change it first")
        del self.activities[activity]
        self._about(events.ACTIVITY_DELETED, activity)
        return self._finish()

    # --- task channels ---

    def create_task_channel(
        self, now: float, unique_name: str, name: str, *, optimized: bool = False
    ) -> list[events.Event]:
        self._begin(now)
        _check_name(name, "task channel")
        if not unique_name or not all(each.isalnum() or each in "_$-" for each in unique_name):
            raise InvalidInput(f"task channel's unique name must be letters, digits, _, $ or -: {unique_name}")
        if unique_name in self.channel_by_name:
            raise InvalidInput(f"TaskChannel with the same unique name already exists: {unique_name}")
        channel = TaskChannel(self._next_id("channel"), unique_name, name, optimized=optimized, now=self.now)
        self.channels[channel.id] = channel
        self.channel_by_name[unique_name] = channel.id
        for worker in self.workers.values():
            worker.channels[channel.id] = WorkerChannel(1, self.now)
        self._about(events.TASK_CHANNEL_CREATED, channel.id)
        return self._finish()

    def update_task_channel(
        self, now: float, channel: int, *, name: str | None = None, optimized: bool | None = None
    ) -> list[events.Event]:
        self._begin(now)
        found = self._channel(channel)
        if name is not None:
            _check_name(name, "task channel")
            found.name = name
        if optimized is not None and optimized != found.optimized:
            found.optimized = optimized
            for queue in self.queues.values():
                self._matcher.queue_changed(queue)
        found.updated = self.now
        self._about(events.TASK_CHANNEL_UPDATED, channel)
        return self._finish()

    def delete_task_channel(self, now: float, channel: int) -> list[events.Event]:
        self._begin(now)
        found = self._channel(channel)
        if any(task.channel is found for task in self.tasks.values()):
            raise InvalidInput(f"task channel {found.unique_name} has tasks")
        self._matcher.channel_gone(channel)
        for worker in self.workers.values():
            del worker.channels[channel]
        del self.channels[channel]
        del self.channel_by_name[found.unique_name]
        self._about(events.TASK_CHANNEL_DELETED, channel)
        return self._finish()

    # --- task queues ---

    def create_task_queue(self, now: float, new: NewTaskQueue) -> list[events.Event]:
        self._begin(now)
        _check_name(new.name, "task queue")
        self._check_unique(new.name, self.queues.values(), "TaskQueue")
        expression = _queue_expression(new.target_workers)
        check_range(new.max_reserved_workers, 1, MAX_RESERVED, "MaxReservedWorkers")
        reservation, assignment = (self._known_activity(each) for each in _activities_of(new))
        queue = TaskQueue(self._next_id("queue"), new.name, new.target_workers, expression, self.now)
        queue.max_reserved_workers, queue.lifo = new.max_reserved_workers, new.lifo
        queue.reservation_activity, queue.assignment_activity = reservation, assignment
        self.queues[queue.id] = queue
        self._recruit(queue)
        self._about(events.TASK_QUEUE_CREATED, queue.id)
        return self._finish()

    def update_task_queue(self, now: float, queue: int, changes: TaskQueueChanges) -> list[events.Event]:
        self._begin(now)
        found = self._queue(queue)
        if changes.name is not None:
            _check_name(changes.name, "task queue")
            self._check_unique(changes.name, (each for each in self.queues.values() if each is not found), "TaskQueue")
        if changes.max_reserved_workers is not None:
            check_range(changes.max_reserved_workers, 1, MAX_RESERVED, "MaxReservedWorkers")
        reservation, assignment = (self._known_activity(each) for each in _activities_of(changes))
        retarget = changes.target_workers is not None and changes.target_workers != found.target_workers
        expression = _queue_expression(changes.target_workers or "") if retarget else found.expression
        found.name = found.name if changes.name is None else changes.name
        found.max_reserved_workers = changes.max_reserved_workers or found.max_reserved_workers
        found.lifo = found.lifo if changes.lifo is None else changes.lifo
        found.reservation_activity = found.reservation_activity if reservation is None else reservation
        found.assignment_activity = found.assignment_activity if assignment is None else assignment
        found.updated = self.now
        if retarget:
            found.target_workers, found.expression = changes.target_workers or "", expression
            self._recruit(found)
            self._about(events.TASK_QUEUE_EXPRESSION_UPDATED, queue)
        self._matcher.queue_changed(found)
        if retarget:
            self._retry_hopeless()
            self._serve_members(found)
        return self._finish()

    def delete_task_queue(self, now: float, queue: int) -> list[events.Event]:
        self._begin(now)
        found = self._queue(queue)
        users = [workflow.name for workflow in self.workflows.values() if queue in workflow.routing.queues()]
        if users:
            raise InvalidInput(f"TaskQueue {found.name} is used by workflow {users[0]}: change it first")
        if any(task.queue is found and task.ended is None for task in self.tasks.values()):
            raise InvalidInput(f"TaskQueue {found.name} has tasks")
        self._matcher.queue_gone(found)
        for worker in self.workers.values():
            worker.queues.pop(queue, None)
        del self.queues[queue]
        self._about(events.TASK_QUEUE_DELETED, queue)
        return self._finish()

    def _recruit(self, queue: TaskQueue) -> None:
        """Find the queue's members anew."""
        queue.members, queue.workers_in_activity = set(), {}
        for worker in self.workers.values():
            worker.queues.pop(queue.id, None)
            if queue.expression is not None and queue.expression.matches(worker.attributes):
                self._join(worker, queue)

    def _join(self, worker: Worker, queue: TaskQueue) -> None:
        queue.members.add(worker.id)
        worker.queues[queue.id] = queue
        queue.workers_in_activity[worker.activity.id] = queue.workers_in_activity.get(worker.activity.id, 0) + 1

    def _part(self, worker: Worker, queue: TaskQueue) -> None:
        queue.members.discard(worker.id)
        del worker.queues[queue.id]
        queue.workers_in_activity[worker.activity.id] -= 1

    def _serve_members(self, queue: TaskQueue) -> None:
        for number in sorted(queue.members):
            self._serve_all_channels(self.workers[number])

    # --- workflows ---

    def create_workflow(self, now: float, new: NewWorkflow) -> list[events.Event]:
        self._begin(now)
        _check_name(new.name, "workflow")
        self._check_unique(new.name, self.workflows.values(), "Workflow")
        check_range(new.reservation_timeout, 1, DAY, "TaskReservationTimeout")
        routing = self._routing(new.configuration)
        workflow = Workflow(self._next_id("workflow"), new.name, new.configuration, routing, self.now)
        workflow.assignment_url, workflow.fallback_url = new.assignment_url, new.fallback_url
        workflow.reservation_timeout = new.reservation_timeout
        workflow.reservation_timers = self._timers.lasting(timers.RESERVATION, new.reservation_timeout)
        self.workflows[workflow.id] = workflow
        self._about(events.WORKFLOW_CREATED, workflow.id)
        return self._finish()

    def update_workflow(self, now: float, workflow: int, changes: WorkflowChanges) -> list[events.Event]:
        self._begin(now)
        found = self._workflow(workflow)
        if changes.name is not None:
            _check_name(changes.name, "workflow")
            self._check_unique(
                changes.name, (each for each in self.workflows.values() if each is not found), "Workflow"
            )
        if changes.reservation_timeout is not None:
            check_range(changes.reservation_timeout, 1, DAY, "TaskReservationTimeout")
        routing = found.routing if changes.configuration is None else self._routing(changes.configuration)
        for field in ("name", "configuration", "assignment_url", "fallback_url", "reservation_timeout"):
            value = getattr(changes, field)
            if value is not None:
                setattr(found, field, value)
        found.reservation_timers = self._timers.lasting(timers.RESERVATION, found.reservation_timeout)
        found.updated = self.now
        self._about(events.WORKFLOW_UPDATED, workflow)
        self._reroute(found, routing, everything=changes.reevaluate)
        return self._finish()

    def delete_workflow(self, now: float, workflow: int) -> list[events.Event]:
        self._begin(now)
        found = self._workflow(workflow)
        if found.open_tasks:
            raise InvalidInput(f"Workflow {found.name} has {found.open_tasks} tasks: let them end first")
        del self.workflows[workflow]
        self._about(events.WORKFLOW_DELETED, workflow)
        return self._finish()

    def _routing(self, configuration: str) -> Routing:
        def queue_id(sid: str) -> int | None:
            number = self.sids.number("WQ", sid)
            return number if number in self.queues else None

        return parse_routing(configuration, queue_id)

    def _reroute(self, workflow: Workflow, routing: Routing, *, everything: bool) -> None:
        """Put a new configuration in force.

        Waiting tasks are sent through it from the start when that was asked for, or when their place in it is gone; the
        others stay where they are, under the new target. Reserved tasks follow when they come back.
        """
        previous, workflow.routing = workflow.routing, routing
        if previous is routing and not everything:
            return
        waiting = [each for each in self.tasks.values() if each.workflow is workflow and each.status == states.PENDING]
        for task in (each for each in waiting if each.direct is None):
            self._matcher.withdraw(task)
            if everything:
                self._start_over(task)
            else:
                task.placement += 1  # the timer of the old target no longer holds
                self._resume(task)

    # --- workers ---

    def create_worker(self, now: float, new: NewWorker) -> list[events.Event]:
        self._begin(now)
        _check_name(new.name, "worker")
        self._check_worker_name(new.name, None)
        activity = self.default_activity if new.activity is None else self._activity(new.activity)
        number = self._next_id("worker")
        assert number < MAX_WORKERS, f"more than {MAX_WORKERS} workers"
        worker = Worker(number, new.name, new.attributes, activity, self.now)
        worker.attributes_text = new.attributes_text
        worker.channels = {channel: WorkerChannel(1, self.now) for channel in self.channels}
        self.workers[worker.id] = self._worker_by_name[worker.name.lower()] = worker
        self._about_worker(events.WORKER_CREATED, worker)
        self._take_in_hand(worker)
        self._requalify(worker)
        self._serve_all_channels(worker)
        return self._finish()

    def update_worker(self, now: float, worker: int, changes: WorkerChanges) -> list[events.Event]:
        self._begin(now)
        found = self._worker(worker)
        check_version(found.version, changes.version)
        activity = None if changes.activity is None else self._activity(changes.activity)
        if changes.name is not None:
            _check_name(changes.name, "worker")
            self._check_worker_name(changes.name, found)
        if changes.reject_pending and (activity or found.activity).available:
            raise InvalidInput("RejectPendingReservations goes with an activity that is not available")
        self._take_in_hand(found)
        if changes.name is not None and changes.name != found.name:
            del self._worker_by_name[found.name.lower()]
            found.name = changes.name
            self._worker_by_name[found.name.lower()] = found
            self._matcher.worker_changed(found, found.queues.values())  # a known worker may be meant by name
        if changes.attributes is not None:
            found.attributes, found.attributes_text = changes.attributes, changes.attributes_text
            self._about_worker(events.WORKER_ATTRIBUTES_UPDATE, found)
            self._requalify(found)
        if activity is None or not self._change_activity(found, activity):
            found.version += 1
        found.updated = self.now
        if changes.reject_pending:
            self._reject_pending(found)
        self._serve_all_channels(found)
        return self._finish()

    def update_worker_channel(
        self, now: float, worker: int, channel: int, *, capacity: int | None = None, available: bool | None = None
    ) -> list[events.Event]:
        self._begin(now)
        found = self._worker(worker)
        on = found.channels.get(channel)
        if on is None:
            raise UnknownResource(f"no such channel of worker {found.name}: {channel}")
        if capacity is not None:
            check_range(capacity, 0, 1 << 31, "Capacity")
        previous, was_available = on.capacity, on.available
        on.in_hand = True
        if capacity is not None:
            on.capacity, on.updated = capacity, self.now
            self._about_worker(events.WORKER_CAPACITY_UPDATE, found, (channel, previous))
        if available is not None:
            on.available, on.updated = available, self.now
            self._about_worker(events.WORKER_CHANNEL_AVAILABILITY_UPDATE, found, (channel, was_available))
        found.version += 1
        if not on.capacity or not on.available:
            self._retry_hopeless()
        self._serve(found, channel)
        if self._matcher.any_changing:
            self._touched[worker] = found
        return self._finish()

    def delete_worker(self, now: float, worker: int, version: int | None = None) -> list[events.Event]:
        """A worker who has accepted work cannot be deleted; pending reservations are canceled."""
        self._begin(now)
        found = self._worker(worker)
        check_version(found.version, version)
        held = list(found.open_reservations.values())
        if any(each.status != states.PENDING for each in held):
            raise InvalidInput(f"worker {found.name} has assigned tasks: complete them first")
        for queue in list(found.queues.values()):
            self._part(found, queue)
        self._matcher.worker_gone(found)
        orphans = []
        for reservation in held:
            task = reservation.task
            self._close(reservation, states.CANCELED, events.RESERVATION_CANCELED)
            if not task.open_reservations:
                task.status = states.PENDING
                orphans.append(task)
        del self.workers[worker], self._worker_by_name[found.name.lower()]
        self._about_worker(events.WORKER_DELETED, found)
        self._retry_hopeless()
        for task in orphans:
            self._resume(task)
        return self._finish()

    def _requalify(self, worker: Worker) -> None:
        """Find the queues the worker is a member of."""
        before = set(worker.queues)
        for queue in self.queues.values():
            belongs = queue.expression is not None and queue.expression.matches(worker.attributes)
            if belongs and queue.id not in before:
                self._join(worker, queue)
            elif not belongs and queue.id in before:
                self._part(worker, queue)
        affected = before | set(worker.queues)
        self._matcher.worker_changed(worker, (self.queues[each] for each in sorted(affected)))
        self._retry_hopeless()

    def _reject_pending(self, worker: Worker) -> None:
        for reservation in list(worker.open_reservations.values()):
            if reservation.status == states.PENDING:
                self._decline(reservation, states.REJECTED, events.RESERVATION_REJECTED, None)

    # --- finding and checking ---

    def worker_named(self, name: str) -> Worker | None:
        """The worker of this name, whatever its case."""
        return self._worker_by_name.get(name.lower())

    def _activity(self, number: int) -> Activity:
        return _find(self.activities, number, "activity")

    def _known_activity(self, number: int | None) -> int | None:
        return None if number is None else self._activity(number).id

    def _channel(self, number: int) -> TaskChannel:
        return _find(self.channels, number, "task channel")

    def _queue(self, number: int) -> TaskQueue:
        return _find(self.queues, number, "task queue")

    def _workflow(self, number: int) -> Workflow:
        return _find(self.workflows, number, "workflow")

    def _worker(self, number: int) -> Worker:
        return _find(self.workers, number, "worker")

    @staticmethod
    def _check_unique(name: str, others: Iterable[Any], kind: str) -> None:
        if any(each.name == name for each in others):
            raise InvalidInput(f"{kind} with the same friendly name already exists: {name}")

    def _check_worker_name(self, name: str, worker: Worker | None) -> None:
        """Unique whatever the case (Twilio's message, to the letter)."""
        holder = self.worker_named(name)
        if holder is not None and holder is not worker:
            raise InvalidInput("Worker with the same friendly name already exists")


def _find(resources: Mapping[int, Found], number: int, kind: str) -> Found:
    found = resources.get(number)
    if found is None:
        raise UnknownResource(f"no such {kind}: {number}")
    return found


def _check_name(name: str, kind: str) -> None:
    if not name.strip():
        raise InvalidInput(f"{kind} needs a FriendlyName")
    if len(name) > MAX_NAME:
        raise InvalidInput(f"{kind}'s FriendlyName is longer than {MAX_NAME} characters: {name[:80]}")


def check_range(value: int, least: int, most: int, name: str) -> None:
    if not least <= value <= most:
        raise InvalidInput(f"{name} must be from {least} to {most}: {value}")


def check_version(present: int, asked: int | None) -> None:
    if asked is not None and asked != present:
        raise VersionMismatch(f"the version is {present}, not {asked}: read it again")


def _activities_of(queue: TaskQueue | NewTaskQueue | TaskQueueChanges) -> tuple[int | None, int | None]:
    return queue.reservation_activity, queue.assignment_activity


def _queue_expression(text: str) -> Expression | None:
    """None for an empty expression, which matches nobody."""
    if not text.strip():
        return None
    try:
        return parse(text)
    except ExpressionError as error:
        raise InvalidInput(f"TargetWorkers: {error}") from error
