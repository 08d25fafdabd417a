"""The TaskRouter engine: tasks come, are offered to workers, are handled, and end.

One engine is one workspace. Feed it inputs; each carries the present time and returns the events it caused, in order.
Call ``advance`` no later than ``next_deadline()`` says. An input that is refused raises a ``RoutingError`` with Twilio's
status and code and has changed nothing. There is one writer: whoever holds the engine calls it from one place.

Two things due at the same moment happen in this order: what the engine itself is due to do before any input; reservation
timeouts before target timeouts before tasks that are too old; then in the order in which the timers were set.
"""

from collections.abc import Mapping
from typing import Any, Final

from flexsim.errors import InvalidInput, ReservationRescinded, UnknownResource
from flexsim.taskrouter import events, states, timers
from flexsim.taskrouter.inputs import NewTask, TaskChanges
from flexsim.taskrouter.inventory import Inventory, check_range, check_version
from flexsim.taskrouter.resources import DAY, Activity, Direct, Reservation, Task, TaskChannel, Workflow
from flexsim.taskrouter.states import ACCEPTED, ASSIGNED, CANCELED, COMPLETED, PENDING, REJECTED, WRAPPING
from flexsim.taskrouter.workflow import Position

MAX_PRIORITY: Final = (1 << 31) - 1
MAX_TIMEOUT: Final = 1_209_600  # two weeks (Twilio: "TaskRouter resource limits")
_YEAR_1900: Final = -2_208_988_800.0


