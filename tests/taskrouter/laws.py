"""What must hold of an engine after every input, and of its events from first to last."""

from flexsim.taskrouter import events, states
from flexsim.taskrouter.matching import is_eligible
from tests.taskrouter.naive import NaiveMatcher

PENDING = "pending"


def check_laws(engine):
    """Every conservation law that can be seen in the engine's present state."""
    waiting = {task.id for task in engine._matcher.waiting()}
    for task in engine.tasks.values():
        _check_task(engine, task, waiting)
    for worker in engine.workers.values():
        _check_worker(engine, worker)
    for queue in engine.queues.values():
        members = {
            worker.id
            for worker in engine.workers.values()
            if queue.expression and queue.expression.matches(worker.attributes)
        }
        assert queue.members == members, queue.name
        for each in engine.activities.values():
            there = sum(engine.workers[number].activity is each for number in members)
            assert queue.workers_in_activity.get(each.id, 0) == there
    for workflow in engine.workflows.values():
        open_tasks = sum(task.workflow is workflow and task.ended is None for task in engine.tasks.values())
        assert workflow.open_tasks == open_tasks
    _check_nobody_waits_in_vain(engine)


def _check_task(engine, task, waiting):
    held = [engine.reservations[number] for number in task.open_reservations]
    statuses = sorted(each.status for each in held)
    assert (task.id in waiting) == (task.status == "pending"), f"task {task.id} is {task.status}"
    if task.status == "reserved":
        assert statuses, "a reserved task has a reservation"
        assert set(statuses) == {PENDING}
        assert len({each.worker.id for each in held}) == len(held), "one reservation a worker"
    elif task.status in {"assigned", "wrapping"}:
        assert statuses == ["accepted" if task.status == "assigned" else "wrapping"]
    else:
        assert statuses == []
    assert (task.ended is None) == (task.status not in states.TASK_ENDED)


def _check_worker(engine, worker):
    held = [engine.reservations[number] for number in worker.open_reservations]
    for channel, on in worker.channels.items():
        here = [each for each in held if each.task.channel.id == channel]
        assert on.load == len(here)
        assert not on.in_hand, "whoever was taken in hand was served"
        assert on.assigned == sum(each.status == "accepted" for each in here)
    assert all(each.id in each.task.open_reservations for each in held)


def _check_nobody_waits_in_vain(engine):
    """A task waits only while nobody who could have it, and has not declined it, has room."""
    obvious = NaiveMatcher(engine)
    for task in engine._matcher.waiting():
        for worker in engine.workers.values():
            if is_eligible(worker, task.channel.id) and obvious.selects(task, worker):
                assert worker.id in (task.declined or ()), f"worker {worker.id} could take task {task.id}"


TASK_STATUS = {
    events.RESERVATION_CREATED: "reserved",
    events.RESERVATION_ACCEPTED: "assigned",
    events.TASK_WRAPUP: "wrapping",
    events.TASK_COMPLETED: "completed",
    events.TASK_CANCELED: "canceled",
}
RESERVATION_STATUS = {
    events.RESERVATION_ACCEPTED: "accepted",
    events.RESERVATION_REJECTED: "rejected",
    events.RESERVATION_TIMEOUT: "timeout",
    events.RESERVATION_CANCELED: "canceled",
    events.RESERVATION_RESCINDED: "rescinded",
    events.RESERVATION_WRAPUP: "wrapping",
    events.RESERVATION_COMPLETED: "completed",
}


class Witness:
    """Reads the events as they come and objects to what the state tables forbid."""

    def __init__(self):
        self.moment = 0.0
        self.tasks, self.reservations, self.pending = {}, {}, {}
        self.ended = {}
        self.deleted = set()

    def hear(self, happened):
        for moment, kind, task, _, reservation, _ in happened:
            assert moment >= self.moment, "events come in order of time"
            self.moment = moment
            if kind == events.TASK_CREATED:
                assert task not in self.tasks
                self.tasks[task], self.pending[task] = "pending", set()
            if reservation is not None:
                self.hear_reservation(kind, task, reservation)
            if kind in TASK_STATUS:
                self.move(task, TASK_STATUS[kind])
            if kind in {events.TASK_COMPLETED, events.TASK_CANCELED}:
                self.ended[task] = self.ended.get(task, 0) + 1
            if kind in {events.TASK_DELETED, events.TASK_SYSTEM_DELETED} and task not in self.ended:
                self.deleted.add(task)

    def hear_reservation(self, kind, task, reservation):
        if kind == events.RESERVATION_CREATED:
            assert reservation not in self.reservations
            self.reservations[reservation] = "pending"
            self.pending[task].add(reservation)
            return
        status = RESERVATION_STATUS[kind]
        before = self.reservations[reservation]
        # A task that is deleted takes its accepted work with it.
        assert (before, status) in states.RESERVATION_MOVES, f"reservation {reservation}: {before} -> {status}"
        self.reservations[reservation] = status
        self.pending[task].discard(reservation)
        if status in {"rejected", "timeout", "canceled"} and self.tasks[task] == "reserved" and not self.pending[task]:
            self.move(task, "pending")

    def move(self, task, status):
        before = self.tasks[task]
        if before == status == "reserved":
            return
        assert (before, status) in states.TASK_MOVES, f"task {task}: {before} -> {status}"
        self.tasks[task] = status
