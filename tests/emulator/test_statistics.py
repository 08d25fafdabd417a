"""The statistics of all workspaces: each has its own, they go with it, and they outlive the process."""

import json

import pytest

from flexsim.clock import ManualClock
from flexsim.emulator.options import Options
from flexsim.emulator.server import LocalTaskRouter
from flexsim.emulator.statistics import Statistics
from flexsim.errors import InvalidInput
from flexsim.measure.history import window
from flexsim.measure.taskrouter_statistics import Scope


@pytest.fixture
def statistics(site):
    return site.host.subscriber(Statistics)


def created(statistics, workspace, now):
    return statistics.of(workspace).cumulative(Scope(), window(now, now - 900, now)).counts["tasks_created"]


def test_each_workspace_has_its_own(site, statistics):
    other = site.open(site.accounts.add())
    site.task()
    assert created(statistics, site.workspace, site.clock.now()) == 1
    assert created(statistics, other, site.clock.now()) == 0


def test_they_go_with_the_workspace(site, statistics):
    site.task()
    site.delete(site.workspace.path)
    assert statistics.dump() == {}


def test_what_is_loaded_is_what_was_dumped(site, statistics):
    site.reserved()
    again = Statistics()
    again.load(json.loads(json.dumps(statistics.dump())))
    assert again.dump() == statistics.dump()
    site.host.subscribe(again)
    site.clock.advance(100)
    site.task()
    assert again.dump() == statistics.dump()


def test_a_limit_refuses_workers_statistics_where_there_are_more(site, statistics):
    site.worker("ann")
    site.worker("bob")
    statistics.check_worker_limit(site.workspace)
    Statistics(worker_limit=2).check_worker_limit(site.workspace)
    with pytest.raises(InvalidInput, match="2 workers"):
        Statistics(worker_limit=1).check_worker_limit(site.workspace)


def test_statistics_are_the_same_after_a_restart(tmp_path):
    options = Options(data=tmp_path / "centre.db")
    clock = ManualClock()
    found = []
    for restart in (False, True):
        with LocalTaskRouter(clock=clock, options=options) as router:
            api = router.workspace
            if not restart:
                available = api.activities.list(friendly_name="Available")[0].sid
                api.workers.create("bob", activity_sid=available)
                task = api.tasks.create(attributes="{}")
                clock.advance(5)
                api.tasks(task.sid).reservations.list()[0].update(reservation_status="accepted")
            both = api.statistics().fetch(split_by_wait_time="5")
            workers = api.workers.cumulative_statistics().fetch()
            found.append((both.realtime, both.cumulative, workers.activity_durations))
    assert found[0] == found[1]
    assert found[0][1]["reservations_accepted"] == 1


def test_a_reset_forgets_them():
    with LocalTaskRouter(clock=ManualClock()) as router:
        router.workspace.tasks.create(attributes="{}")
        router.reset()
        assert router.workspace.cumulative_statistics().fetch().tasks_created == 0
