"""How tasks move: into a workflow, from target to target, to workers and away from them.

The common ground of all inputs: what the workspace holds, what is due, what has happened. The inputs themselves are in
``inventory`` (what the workspace consists of) and ``engine`` (tasks and reservations).

Within one change, events come in this order: what happens to the task, its workflow and queue; then to reservations;
then to workers; then whatever the change makes possible, task by task.
"""

from collections import deque
from typing import Any, Final

from flexsim.ids import Sids
from flexsim.taskrouter import events, states, timers
from flexsim.taskrouter.matching import Lane, Matcher
from flexsim.taskrouter.resources import (
    DAY,
    Activity,
    Direct,
    Reservation,
    Task,
    TaskChannel,
    TaskQueue,
    Worker,
    Workflow,
)
from flexsim.taskrouter.states import ACCEPTED, CANCELED, COMPLETED, PENDING, RESERVED
from flexsim.taskrouter.workflow import Position, Target

_PRUNE_TOGETHER: Final = 30.0  # seconds of ended tasks that are forgotten at once, unless somebody asks for one

MAX_ASSIGNMENTS: Final = 1000  # Twilio: "TaskRouter resource limits"

NOWHERE: Final = -2  # the filter of a task that is in none

CANCELED_BY_WORKFLOW: Final = "Task canceled on Workflow timeout"
CANCELED_BY_SKIPPING: Final = "Task canceled: skipped in Workflow"
CANCELED_BY_AGE: Final = "Task TTL Exceeded"
CANCELED_BY_ASSIGNMENTS: Final = "Max Assignment Count"


