"""Every workspace has its figures from its creation on, across restarts, until it is gone."""

import requests

from flexsim.clock import ManualClock
from flexsim.emulator.dashboard import Dashboard
from flexsim.emulator.dashboard_feed import Goal
from flexsim.emulator.options import Options
from flexsim.emulator.server import LocalTaskRouter


def summary(router, **query):
    return requests.get(f"{router.dashboard_url}/summary", params=query, timeout=10).json()


def work(router):
    """A task that is answered, and one that waits."""
    workspace = router.workspace
    available = workspace.activities.list(friendly_name="Available")[0].sid
    workspace.workers.create("bob", activity_sid=available)
    task = workspace.tasks.create()
    workspace.tasks.create()
    (reservation,) = workspace.tasks(task.sid).reservations.list()
    reservation.update(reservation_status="accepted")


def test_each_workspace_has_its_own_figures_and_loses_them_with_its_end(site):
    dashboard = Dashboard(site.host, Goal(), None)
    site.host.subscribe(dashboard)
    one, other = site.open(site.account), site.open(site.accounts.add())
    site.host.do(one, one.engine.create_activity, "Lunch")
    assert "Lunch" in dashboard.feed(one).summary(0.0)["agents"]
    assert "Lunch" not in dashboard.feed(other).summary(0.0)["agents"]
    site.host.close(one)
    assert one.sid not in dashboard._feeds
    assert dashboard.watching() == {"viewers": 0, "frames": 0, "resynced": 0}


def test_the_figures_survive_a_restart_from_the_data_file(tmp_path):
    clock = ManualClock()
    options = Options(data=tmp_path / "centre.db", goal=Goal(threshold=7.0))
    with LocalTaskRouter(clock=clock, options=options) as router:
        work(router)
        before = summary(router)
        assert (before["total"]["offered"], before["total"]["answered"], before["threshold"]) == (2, 1, 7.0)
    with LocalTaskRouter(clock=clock, options=options) as again:
        assert summary(again) == before
        again.workspace.tasks.create()
        assert summary(again)["total"]["offered"] == 3


def test_inputs_since_the_last_snapshot_are_counted_when_they_are_done_again(tmp_path):
    """As after ``kill -9``: there is a snapshot of the beginning, and the inputs since."""
    clock = ManualClock()
    with LocalTaskRouter(clock=clock, options=Options(data=":memory:")) as router:
        work(router)
        before = summary(router)
        recorded = tmp_path / "inputs.jsonl"
        recorded.write_text(requests.get(f"{router.base_url}/_flexsim/inputs", timeout=10).text)
    with LocalTaskRouter(clock=clock, options=Options(replay=recorded)) as again:
        assert summary(again) == before


def test_a_reset_begins_afresh():
    with LocalTaskRouter() as router:
        work(router)
        router.reset()
        found = summary(router)
        assert (found["total"]["offered"], sum(found["agents"].values())) == (0, 0)
        assert found["workspace"] == router.workspace_sid


def test_a_workspace_that_the_snapshot_knows_nothing_of_is_counted_from_now_on(site):
    worker, _, _ = site.reserved()
    dashboard = Dashboard(site.host, Goal(), None)
    dashboard.load({})
    site.host.subscribe(dashboard)
    feed = dashboard.feed(site.workspace)
    assert feed.summary(site.clock.now())["agents"]["Available"] == 1
    assert feed.summary(site.clock.now())["total"]["offered"] == 0
    site.task()
    assert feed.summary(site.clock.now())["total"]["offered"] == 1
    assert feed.snapshot(site.clock.now())["who"][0][1] == worker["friendly_name"]
