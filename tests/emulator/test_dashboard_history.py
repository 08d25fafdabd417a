"""What an agent or task has been through is told from the workspace's own history."""

import pytest

from flexsim.emulator import dashboard_history
from flexsim.errors import UnknownResource


@pytest.fixture
def told(site):
    worker, task, reservation = site.reserved()
    site.clock.advance(3)
    site.post(f"/Tasks/{task['sid']}/Reservations/{reservation['sid']}", ReservationStatus="accepted")
    return site, worker, task


def test_a_tasks_history_says_what_it_is_and_everything_that_happened_to_it(told):
    site, worker, task = told
    found = dashboard_history.task(site.workspace, site.history.of(site.workspace), 0)
    assert (found["kind"], found["sid"], found["name"]) == ("task", task["sid"], "Default task")
    assert found["facts"]["status"] == "assigned"
    assert found["facts"]["queue"] == "Everyone"
    assert [event["type"] for event in found["events"]] == [
        "task.created", "workflow.entered", "workflow.target-matched", "task-queue.entered", "reservation.created",
        "reservation.accepted",
    ]  # fmt: skip
    assert found["events"][-1]["about"] == worker["friendly_name"]
    assert found["events"][-1]["at"] - found["events"][0]["at"] == 3.0


def test_an_agents_history_names_its_tasks(told):
    site, worker, _ = told
    found = dashboard_history.agent(site.workspace, site.history.of(site.workspace), 0)
    assert (found["sid"], found["name"]) == (worker["sid"], "bob")
    assert found["facts"]["activity"] == "Available"
    assert found["facts"]["queues"] == "Everyone"
    assert [(event["type"], event["task"]) for event in found["events"]][-1] == ("reservation.accepted", 0)


def test_only_the_latest_events_are_told(told, monkeypatch):
    site, _, _ = told
    monkeypatch.setattr(dashboard_history, "MOST_EVENTS", 2)
    found = dashboard_history.task(site.workspace, site.history.of(site.workspace), 0)
    assert [event["type"] for event in found["events"]] == ["reservation.created", "reservation.accepted"]


def test_what_is_not_there_is_unknown(site):
    history = site.history.of(site.workspace)
    with pytest.raises(UnknownResource):
        dashboard_history.agent(site.workspace, history, 5)
    with pytest.raises(UnknownResource):
        dashboard_history.task(site.workspace, history, 5)
