"""The agent alone: its actions are performed here on a list of what is due, with no TaskRouter around it."""

import heapq
import itertools
from collections import Counter

import pytest

from flexsim.domain.model import Break, Shift
from flexsim.people.actions import Accept, ChangeActivity, Complete, Remind, WrapUp
from flexsim.people.agent import Agent, Floor
from flexsim.people.events import Accepted, ActivityDue, CameIn, Ended, MovedAway, Offered, TimeUp, Work
from flexsim.people.shifts import WorkingDay
from flexsim.randomness import Randomness

MIDNIGHT = 1_767_571_200.0  # 2026-01-05T00:00Z, a Monday
HOUR = 3600


def work(number):
    return Work(reservation=f"WR{number}", task=f"WT{number}", contact=f"CX{number}")


class Stage:
    """Performs an agent's actions at once when they are due, and keeps what it saw."""

    def __init__(self, agent, start=MIDNIGHT):
        self.agent = agent
        self.now = start
        self.seen = []
        self._due = []
        self._serial = itertools.count()

    def tell(self, event):
        for action in self.agent.on_event(event):
            heapq.heappush(self._due, (event.at + action.delay, next(self._serial), action))
        self._perform_due()

    def run_until(self, moment):
        while self._due and self._due[0][0] <= moment:
            self.now = self._due[0][0]
            self._perform_due()
        self.now = moment

    def take(self, number):
        self.tell(Offered(at=self.now, work=work(number)))

    def activities(self):
        return [(at, action.activity) for at, action in self.seen if isinstance(action, ChangeActivity)]

    def of(self, kind):
        return [(at, action) for at, action in self.seen if isinstance(action, kind)]

    def _perform_due(self):
        while self._due and self._due[0][0] <= self.now:
            at, _, action = heapq.heappop(self._due)
            self.seen.append((at, action))
            match action:
                case Accept():
                    self.tell(Accepted(at=at, work=action.work, waited=3.0, values={}))
                case Complete():
                    self.tell(Ended(at=at, work=action.work))
                case Remind():
                    self.tell(action.event)


@pytest.fixture
def floor(domain):
    return Floor.of(domain, Randomness(3))


@pytest.fixture
def stage(floor):
    stage = Stage(Agent("Agent_000", floor))
    stage.tell(CameIn(at=MIDNIGHT))
    return stage


def activity_end(stage):
    """The end of the present stay, from the latest reminder given."""
    return next(
        action.event.at
        for _, _, action in sorted(stage._due)
        if isinstance(action, Remind) and isinstance(action.event, ActivityDue)
    )


def test_an_agent_comes_in_available(stage):
    assert stage.activities() == [(MIDNIGHT, "Available")]
    assert stage.agent.activity == "Available"


def test_a_task_is_accepted_at_once_then_wrapped_up_then_completed_with_attributes(stage):
    stage.take(1)
    stage.run_until(MIDNIGHT + HOUR)
    (accepted, _), (wrapped, _), (completed, complete) = (
        stage.of(Accept)[0],
        stage.of(WrapUp)[0],
        stage.of(Complete)[0],
    )
    assert accepted == MIDNIGHT
    assert accepted < wrapped < completed
    assert complete.attributes["conversations"]["conversation_measure_2"] == round(wrapped - accepted, 1)
    assert complete.attributes["conversations"]["conversation_measure_3"] == pytest.approx(completed - wrapped, abs=0.1)
    assert stage.agent.open_count == 0


def test_work_found_wrapping_up_is_completed_after_the_rest_of_its_wrap_time(floor):
    whole, found = Stage(Agent("a", floor)), Stage(Agent("b", floor))
    whole.take(1)
    whole.run_until(MIDNIGHT + HOUR)
    wrapped, completed = whole.of(WrapUp)[0][0], whole.of(Complete)[0][0]
    found.now = wrapped
    since_created = 3.0 + wrapped - MIDNIGHT
    found.tell(Accepted(at=wrapped, work=work(1), waited=since_created, values={}, wrapping=True))
    found.run_until(MIDNIGHT + HOUR)
    assert found.of(WrapUp) == []
    assert found.of(Complete)[0][0] == pytest.approx(completed)
    assert found.of(Complete)[0][1].attributes == whole.of(Complete)[0][1].attributes


def test_a_change_that_falls_due_while_a_task_is_open_is_made_right_before_completing_it(domain):
    changes = []
    for seed in range(40):
        stage = Stage(Agent("Agent_000", Floor.of(domain, Randomness(seed))))
        stage.tell(CameIn(at=MIDNIGHT))
        due = activity_end(stage)
        stage.run_until(due - 1)
        stage.take(1)
        stage.run_until(due + HOUR / 2)
        completed = stage.of(Complete)[0][0]
        assert not [at for at, _ in stage.activities() if due <= at < completed]
        changes += [(stage, at, completed) for at, _ in stage.activities()[1:2] if at == completed]
    assert len(changes) > 10  # the others have chosen to stay available
    for stage, at, _ in changes:
        order = [type(action) for moment, action in stage.seen if moment == at]
        assert order.index(ChangeActivity) < order.index(Complete)


