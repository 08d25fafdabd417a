"""The figures for Prometheus: read back with its own parser, they are what the dashboard shows."""

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from flexsim.emulator.exposition import CONTENT_TYPE
from flexsim.emulator.options import Options
from flexsim.emulator.server import LocalTaskRouter


@pytest.fixture
def router():
    with LocalTaskRouter(seed=1) as running:
        yield running


def scraped(router, **headers):
    """Every sample's value by its name and its labels' values, workspace first, as a scraper sees them."""
    answer = requests.get(f"{router.base_url}/_flexsim/metrics", headers=headers, timeout=10)
    assert (answer.status_code, answer.headers["content-type"]) == (200, CONTENT_TYPE)
    families = text_string_to_metric_families(answer.text)
    return {
        (each.name, *dict(sorted(each.labels.items(), reverse=True)).values()): each.value
        for family in families
        for each in family.samples
    }


def test_tasks_and_agents_are_told_by_queue_state_and_activity(router):
    workspace, sid = router.workspace, router.workspace_sid
    (available,) = workspace.activities.list(friendly_name="Available")
    workspace.workers.create("bob", activity_sid=available.sid)
    for _ in range(3):
        task = workspace.tasks.create()
    (reservation,) = workspace.workers.list()[0].reservations.list()
    reservation.update(reservation_status="accepted")
    found = scraped(router)
    queue = task.task_queue_friendly_name
    assert (found["flexsim_tasks_offered_total", sid, ""], found["flexsim_tasks_offered_total", sid, queue]) == (3, 3)
    assert (found["flexsim_tasks_answered_total", sid, ""], found["flexsim_tasks_waiting", sid, ""]) == (1, 2)
    assert (found["flexsim_tasks", sid, "assigned"], found["flexsim_tasks", sid, "pending"]) == (1, 2)
    assert (found["flexsim_agents", sid, "Available"], found["flexsim_agents_busy", sid]) == (1, 1)
    assert (found["flexsim_speed_ratio",], found["flexsim_callbacks_lost_total", "event_callbacks"]) == (1, 0)


def test_what_has_no_value_yet_has_no_sample(router):
    found = scraped(router)
    assert ("flexsim_service_level_ratio", router.workspace_sid, "") not in found
    assert found["flexsim_tasks_offered_total", router.workspace_sid, ""] == 0


def test_a_scraper_from_elsewhere_shows_the_control_token():
    with LocalTaskRouter(seed=1, options=Options(control_token="s" * 20)) as router:
        refused = requests.get(f"{router.base_url}/_flexsim/metrics", timeout=10)
        assert refused.status_code == 403
        assert scraped(router, Authorization=f"Bearer {'s' * 20}")


def test_a_name_with_quotes_and_line_breaks_stays_one_label(router):
    queue = router.workspace.task_queues.create(friendly_name='a "b"\nc\\d')
    assert ("flexsim_tasks_offered_total", router.workspace_sid, queue.friendly_name) in scraped(router)