class Router:
    """One workspace: its resources by id in order of creation, its time, and the movement of its tasks."""

    __slots__ = (
        "_assignment_ages", "_ended", "_happened", "_made", "_matcher", "_reserved", "_task_ages", "_tasks_made", "_timers",
        "_touched", "activities", "channel_by_name", "channels", "created", "event_callback_url", "events_filter", "name", "now",
        "prune_after", "queues", "reservations", "sequence", "sids", "tasks", "updated", "workers", "workflows",
    )  # fmt: skip

    def __init__(self, sids: Sids, now: float, *, name: str = "Flex Task Assignment") -> None:
        self.sids = sids
        self.now = now
        self.name = name
        self.activities: dict[int, Activity] = {}
        self.channels: dict[int, TaskChannel] = {}
        self.channel_by_name: dict[str, int] = {}
        self.queues: dict[int, TaskQueue] = {}
        self.workflows: dict[int, Workflow] = {}
        self.workers: dict[int, Worker] = {}
        self.tasks: dict[int, Task] = {}
        self.reservations: dict[int, Reservation] = {}
        self.event_callback_url = ""
        self.events_filter: str | None = None
        self.created = self.updated = now
        self.prune_after = 300.0  # seconds that an ended task stays readable (Twilio: "Task Resource")
        self.sequence = 0  # events so far
        self._made: dict[str, int] = {}  # how many of each kind of resource there have been
        self._tasks_made = 0
        self._reserved = 0  # how many reservations there have been: the order of "longest idle"
        self._happened: list[events.Event] = []
        self._touched: dict[int, Worker] = {}  # whose load has changed, where some target selects by load
        self._ended: deque[tuple[float, int]] = deque()
        self._matcher = Matcher(self.workers, self.channels, sids)
        self._timers = timers.Timers(
            reservation=self._reservation_is_pending,
            target=self._task_is_in_placement,
            task_age=self._task_is_open,
            assignment_age=self._task_is_assigned,
        )
        self._task_ages = self._timers.lasting(timers.TASK_AGE, DAY)
        self._assignment_ages = self._timers.lasting(timers.ASSIGNMENT_AGE, DAY)

    # --- time ---

    def next_deadline(self) -> float:
        """When ``advance`` must be called at the latest; infinite when nothing is due. May be early, never late."""
        return self._timers.wake

    def advance(self, now: float) -> list[events.Event]:
        """Do what is due by ``now``, each thing at its own moment; forget what ended too long ago to be read."""
        self._begin(now)
        self._prune()
        return self._finish()

    def _begin(self, now: float) -> None:
        """Every input begins here, or with the same two lines: first, what was due before it."""
        if now >= self._timers.wake:
            self._catch_up(now)
        if now > self.now:
            self.now = now

    def _catch_up(self, now: float) -> None:
        """Do what is due by ``now``, each thing at its own moment."""
        while due := self._timers.pop_due(now):
            moment, kind, whose = due
            self.now = max(self.now, moment)
            self._fall_due(kind, whose)
            if self._touched:
                self._serve_touched()

    def _finish(self) -> list[events.Event]:
        """Every input ends here: what has happened since the last one ended."""
        if self._touched:
            self._serve_touched()
        happened = self._happened
        self._happened = []
        self.sequence += len(happened)
        return happened

    def _prune(self) -> None:
        """Forget the tasks that have been over for long enough."""
        ended, tasks, reservations = self._ended, self.tasks, self.reservations
        before = self.now - self.prune_after
        if not ended or ended[0][0] > before:
            return
        while ended and ended[0][0] <= before:
            found = tasks.pop(ended.popleft()[1], None)
            if found is not None:
                for reservation in found.reservations:
                    del reservations[reservation]
        self._timers.sweep()

    def _fall_due(self, kind: int, whose: int) -> None:
        if kind == timers.RESERVATION:
            self._time_out_reservation(self.reservations[whose])
        elif kind == timers.TARGET:
            self._time_out_target(self.tasks[whose])
        elif kind == timers.TASK_AGE:
            self._too_old(self.tasks[whose])
        else:
            self._remove(self.tasks[whose], events.TASK_SYSTEM_DELETED)

    def _too_old(self, task: Task) -> None:
        """A task has reached its timeout. One that is in a worker's hands has a day from acceptance to end."""
        if task.assigned is None:
            self._cancel(task, CANCELED_BY_AGE)
        elif task.timeout <= DAY:
            left = task.assigned + DAY - self.now
            self._timers.lasting(timers.ASSIGNMENT_AGE, left).start(self.now, task.id)

    def _reservation_is_pending(self, reservation: int, _: int) -> bool:
        found = self.reservations.get(reservation)
        return found is not None and found.status == PENDING

    def _task_is_in_placement(self, task: int, placement: int) -> bool:
        found = self.tasks.get(task)
        return found is not None and found.placement == placement and found.status == PENDING

    def _task_is_open(self, task: int, _: int) -> bool:
        found = self.tasks.get(task)
        return found is not None and found.ended is None

    def _task_is_assigned(self, task: int, _: int) -> bool:
        found = self.tasks.get(task)
        return found is not None and found.status in {states.ASSIGNED, states.WRAPPING}

    # --- what has happened ---

    # The hottest places append themselves: a call costs more than the event.

    def _about_task(self, kind: int, task: Task, extra: Any = None) -> None:
        self._happened.append((self.now, kind, task.id, None, None, extra))

    def _about_worker(self, kind: int, worker: Worker, extra: Any = None) -> None:
        self._happened.append((self.now, kind, None, worker.id, None, extra))

    def _about(self, kind: int, resource: int | None) -> None:
        self._happened.append((self.now, kind, None, None, None, resource))

    def _next_id(self, kind: str) -> int:
        """The next serial number of a kind of resource that is seldom made."""
        number = self._made.get(kind, 0)
        self._made[kind] = number + 1
        return number

    # --- through the workflow ---

    def _start_over(self, task: Task) -> None:
        """Send a task through its workflow from the start; its clock starts again."""
        task.declined = None
        position = task.workflow.routing.entry(task.attributes)
        if position is None:
            self._about_task(events.WORKFLOW_TIMEOUT, task, task.workflow.id)
            self._cancel(task, CANCELED_BY_WORKFLOW)
            return
        task.filter = NOWHERE
        self._place(task, position)

    def _place(self, task: Task, position: Position | None) -> None:
        """Put the task at ``position``, and on, as long as targets are skipped; offer it, or let it wait there."""
        routing = task.workflow.routing
        while position is not None:
            target = routing.target(position)
            queue = self.queues[target.queue]
            self._move_to(task, position, target, queue)
            if self._stay(task, target, self._matcher.lane(task, queue, target)):
                return
            position = routing.after_skip(position, task.attributes)
        self._about_task(events.WORKFLOW_SKIPPED, task, task.workflow.id)
        self._cancel(task, CANCELED_BY_SKIPPING)

    def _stay(self, task: Task, target: Target, lane: Lane) -> bool:
        """Offer the task that has come to this target, or let it wait; False when it is to be skipped."""
        worker = self._matcher.best_worker(task, lane)
        if worker is not None:
            self._reserve_round(task, worker, lane)
            return True
        if target.skip_if is not None and target.skip_if.matches({"workers": self._staffing(lane.queue)}):
            return False
        self._wait(task, lane, target)
        return True

    def _move_to(self, task: Task, position: Position, target: Target, queue: TaskQueue) -> None:
        now, happened = self.now, self._happened
        if position[0] != task.filter:
            task.filter_entered = now
        task.filter, task.target = position
        task.placement += 1
        if target.priority is not None:
            task.priority = target.priority
        happened.append((now, events.WORKFLOW_TARGET_MATCHED, task.id, None, None, (task.workflow.id, *position)))
        if queue is not task.queue:
            if task.queue is not None:
                self._about_task(events.TASK_QUEUE_MOVED, task, (task.queue.id, queue.id))
            task.queue, task.queue_entered = queue, now
            happened.append((now, events.TASK_QUEUE_ENTERED, task.id, None, None, queue.id))

    def _wait(self, task: Task, lane: Lane, target: Target) -> None:
        """Wait in ``target``; its lane may be shared with other targets that select alike but end at another time."""
        self._matcher.wait(task, lane)
        leaves = task.filter_entered + target.deadline
        if leaves < task.created + task.timeout:
            self._timers.target_at(max(leaves, self.now), task.id, task.placement)

    def _place_directly(self, task: Task, direct: Direct, queue: TaskQueue | None) -> None:
        """Send a task past its workflow; ``queue`` is the one it is counted in. It waits there until it is too old."""
        if queue is not None:
            task.queue, task.queue_entered = queue, self.now
            self._about_task(events.TASK_QUEUE_ENTERED, task, queue.id)
        self._offer_directly(task, direct)

    def _offer_directly(self, task: Task, direct: Direct) -> None:
        worker = direct.worker
        lane = self._matcher.lane(task, direct.queue, direct.target)
        if worker is not None and direct.ignore_capacity and worker.id in self.workers:
            task.status = RESERVED
            task.assignments += 1
            self._reserve(task, worker)
        elif not self._offer(task, lane):
            self._wait(task, lane, direct.target)

    def _resume(self, task: Task) -> None:
        """Offer a task again that has come back to ``pending``, in the target it is in; its time there goes on."""
        if task.assignments >= MAX_ASSIGNMENTS:
            self._cancel(task, CANCELED_BY_ASSIGNMENTS)
            return
        if task.direct is not None:
            self._offer_directly(task, task.direct)
            return
        assert task.queue is not None, "a task that was reserved is in a queue"
        place = (task.filter, task.target)
        if task.workflow.routing.queue_at(place) != task.queue.id:
            self._start_over(task)  # the workflow has been changed under it
            return
        target = task.workflow.routing.target(place)
        if self.now >= task.filter_entered + target.deadline:
            self._time_out_target(task)
            return
        lane = self._matcher.lane(task, task.queue, target)
        if not self._offer(task, lane):
            self._wait(task, lane, target)

    def _time_out_target(self, task: Task) -> None:
        assert task.queue is not None, "a task that waits is in a queue"
        self._matcher.withdraw(task)
        self._about_task(events.TASK_QUEUE_TIMEOUT, task, task.queue.id)
        position = task.workflow.routing.after_timeout((task.filter, task.target), task.attributes)
        if position is None:
            self._about_task(events.WORKFLOW_TIMEOUT, task, task.workflow.id)
            self._cancel(task, CANCELED_BY_WORKFLOW)
        else:
            task.declined = None
            self._place(task, position)

    def _staffing(self, queue: TaskQueue) -> dict[str, int]:
        """What ``workers.…`` means in ``skip_if``: the queue's workers by activity."""
        counts = {
            self.sids.sid("WA", each.id): queue.workers_in_activity.get(each.id, 0) for each in self.activities.values()
        }
        available = sum(
            queue.workers_in_activity.get(each.id, 0) for each in self.activities.values() if each.available
        )
        return counts | {"available": available, "unavailable": len(queue.members) - available}

    # --- to the workers ---

    def _offer(self, task: Task, lane: Lane) -> bool:
        """Reserve as many workers as the queue says for a task that does not wait; False when there is none."""
        worker = self._matcher.best_worker(task, lane)
        if worker is None:
            return False
        self._reserve_round(task, worker, lane)
        return True

    def _reserve_round(self, task: Task, first: Worker, lane: Lane) -> None:
        """Reserve ``first`` and as many more eligible members as the queue wants at once."""
        task.status = RESERVED
        task.assignments += 1
        self._reserve(task, first)
        if lane.queue.max_reserved_workers == 1:
            return
        reserved = {first.id}
        while len(reserved) < lane.queue.max_reserved_workers:
            other = self._matcher.best_worker(task, lane, but=reserved)
            if other is None:
                return
            self._reserve(task, other)
            reserved.add(other.id)

    def _reserve(self, task: Task, worker: Worker) -> None:
        number, now = self._reserved, self.now
        reservation = Reservation(number, task, worker, now)
        self.reservations[number] = task.open_reservations[number] = worker.open_reservations[number] = reservation
        task.reservations.append(number)
        on = reservation.on
        on.load += 1
        self._reserved = on.last_reserved = worker.last_reserved = number + 1
        worker.version += 1
        task.updated = now
        self._happened.append((now, events.RESERVATION_CREATED, task.id, worker.id, number, None))
        task.workflow.reservation_timers.start(now, number)
        if self._matcher.any_changing:
            self._touched[worker.id] = worker

    def _serve(self, worker: Worker, channel: int) -> None:
        """The worker may have room on the channel: give it what waits."""
        on, matcher = worker.channels[channel], self._matcher
        on.in_hand = False
        while on.load < on.capacity and on.available and worker.activity.available:
            task = matcher.best_task(worker, channel)
            if task is None:
                matcher.now_idle(worker, channel)
                return
            matcher.withdraw(task)
            self._reserve_round(task, worker, task.lane)

    @staticmethod
    def _take_in_hand(worker: Worker) -> None:
        """The worker is about to change: nobody is offered it until it is served."""
        for on in worker.channels.values():
            on.in_hand = True

    def _serve_all_channels(self, worker: Worker) -> None:
        for channel in worker.channels:
            self._serve(worker, channel)

    def _serve_touched(self) -> None:
        """Offer what waits to workers whose load has changed: a target may select them now, on any channel."""
        while self._touched:
            worker = self._touched.pop(next(iter(self._touched)))
            if worker.id in self.workers:
                self._serve_all_channels(worker)

    def _retry_hopeless(self) -> None:
        """Somebody has left work: tasks that waited for them alone are offered anew to those who declined."""
        for task in self._matcher.hopeless():
            self._resume(task)

    # --- away from the workers ---

    def _close(self, reservation: Reservation, status: str, kind: int) -> None:
        """A reservation ends; the worker is in hand until whoever ends it serves it."""
        worker, task, on, number = reservation.worker, reservation.task, reservation.on, reservation.id
        on.load -= 1
        on.in_hand = True
        if reservation.status == ACCEPTED:
            on.assigned -= 1
        reservation.status = status
        reservation.updated = self.now
        reservation.version += 1
        self._happened.append((self.now, kind, task.id, worker.id, number, None))
        if self._matcher.any_changing:
            self._touched[worker.id] = worker
        del worker.open_reservations[number]
        del task.open_reservations[number]

    def _set_status(self, reservation: Reservation, status: str, kind: int) -> None:
        reservation.status = status
        reservation.updated = self.now
        reservation.version += 1
        worker = reservation.worker
        self._happened.append((self.now, kind, reservation.task.id, worker.id, reservation.id, None))
        if self._matcher.any_changing:
            self._touched[worker.id] = worker

    def _decline(self, reservation: Reservation, status: str, kind: int, activity: Activity | None) -> None:
        """Rejected or timed out: the worker moves to ``activity`` if one is given, the task goes to somebody else."""
        task, worker = reservation.task, reservation.worker
        task.declined = (task.declined or set()) | {worker.id}
        reopened = len(task.open_reservations) == 1
        if reopened:
            task.status = PENDING
            task.updated = self.now
        self._close(reservation, status, kind)
        if activity is not None:
            self._take_in_hand(worker)
            self._change_activity(worker, activity)
        if reopened:
            self._resume(task)
        if activity is not None:
            self._serve_all_channels(worker)
        else:
            self._serve(worker, task.channel.id)

    def _time_out_reservation(self, reservation: Reservation) -> None:
        self._decline(reservation, states.TIMEOUT, events.RESERVATION_TIMEOUT, self.timeout_activity)

    def _change_activity(self, worker: Worker, activity: Activity) -> bool:
        """Put the worker in the activity, without serving it; False when it was in it already."""
        previous = worker.activity
        if activity is previous:
            return False
        for queue in worker.queues.values():
            queue.workers_in_activity[previous.id] -= 1
            queue.workers_in_activity[activity.id] = queue.workers_in_activity.get(activity.id, 0) + 1
        spent = self.now - worker.status_changed
        worker.activity = activity
        worker.status_changed = worker.updated = self.now
        worker.version += 1
        self._about_worker(events.WORKER_ACTIVITY_UPDATE, worker, (previous.id, activity.id, spent))
        if previous.available and not activity.available:
            self._retry_hopeless()
        return True

    def _cancel(self, task: Task, reason: str | None) -> None:
        """The task ends unhandled; its workers are free for others."""
        self._end_task(task, CANCELED, events.TASK_CANCELED, reason)

    def _end_task(self, task: Task, status: str, kind: int, reason: str | None) -> None:
        if task.ticket:
            self._matcher.withdraw(task)
        now = self.now
        task.status = status
        if reason is not None:
            task.reason = reason
        task.ended = task.updated = now
        task.version += 1
        task.workflow.open_tasks -= 1
        self._happened.append((now, kind, task.id, None, None, task.reason))
        self._ended.append((now, task.id))
        if self._ended[0][0] <= now - self.prune_after - _PRUNE_TOGETHER:
            self._prune()
        if task.open_reservations:
            for worker in self._close_all(task):
                self._serve(worker, task.channel.id)

    def _close_all(self, task: Task) -> list[Worker]:
        """End the open reservations: undecided ones are canceled, the others completed."""
        freed = []
        for reservation in list(task.open_reservations.values()):
            if reservation.status == PENDING:
                self._close(reservation, CANCELED, events.RESERVATION_CANCELED)
            else:
                self._close(reservation, COMPLETED, events.RESERVATION_COMPLETED)
            freed.append(reservation.worker)
        return freed

    def _remove(self, task: Task, kind: int) -> None:
        """The task is deleted, whatever its status."""
        self._matcher.withdraw(task)
        if task.ended is None:
            task.workflow.open_tasks -= 1
        self._about_task(kind, task)
        freed = self._close_all(task)
        del self.tasks[task.id]
        for number in task.reservations:
            del self.reservations[number]
        for worker in freed:
            self._serve(worker, task.channel.id)

    # Set by the inventory.
    default_activity: Activity
    timeout_activity: Activity
