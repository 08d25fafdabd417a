"""Operator controls: beside the API, without its credentials."""

import orjson
import pytest

from flexsim.emulator.callbacks import AssignmentCallbacks
from flexsim.emulator.control import Control, Facts
from flexsim.emulator.event_callbacks import EventCallbacks
from flexsim.emulator.exchange import Request
from flexsim.emulator.outbound import Poster


@pytest.fixture
def control(site):
    facts = Facts(speed=2.0, seed=1, account_sid=site.account.sid, workspace_sid=site.workspace.sid)
    assignments = AssignmentCallbacks(site.host, Poster(), site.alerts)
    return Control(facts, site.host, site.alerts, assignments, EventCallbacks(site.host, Poster(), site.alerts))


def asked(control, path, method="GET"):
    response = control.handle(Request(method=method, path=f"/_flexsim{path}", base_url="http://x"))
    return response.status, orjson.loads(response.body)


def test_health_says_what_time_it_is_and_what_there_is(site, control):
    site.reserved()
    site.task()
    status, health = asked(control, "/health")
    assert status == 200
    assert health["status"] == "ok"
    assert health["now"] == site.clock.now()
    assert (health["speed"], health["seed"]) == (2.0, 1)
    assert (health["account_sid"], health["workspace_sid"]) == (site.account.sid, site.workspace.sid)
    (workspace,) = health["workspaces"]
    assert workspace["workers_by_activity"] == {"Available": 1}
    assert workspace["tasks_by_status"] == {"reserved": 1, "pending": 1}
    assert health["event_callbacks"] == {"sent": 0, "waiting": 0, "lost": 0}


def test_health_is_true_of_the_moment_it_is_asked_for(site, control):
    site.task(Timeout=10)
    site.host.sleep()
    site.clock.advance(11)
    (workspace,) = asked(control, "/health")[1]["workspaces"]
    assert workspace["tasks_by_status"] == {"canceled": 1}


def test_health_never_shows_a_token(site, control):
    assert site.account.token not in str(asked(control, "/health"))


def test_alerts_are_listed(site, control):
    _, _, reservation = site.reserved()
    site.post(reservation["url"], Instruction="dequeue")
    status, document = asked(control, "/alerts")
    assert (status, document["count"]) == (200, 1)
    assert document["alerts"][0]["resource_sid"] == reservation["sid"]


def test_an_unknown_control_is_404_and_a_wrong_method_405(control):
    assert asked(control, "/nothing")[0] == 404
    assert asked(control, "/health", "POST")[0] == 405