class Engine(Inventory):
    """The inputs about tasks and reservations, on top of those about the workspace."""

    __slots__ = ()

    # --- tasks ---

    def create_task(self, now: float, new: NewTask) -> list[events.Event]:
        """A task arrives; the first event is ``task.created``."""
        if now >= self._timers.wake:
            self._catch_up(now)
        if now > self.now:
            self.now = now
        workflow = self.workflows.get(new.workflow) or self._workflow(new.workflow)
        channel = self.channels.get(new.channel) or self._channel(new.channel)
        if new.priority or new.timeout != DAY or new.virtual_start is not None:
            self._check_new_task(new)
        if new.to_worker is not None or new.to_queue is not None:
            self._create_direct(new, workflow, channel)
            return self._finish()
        if new.queue is not None:
            self._queue(new.queue)
        entrance = workflow.routing.entrance(new.attributes)
        if entrance is None:
            raise InvalidInput(f"no filter of workflow {workflow.name} matches the task, and it has no default filter")
        task = self._new_task(new, workflow, channel)
        self._happened.append((self.now, events.WORKFLOW_ENTERED, task.id, None, None, workflow.id))
        target = entrance.target
        queue = self.queues[target.queue]
        self._move_to(task, entrance.position, target, queue)
        lane = entrance.lanes.get(channel.id)
        if lane is None or lane.dropped:
            lane = entrance.lanes[channel.id] = self._matcher.lane(task, queue, target)
        if not self._stay(task, target, lane):
            self._place(task, workflow.routing.after_skip(entrance.position, task.attributes))
        return self._finish()

    def _check_new_task(self, new: NewTask) -> None:
        check_range(new.priority, 0, MAX_PRIORITY, "Priority")
        check_range(new.timeout, 1, MAX_TIMEOUT, "Timeout")
        if new.virtual_start is not None:
            self._check_virtual_start(new.virtual_start)

    def _new_task(self, new: NewTask, workflow: Workflow, channel: TaskChannel) -> Task:
        """The task, where it belongs and on its way to being too old; nothing has been refused."""
        number, now = self._tasks_made, self.now
        self._tasks_made = number + 1
        task = Task(number, new.attributes, workflow, channel, now)
        task.attributes_text = new.attributes_text
        task.priority = new.priority
        task.timeout = new.timeout
        if new.virtual_start is not None:
            task.virtual_start = new.virtual_start
        self.tasks[number] = task
        workflow.open_tasks += 1
        self._happened.append((now, events.TASK_CREATED, number, None, None, new.priority))
        ages = self._task_ages if new.timeout == DAY else self._timers.lasting(timers.TASK_AGE, new.timeout)
        ages.start(now, number)
        return task

    def _create_direct(self, new: NewTask, workflow: Workflow, channel: TaskChannel) -> None:
        """A task that goes past its workflow: to a worker, in a queue that it is only counted in, or to a queue."""
        counted_in = None if new.queue is None else self._queue(new.queue)
        if new.to_worker is not None:
            worker = self._worker(new.to_worker)
            direct = Direct.to_worker(worker, self.now, ignore_capacity=new.ignore_capacity)
        else:
            assert new.to_queue is not None
            direct = Direct(self._queue(new.to_queue), None, ignore_capacity=False)
            counted_in = counted_in or direct.queue
        task = self._new_task(new, workflow, channel)
        task.direct = direct
        self._place_directly(task, direct, counted_in)

    def update_task(self, now: float, task: int, changes: TaskChanges) -> list[events.Event]:
        """Attributes, priority and virtual start first, then the status."""
        self._begin(now)
        found = self._task(task)
        check_version(found.version, changes.version)
        status = changes.status
        edits = changes.attributes is not None or changes.priority is not None
        edits = edits or changes.virtual_start is not None or changes.channel is not None
        if edits:
            self._check_edits(found, changes)
        if status is not None and (found.status, status) not in states.TASK_MOVES_OF_CLIENTS:
            raise self._refused_move(found, status)
        if edits:
            self._edit(found, changes)
        if status == CANCELED:
            self._cancel(found, changes.reason)
        elif status == WRAPPING:
            self._wrap_up_task(found, changes.reason)
        elif status == COMPLETED:
            self._end_task(found, COMPLETED, events.TASK_COMPLETED, changes.reason)
        return self._finish()

    def delete_task(self, now: float, task: int, version: int | None = None) -> list[events.Event]:
        """The task is gone, whatever its status; work on it counts as completed."""
        self._begin(now)
        found = self._task(task)
        check_version(found.version, version)
        self._remove(found, events.TASK_DELETED)
        return self._finish()

    def _check_edits(self, task: Task, changes: TaskChanges) -> None:
        if changes.priority is not None:
            check_range(changes.priority, 0, MAX_PRIORITY, "Priority")
        if changes.virtual_start is not None:
            self._check_virtual_start(changes.virtual_start)
        channel = task.channel if changes.channel is None else self._channel(changes.channel)
        if channel is not task.channel and task.status != PENDING:
            raise InvalidInput(f"TaskChannel can be changed only while the task is pending: it is {task.status}")

    def _refused_move(self, task: Task, status: str) -> InvalidInput:
        """Why no client may move the task to ``status`` (Twilio's messages, to the letter)."""
        if status not in states.TASK_STATUSES_OF_CLIENTS:
            return InvalidInput(f"AssignmentStatus must be canceled, wrapping or completed: {status}")
        sid = self.sids.sid("WT", task.id)
        if status == CANCELED:
            return InvalidInput(f"Cannot cancel task {sid} because it is {task.status}.")
        verb = "complete" if status == COMPLETED else "wrap"
        return InvalidInput(f"Cannot {verb} task {sid} because it is not currently assigned.")

    def _edit(self, task: Task, changes: TaskChanges) -> None:
        """A waiting task takes the place that its new priority, age and attributes give it, in the target it is in."""
        if changes.attributes is not None:
            task.attributes, task.attributes_text = changes.attributes, changes.attributes_text
        if changes.priority is not None:
            task.priority = changes.priority
        if changes.virtual_start is not None:
            task.virtual_start = changes.virtual_start
        if changes.channel is not None:
            task.channel = self._channel(changes.channel)
        task.updated = self.now
        task.version += 1
        self._about_task(events.TASK_UPDATED, task, task.priority)
        if task.status == PENDING:
            self._matcher.withdraw(task)
            self._resume(task)

    def _wrap_up_task(self, task: Task, reason: str | None) -> None:
        task.status = WRAPPING
        task.reason = reason if reason is not None else task.reason
        task.updated = self.now
        task.version += 1
        self._happened.append((self.now, events.TASK_WRAPUP, task.id, None, None, task.reason))
        for reservation in task.open_reservations.values():
            if reservation.status == ACCEPTED:
                reservation.on.assigned -= 1
                self._set_status(reservation, WRAPPING, events.RESERVATION_WRAPUP)

    def _check_virtual_start(self, moment: float) -> None:
        if moment > self.now:
            raise InvalidInput("VirtualStartTime must not be in the future")
        if moment < _YEAR_1900:
            raise InvalidInput("VirtualStartTime must not be before 1900")

    # --- reservations ---

    def accept(self, now: float, reservation: int) -> list[events.Event]:
        """The worker takes the task; the others of the round are rescinded."""
        if now >= self._timers.wake:
            self._catch_up(now)
        if now > self.now:
            self.now = now
        found = self._reservation_for(reservation, ACCEPTED)
        task = found.task
        task.status = ASSIGNED
        task.updated = task.assigned = self.now
        task.version += 1
        found.on.assigned += 1
        self._set_status(found, ACCEPTED, events.RESERVATION_ACCEPTED)
        if task.timeout > DAY:  # else the timer of its age asks in time
            self._assignment_ages.start(self.now, task.id)
        if len(task.open_reservations) > 1:
            self._rescind_others(found)
        return self._finish()

    def _rescind_others(self, accepted: Reservation) -> None:
        task = accepted.task
        rivals = [each for each in task.open_reservations.values() if each is not accepted]
        for rival in rivals:
            self._close(rival, states.RESCINDED, events.RESERVATION_RESCINDED)
        for rival in rivals:
            self._serve(rival.worker, task.channel.id)

    def reject(self, now: float, reservation: int, activity: int | None = None) -> list[events.Event]:
        """The worker declines, and moves to ``activity`` if one is given; the task goes to somebody else."""
        self._begin(now)
        moves_to: Activity | None = None if activity is None else self._activity(activity)
        found = self._reservation_for(reservation, REJECTED)
        self._decline(found, REJECTED, events.RESERVATION_REJECTED, moves_to)
        return self._finish()

    def wrap_up(self, now: float, reservation: int) -> list[events.Event]:
        """The conversation is over; the task is wrapping too."""
        if now >= self._timers.wake:
            self._catch_up(now)
        if now > self.now:
            self.now = now
        self._wrap_up_task(self._reservation_for(reservation, WRAPPING).task, None)
        return self._finish()

    def complete(self, now: float, reservation: int) -> list[events.Event]:
        """The worker is done; so is the task."""
        if now >= self._timers.wake:
            self._catch_up(now)
        if now > self.now:
            self.now = now
        task = self._reservation_for(reservation, COMPLETED).task
        self._end_task(task, COMPLETED, events.TASK_COMPLETED, None)
        return self._finish()

    def _reservation_for(self, number: int, status: str) -> Reservation:
        """The reservation, if it may move to ``status`` (Twilio's messages, to the letter)."""
        found = self.reservations.get(number)
        if found is None:
            raise UnknownResource(f"no such reservation: {number}")
        if found.status not in states.MAY_BECOME[status]:
            sid = self.sids.sid("WR", number)
            message = f"Reservation {sid} is already in state [{found.status}] and cannot be updated to [{status}]"
            raise (ReservationRescinded if found.status == states.RESCINDED else InvalidInput)(message)
        return found

    def _task(self, number: int) -> Task:
        found = self.tasks.get(number)
        if found is None or found.ended is not None:
            self._prune()
            found = self.tasks.get(number)
        if found is None:
            raise UnknownResource(f"no such task: {number}")
        return found

    # --- asking: changes nothing ---

    def candidates(self, new: NewTask, position: Position) -> list[int]:
        """The workers who may be offered such a task at this place of its workflow, by id, whatever they are doing now.

        They are those whom the queue and the target select, and who have a capacity on the channel.
        """
        workflow, channel = self._workflow(new.workflow), self._channel(new.channel)
        target = workflow.routing.target(position)
        task = Task(-1, new.attributes, workflow, channel, self.now)
        selected = self._matcher.selected(task, self.queues[target.queue], target)
        return [each.id for each in selected if each.channels[channel.id].capacity]

    def worker_values(self, worker: int) -> Mapping[str, Any]:
        """What a target's expression is told of the worker: the attributes, and TaskRouter's own names."""
        return self._matcher.told(self._worker(worker))
