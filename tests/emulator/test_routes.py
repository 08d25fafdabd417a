"""Routes: one table, walked by segments."""

import pytest

from flexsim.emulator.handlers import task_queues, tasks, workspaces
from flexsim.emulator.routes import ROUTES, find
from flexsim.errors import MethodNotAllowed, UnknownResource


def test_a_path_leads_to_its_handler_and_its_variable_segments():
    assert find("GET", "/v1/Workspaces") == (workspaces.listing, ())
    assert find("POST", "/v1/Workspaces/WS1/Tasks") == (tasks.create, ("WS1",))
    assert find("DELETE", "/v1/Workspaces/WS1/TaskQueues/WQ1") == (task_queues.delete, ("WS1", "WQ1"))


def test_every_route_is_found_by_its_own_path():
    for route in ROUTES:
        handler, variables = find(route.method, route.path.replace("{", "x").replace("}", ""))
        assert handler is route.handler
        assert len(variables) == route.path.count("{")


@pytest.mark.parametrize(
    "path",
    ["/", "", "/v1", "/v1/", "/v2/Workspaces", "/v1/Workspaces/", "/v1/Workspaces/WS1/Nothing", "/v1/Workspaces/WS1/Tasks/WT1/x",
     "/v1/Workspaces/{}/{}", "/v1/{}", "/v1/Workspaces/WS1/Workers/WK1/RealTimeStatistics"],
)  # fmt: skip
def test_an_unknown_path_is_an_unknown_resource(path):
    with pytest.raises(UnknownResource):
        find("GET", path)


def test_another_method_is_refused_and_the_right_ones_are_named():
    with pytest.raises(MethodNotAllowed) as refused:
        find("PUT", "/v1/Workspaces/WS1/Tasks/WT1")
    assert refused.value.allowed == ("DELETE", "GET", "POST")


def test_no_operation_stands_twice_in_the_table():
    assert len({route.operation for route in ROUTES}) == len(ROUTES)
    assert len({(route.method, route.path) for route in ROUTES}) == len(ROUTES)
