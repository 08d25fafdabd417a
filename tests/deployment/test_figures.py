"""Twilio's statistics come out as a summary does, and where they count the same things, with the same numbers."""

import asyncio

import pytest
import requests

from flexsim.deployment.client import Credentials, Statistics, connect
from flexsim.deployment.figures import summarized
from flexsim.emulator.server import LocalTaskRouter


def ask(router):
    credentials = Credentials(
        account_sid=router.account_sid, auth_token=router.auth_token, workspace_sid=router.workspace_sid,
        base_url=router.base_url,
    )  # fmt: skip

    async def go():
        async with connect(credentials) as port:
            return await port.statistics(minutes=60, threshold=20)

    return asyncio.run(go())


@pytest.fixture(scope="module")
def both():
    """Twilio's form and our own of the same workspace."""
    with LocalTaskRouter() as router:
        workspace = router.workspace
        available = workspace.activities.list(friendly_name="Available")[0].sid
        for name in ("ann", "bob"):
            workspace.workers.create(name, activity_sid=available)
        tasks = [workspace.tasks.create() for _ in range(4)]
        for task in tasks[:2]:
            (reservation,) = workspace.tasks(task.sid).reservations.list()
            reservation.update(reservation_status="accepted")
        workspace.tasks(tasks[0].sid).update(assignment_status="completed")
        workspace.tasks(tasks[3].sid).update(assignment_status="canceled")
        summary = requests.get(f"{router.dashboard_url}/summary", timeout=10).json()
        yield summarized(ask(router), minutes=60, threshold=20), summary


@pytest.mark.parametrize(
    "name",
    ["offered", "answered", "handled", "abandoned", "removed", "waiting", "longest_waiting", "asa", "service_level"],
)
def test_what_both_count_is_the_same(both, name):
    twilios, ours = both
    assert twilios["total"][name] == pytest.approx(ours["total"][name], abs=1.0 if "a" in name and "s" in name else 0)
    assert twilios["queues"]["Everyone"][name] == pytest.approx(ours["queues"]["Everyone"][name], abs=1.0)


def test_tasks_and_agents_are_counted_by_state_and_activity(both):
    twilios, ours = both
    assert (twilios["tasks"], twilios["agents"]) == (ours["tasks"], ours["agents"])
    assert abs(twilios["at"] - ours["at"]) < 5


def test_what_twilio_does_not_say_is_none(both):
    twilios, _ = both
    assert (twilios["total"]["aht"], twilios["occupancy"], twilios["agents_busy"]) == (None, None, None)
    assert (twilios["window"], twilios["threshold"]) == (60, 20)


def statistics(**split):
    present = {"tasks_by_status": dict.fromkeys(("pending", "reserved", "assigned", "wrapping"), 0),
               "longest_task_waiting_age": 0, "activity_statistics": []}  # fmt: skip
    cumulative = dict.fromkeys(
        ("tasks_created", "tasks_completed", "tasks_canceled", "tasks_deleted", "reservations_accepted",
         "avg_task_acceptance_time"), 0,
    ) | {"end_time": "2026-01-05T08:00:00Z"} | split  # fmt: skip
    return Statistics(present=present, cumulative=cumulative, queues={})


def test_the_service_level_is_answered_in_time_of_those_answered_or_canceled_late():
    split = {
        "above": {"reservations_accepted": 2, "tasks_canceled": 1},
        "below": {"reservations_accepted": 6, "tasks_canceled": 5},
    }
    found = summarized(statistics(split_by_wait_time={"20": split}), minutes=15, threshold=20)
    assert found["total"]["service_level"] == round(6 / 9, 4)
    assert found["total"]["asa"] is None


@pytest.mark.parametrize("split", [None, {}, {"30": {}}])
def test_without_a_split_there_is_no_service_level(split):
    found = summarized(statistics(split_by_wait_time=split), minutes=15, threshold=20)
    assert found["total"]["service_level"] is None
