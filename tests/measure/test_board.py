"""At every event the board says what the statistics say, without looking at all tasks and workers."""

import random

import pytest

from flexsim.measure.board import Board
from flexsim.measure.names import Names, opening
from flexsim.measure.statistics import OPEN_STATES, Statistics
from flexsim.taskrouter import events as ev
from flexsim.taskrouter.events import EXTRA, KIND, TASK, WORKER
from tests.taskrouter.centre import START, Operations, furnish, new_engine


class Watched:
    """Random operations on a centre, with a board and statistics that hear of them."""

    def __init__(self, seed):
        rng = random.Random(seed)
        self.engine = new_engine()
        furnish(self.engine, rng)
        self.operations = Operations(self.engine, rng)
        self.names = Names()
        self.statistics = Statistics(self.names, 20)
        self.board = Board(self.statistics, self.names, START)
        self.hear(opening(self.engine, START))

    def hear(self, events):
        for event in events:
            if event[KIND] >= ev.WORKER_CREATED:
                self.names.learn(self.engine, event)
            self.statistics.add(event)
            task = self.engine.tasks.get(event[TASK])
            created = event[KIND] == ev.TASK_CREATED
            self.board.hear(event, task.channel.id if created else self.board.channel_of(event[TASK]))

    def step(self):
        self.operations.pass_time()
        self.hear(self.engine.advance(self.operations.now))  # for an input that is refused says nothing
        self.hear(self.operations.act())


def waiting(board, now):
    return {
        queue: (len(cell.waiting), round(now - cell.since, 6))
        for (queue, channel), cell in board.cells.items()
        if channel is None and cell.waiting
    }


@pytest.mark.parametrize("seed", range(6))
def test_it_agrees_with_the_statistics_at_every_step_of_a_random_centre(seed):
    watched = Watched(seed)
    board, statistics = watched.board, watched.statistics
    for _ in range(300):
        watched.step()
        now = watched.operations.now
        longest = {queue: (count, round(wait, 6)) for queue, (count, wait) in statistics.waiting(now).items() if count}
        assert waiting(board, now) == longest
        states = statistics.tasks_by_state()
        total = board.cell((None, None)).states
        assert total == {state: states[state] for state in OPEN_STATES}
        by_name = {name: board.by_activity[number] for number, name in watched.names.activities.items()}
        assert by_name == statistics.workers_by_activity()
        assert board.busy.count == statistics.workers_busy()
        totals = statistics.totals_at(now)
        assert statistics.totals.busy + board.busy.seconds(now) == pytest.approx(totals.busy, abs=1e-4)
        assert statistics.totals.idle + board.idle.seconds(now) == pytest.approx(totals.idle, abs=1e-4)


@pytest.mark.parametrize("seed", range(3))
def test_channels_add_up_to_all_and_who_waits_stands_in_line(seed):
    watched = Watched(seed)
    cells = watched.board.cells
    for _ in range(300):
        watched.step()
        for queue in {queue for queue, _ in cells}:
            channels = [cell for (other, channel), cell in cells.items() if other == queue and channel is not None]
            whole = cells[queue, None]
            assert whole.states == {state: sum(each.states[state] for each in channels) for state in OPEN_STATES}
            assert whole.waiting == {who: since for each in channels for who, since in each.waiting.items()}
            assert [since for _, since in whole.longest(1000)] == sorted(whole.waiting.values())


def test_agents_show_what_the_engine_says_they_do():
    watched = Watched(1)
    told = {"pending": "offered", "accepted": "assigned", "wrapping": "wrapping"}
    for _ in range(400):
        watched.step()
        engine = watched.engine
        expected = {
            worker.id: (
                worker.activity.id,
                {
                    number: (engine.reservations[number].task.id, told[engine.reservations[number].status])
                    for number in worker.open_reservations
                },
            )
            for worker in engine.workers.values()
        }
        found = {
            number: (agent.activity, {each: (task, state) for each, (task, state, _) in agent.work.items()})
            for number, agent in watched.board.agents.items()
        }
        assert found == expected


def test_an_activity_that_becomes_available_counts_its_agents_as_idle(centre):
    ann = centre.hire(0, "Ann", "Break")
    board = Board(centre.statistics, centre.recorder.names, START)
    board.hear((START, ev.WORKER_CREATED, None, ann, None, None), None)
    assert board.idle.count == 0
    centre.take([(START + 5, ev.ACTIVITY_UPDATED, None, None, None, centre.activities["Break"])])
    centre.recorder.names.available[centre.activities["Break"]] = True
    board.hear((START + 5, ev.ACTIVITY_UPDATED, None, None, None, centre.activities["Break"]), None)
    assert (board.idle.count, board.idle.seconds(START + 9)) == (1, 9.0)


def test_events_of_tasks_and_workers_it_has_never_seen_are_passed_over(centre):
    task, ann = centre.arrive(0), centre.hire(1, "Ann")
    (reservation,) = centre.engine.tasks[task].open_reservations
    board = Board(Statistics(centre.recorder.names, 20), centre.recorder.names, START)
    for event in centre.engine.accept(START + 2, reservation):
        assert event[TASK] == task
        board.hear(event, board.channel_of(task))
    assert (board.agents, board.cells, board.busy.count) == ({}, {}, 0)
    assert event[WORKER] == ann
    assert event[EXTRA] is None