def test_a_change_does_not_wait_for_tasks_taken_on_after_it_fell_due(domain):
    seen = 0
    for seed in range(40):
        stage = Stage(Agent("Agent_000", Floor.of(domain, Randomness(seed))))
        stage.tell(CameIn(at=MIDNIGHT))
        due = activity_end(stage)
        stage.run_until(due - 1)
        stage.take(1)
        stage.run_until(due + 1)
        if stage.agent._stay.following is None:
            continue
        for number in range(2, 30):  # always a newer chat in hand
            stage.take(number)
            stage.run_until(stage.now + 30)
        first = next(at for at, action in stage.of(Complete) if action.work == work(1))
        assert [at for at, _ in stage.activities() if at == first]
        seen += 1
    assert seen > 10


def test_work_that_is_taken_away_sets_the_agent_free(domain):
    for seed in range(40):
        stage = Stage(Agent("Agent_000", Floor.of(domain, Randomness(seed))))
        stage.tell(CameIn(at=MIDNIGHT))
        due = activity_end(stage)
        stage.run_until(due - 1)
        stage.take(1)
        stage.run_until(due + 1)
        if stage.agent._stay.following is not None:
            stage.tell(Ended(at=stage.now, work=work(1)))
            assert stage.activities()[-1][1] != "Available"
            break
    else:
        pytest.fail("no agent wanted a break")


def test_a_reminder_about_work_that_is_gone_does_nothing(stage):
    assert stage.agent.on_event(TimeUp(at=MIDNIGHT + 5, work=work(9))) == []


def test_a_reminder_about_an_earlier_stay_does_nothing(stage):
    assert stage.agent.on_event(ActivityDue(at=MIDNIGHT + 5, stay=0)) == []


def test_an_agent_that_was_moved_away_comes_back_to_what_it_meant_to_do(stage):
    stage.tell(MovedAway(at=MIDNIGHT + 10))
    stage.run_until(MIDNIGHT + 60)
    assert stage.activities() == [(MIDNIGHT, "Available"), (MIDNIGHT + 40, "Available")]


def test_idle_agents_spend_their_time_as_the_portions_say(floor):
    assert shares_of_time(floor, busy=False)["Break"] == pytest.approx(0.15, abs=0.02)


def test_work_does_not_shift_the_shares_of_time(floor):
    """A break waits for open work, and the next stay is the shorter for it: busy days hold the same shares as idle ones."""
    idle, busy = (shares_of_time(floor, busy=busy) for busy in (False, True))
    assert busy == pytest.approx(idle, abs=0.002)  # without making up for it, 0.015 more of the time is spent available


def shares_of_time(floor, *, busy):
    stage = Stage(Agent("Agent_000", floor))
    stage.tell(CameIn(at=MIDNIGHT))
    number = 0
    while stage.now < MIDNIGHT + 2000 * HOUR:
        stage.run_until(stage.now + 60)
        if busy and stage.agent.activity == "Available" and stage.agent.open_count == 0:
            number += 1
            stage.take(number)
    changes = [*stage.activities(), (stage.now, None)]
    time = Counter()
    for (at, name), (until, _) in itertools.pairwise(changes):
        time[name] += until - at
    return {name: seconds / (stage.now - MIDNIGHT) for name, seconds in time.items()}


def test_warm_agents_are_found_in_the_mixture_of_activities(floor):
    found = Counter()
    for number in range(4000):
        agent = Agent(f"Agent_{number}", floor)
        agent.on_event(CameIn(at=MIDNIGHT, warm=True))
        found[agent.activity] += 1
    assert found["Break"] / 4000 == pytest.approx(0.15, abs=0.02)


DAY = WorkingDay(
    shift=Shift(start=8 * HOUR, end=16 * HOUR, share=1.0, breaks=(Break(start=12 * HOUR, duration=1800),)),
    timezone="UTC",
)


def test_an_agent_is_logged_in_only_during_its_shift_and_takes_its_break(floor):
    stage = Stage(Agent("Agent_000", floor, shift=DAY))
    stage.tell(CameIn(at=MIDNIGHT))
    assert stage.agent.activity == "Offline"
    stage.run_until(MIDNIGHT + 8 * HOUR)
    assert stage.agent.activity != "Offline"
    stage.run_until(MIDNIGHT + 12 * HOUR + 1)
    assert stage.agent.activity == "Break"
    stage.run_until(MIDNIGHT + 16 * HOUR)
    assert stage.agent.activity == "Offline"
    stage.run_until(MIDNIGHT + 32 * HOUR)
    assert stage.agent.activity != "Offline"


def test_at_the_end_of_the_shift_the_agent_finishes_what_it_has_in_hand(floor):
    stage = Stage(Agent("Agent_000", floor, shift=DAY))
    stage.tell(CameIn(at=MIDNIGHT))
    stage.run_until(MIDNIGHT + 16 * HOUR - 5)
    stage.take(1)
    stage.run_until(MIDNIGHT + 17 * HOUR)
    completed = stage.of(Complete)[0][0]
    assert completed > MIDNIGHT + 16 * HOUR
    assert stage.activities()[-1] == (completed, "Offline")


def test_the_same_seed_and_name_give_the_same_day(domain):
    days = []
    for _ in range(2):
        stage = Stage(Agent("Agent_007", Floor.of(domain, Randomness(3))))
        stage.tell(CameIn(at=MIDNIGHT))
        stage.run_until(MIDNIGHT + 8 * HOUR)
        days.append(stage.activities())
    assert days[0] == days[1]
    assert len(days[0]) > 5
