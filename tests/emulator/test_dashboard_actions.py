"""What an operator may do, and what it takes to be one."""

import orjson
import pytest

from flexsim.emulator.dashboard_actions import LARGEST_BURST, Actions
from flexsim.emulator.exchange import Request
from flexsim.emulator.fields import Fields
from flexsim.errors import ConfigurationError, Forbidden, InvalidInput


class People:
    """Customers of this process."""

    def __init__(self):
        self.paused = False
        self.bursts = []

    def pause(self, *, paused):
        self.paused = paused

    def burst(self, count):
        if count == 13:
            raise ConfigurationError("nobody arrives")
        self.bursts.append(count)


@pytest.fixture
def speeds():
    return []


@pytest.fixture
def actions(site, speeds):
    return Actions(site.host, speeds.append)


def do(actions, site, name, **fields):
    return actions.by_name[name](site.workspace, Fields.of_body(orjson.dumps(fields)))


def test_a_token_is_one_servers_own_and_must_come_in_the_header(site):
    one, other = (Actions(site.host, lambda _: None) for _ in range(2))
    assert one.token != other.token
    assert len(one.token) == 32
    one.check(Request(method="POST", path="", base_url="", headers=[(b"x-flexsim-control", one.token.encode())]))
    for headers in ([], [(b"x-flexsim-control", other.token.encode())], [(b"x-flexsim-control", b"\xff")]):
        with pytest.raises(Forbidden):
            one.check(Request(method="POST", path="", base_url="", headers=headers))


def test_a_burst_repeats_the_latest_tasks_but_for_whose_they_are(site, actions):
    site.worker()
    site.task('{"type": "sales", "flexsim_contact": "CX1"}', TaskChannel="chat")
    assert do(actions, site, "burst", count=5) == {"created": 5}
    tasks = list(site.workspace.engine.tasks.values())
    assert len(tasks) == 6
    assert {task.channel.unique_name for task in tasks} == {"chat"}
    assert all(task.attributes == {"type": "sales"} for task in tasks[1:])


def test_a_burst_into_an_empty_workspace_goes_through_its_workflow(site, actions):
    do(actions, site, "burst", count=2)
    assert [task.workflow.name for task in site.workspace.engine.tasks.values()] == ["Assign to Anyone"] * 2


def test_a_burst_is_of_customers_where_they_come_from_this_process(site, actions):
    actions.arrivals = people = People()
    do(actions, site, "burst", count=7)
    assert people.bursts == [7]
    assert not site.workspace.engine.tasks
    with pytest.raises(InvalidInput, match="nobody arrives"):
        do(actions, site, "burst", count=13)


@pytest.mark.parametrize("count", [0, LARGEST_BURST + 1, "many", None])
def test_a_burst_has_its_bounds(site, actions, count):
    with pytest.raises(InvalidInput, match="count"):
        do(actions, site, "burst", count=count)


def test_the_speed_is_set(site, actions, speeds):
    assert do(actions, site, "speed", speed=5) == {"speed": 5.0}
    assert speeds == [5.0]
    with pytest.raises(InvalidInput, match="speed"):
        do(actions, site, "speed", speed=-1)


def test_a_clock_without_a_speed_is_an_answer_and_no_fault(site):
    def refuse(_):
        raise ConfigurationError("this server's clock is moved by hand, it has no speed")

    with pytest.raises(InvalidInput, match="by hand"):
        do(Actions(site.host, refuse), site, "speed", speed=2)


def test_an_agent_is_logged_out_and_what_rang_there_rings_elsewhere(site, actions):
    _, task, _ = site.reserved()
    assert do(actions, site, "logout", agent=0) == {"agent": 0, "activity": "Offline"}
    assert site.workspace.engine.workers[0].activity.name == "Offline"
    assert site.get(f"/Tasks/{task['sid']}")["assignment_status"] == "pending"


def test_who_is_not_there_cannot_be_logged_out(site, actions):
    for agent in (3, None):
        with pytest.raises(InvalidInput, match="no such agent"):
            do(actions, site, "logout", agent=agent)


def test_arrivals_pause_only_where_they_come_from_this_process(site, actions):
    with pytest.raises(InvalidInput, match="another process"):
        do(actions, site, "arrivals", paused=True)
    assert actions.offered == {"token": actions.token, "arrivals": None}
    actions.arrivals = people = People()
    assert do(actions, site, "arrivals", paused=True) == {"paused": True}
    assert people.paused
    assert actions.offered["arrivals"] == {"paused": True}


def test_a_misspelt_field_is_refused(site, actions):
    for name in actions.by_name:
        with pytest.raises(InvalidInput):
            do(actions, site, name, nonsense=1)
