"""The way of a contact is the one that the engine takes it."""

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flexsim.configuration.records import WorkflowPlan
from flexsim.configuration.workspace import build_workspace, workflow_of
from flexsim.ids import Sids
from flexsim.routecheck.routes import Routes
from flexsim.taskrouter.inputs import NewTask
from tests.routecheck.test_running import ESCALATION


@pytest.fixture(scope="module")
def escalating(configuration):
    workflow = WorkflowPlan(name="w", configuration=ESCALATION, reservation_timeout=30)
    return replace(configuration, workflow=workflow)


@pytest.fixture(scope="module")
def routes(escalating):
    return Routes(escalating)


@settings(max_examples=60)
@given(
    st.sampled_from(["Sales", "Service", "Cooking"]),
    st.none() | st.sampled_from([1, 100, "150"]),
    st.sampled_from(["voice", "chat"]),
)
def test_it_is_where_a_task_goes_that_nobody_takes(escalating, routes, topic, amount, channel):
    attributes = {"topic": topic, "amount": amount, "agent": "Agent_005"}
    route = routes.route(channel, attributes)
    engine = build_workspace(escalating, Sids(1, "test"), 0.0)
    workflow = workflow_of(engine, escalating)
    if not route:
        assert engine.workflows[workflow].routing.entry(attributes) is None
        return
    engine.create_task(0.0, NewTask(workflow=workflow, channel=engine.channel_by_name[channel], attributes=attributes))
    (task,) = engine.tasks.values()
    entered = 0.0
    for hop, following in zip(route, (*route[1:], None), strict=True):
        names = [each.name for each in engine.workflows[workflow].routing.filters]
        assert (names[task.filter], task.target + 1, task.queue.name) == (hop.filter, hop.target, hop.queue)
        if math.isinf(hop.until):
            assert following is None
            break
        engine.advance(entered + hop.until)
        if following is None:
            assert task.status == "canceled"
        elif following.filter != hop.filter:
            entered += hop.until


def test_who_may_get_it_is_told_by_name(routes):
    (hop, *_) = routes.route("voice", {"topic": "Service", "agent": "agent_005"})
    assert hop.workers == {"Agent_005"}


def test_a_channel_that_the_configuration_lacks_is_refused(routes):
    assert routes.route("fax", {"topic": "Sales"}) == ()


def test_contacts_that_no_expression_can_tell_apart_are_looked_at_once(escalating):
    routes = Routes(escalating)
    first = routes.route("voice", {"topic": "Sales", "name": "Ann"})
    assert routes.route("voice", {"topic": "Sales", "name": "Bob"}) is first
    assert routes.route("chat", {"topic": "Sales", "name": "Bob"}) is not first
