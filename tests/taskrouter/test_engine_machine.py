"""Whatever is asked of the engine, in whatever order: no law is broken, nothing is lost."""

import random

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from flexsim.errors import RoutingError
from flexsim.taskrouter.events import RESERVATION_CREATED
from flexsim.taskrouter.inputs import NewTask, TaskChanges, WorkerChanges
from tests.taskrouter.centre import START, activity, furnish, new_engine, task_attributes, worker_attributes
from tests.taskrouter.laws import Witness, check_laws

picks = st.integers(0, 10_000)


class EngineMachine(RuleBasedStateMachine):
    """Inputs by hypothesis, which shrinks a broken law to the shortest story that breaks it."""

    @initialize(seed=st.integers(0, 1000))
    def open_the_centre(self, seed):
        self.rng = random.Random(seed)
        self.engine = new_engine()
        furnish(self.engine, self.rng)
        self.now = START
        self.witness = Witness()
        self.created = 0

    def feed(self, method, *arguments):
        before = self.engine.sequence
        try:
            happened = method(self.now, *arguments)
        except RoutingError as error:
            assert error.status in {400, 404, 410, 412}
            happened = self.engine.advance(self.now)  # what was due before the refused input is not lost
        assert self.engine.sequence == before + len(happened)
        self.witness.hear(happened)
        for event in happened:
            reservation = self.engine.reservations.get(event[4]) if event[1] == RESERVATION_CREATED else None
            if reservation is not None:
                on = reservation.worker.channels[reservation.task.channel.id]
                assert on.load <= on.capacity, "nobody is offered more than fits"
        return happened

    @rule(seconds=st.sampled_from([0.0, 1.0, 6.0, 31.0, 301.0, 90_000.0]))
    def time_passes(self, seconds):
        self.now += seconds
        self.feed(self.engine.advance)
        assert self.engine.next_deadline() > self.now

    @rule(priority=st.integers(0, 3), chat=st.booleans())
    def a_task_arrives(self, priority, chat):
        channel = self.engine.channel_by_name["chat" if chat else "voice"]
        attributes = task_attributes(self.engine, self.rng)
        happened = self.feed(
            self.engine.create_task, NewTask(workflow=1, channel=channel, attributes=attributes, priority=priority)
        )
        self.created += any(event[1] == 0 for event in happened)

    @rule(pick=picks, answer=st.sampled_from(["accept", "reject", "wrap_up", "complete"]))
    def a_reservation_is_answered(self, pick, answer):
        if self.engine.reservations:
            numbers = list(self.engine.reservations)
            self.feed(getattr(self.engine, answer), numbers[pick % len(numbers)])

    @rule(pick=picks, status=st.sampled_from(["wrapping", "completed", "canceled", "pending", "nonsense"]))
    def a_task_is_moved(self, pick, status):
        if self.engine.tasks:
            numbers = list(self.engine.tasks)
            self.feed(self.engine.update_task, numbers[pick % len(numbers)], TaskChanges(status=status))

    @rule(pick=picks)
    def a_task_is_deleted(self, pick):
        if self.engine.tasks:
            numbers = list(self.engine.tasks)
            self.feed(self.engine.delete_task, numbers[pick % len(numbers)])

    @rule(pick=picks, name=st.sampled_from(["Available", "Break", "Offline"]), reject=st.booleans())
    def a_worker_changes_activity(self, pick, name, reject):
        changes = WorkerChanges(activity=activity(self.engine, name), reject_pending=reject)
        self.feed(self.engine.update_worker, pick % len(self.engine.workers), changes)

    @rule(pick=picks)
    def a_worker_learns(self, pick):
        changes = WorkerChanges(attributes=worker_attributes(self.rng))
        self.feed(self.engine.update_worker, pick % len(self.engine.workers), changes)

    @rule(pick=picks, capacity=st.integers(0, 3))
    def a_capacity_changes(self, pick, capacity):
        channel = self.engine.channel_by_name["chat"]
        worker = pick % len(self.engine.workers)
        happened = self.feed(lambda now: self.engine.update_worker_channel(now, worker, channel, capacity=capacity))
        assert happened

    @rule(number=st.integers(100_000, 200_000))
    def nothing_is_done_to_what_is_not_there(self, number):
        for method in (self.engine.accept, self.engine.delete_task, self.engine.delete_worker):
            assert self.feed(method, number) == []

    @invariant()
    def every_law_holds(self):
        check_laws(self.engine)

    @invariant()
    def every_task_is_in_exactly_one_place(self):
        still_open = {task.id for task in self.engine.tasks.values() if task.ended is None}
        ended, deleted = set(self.witness.ended), self.witness.deleted
        assert len(self.witness.tasks) == self.created
        assert still_open | ended | deleted == set(self.witness.tasks)
        assert len(still_open) + len(ended) + len(deleted) == self.created
        assert set(self.witness.ended.values()) <= {1}


EngineMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)
TestEngine = EngineMachine.TestCase
