"""Every answer of every operation fits Twilio's OpenAPI description, where its file is at hand."""

import json

import pytest

from flexsim.emulator.coverage import operations
from flexsim.emulator.routes import ROUTES
from tests.emulator.conftest import Json
from tests.emulator.twilio import FILE, read_description

pytestmark = pytest.mark.skipif(not FILE.is_file(), reason=f"Twilio's OpenAPI description is not at {FILE}")


@pytest.fixture(scope="module")
def description():
    return read_description()


def test_every_route_is_an_operation_of_the_description_with_its_method_and_path(description):
    for route in ROUTES:
        assert description.operations[route.operation][:2] == (route.method, route.path)


def test_the_ledger_knows_every_operation_of_the_description(description):
    described = {name: (method, path) for name, (method, path, _) in description.operations.items()}
    assert operations() == described


def statistics_requests(site, queue, worker):
    period = {"Minutes": "60", "TaskChannel": "default", "SplitByWaitTime": "5,30"}
    workflow = site.listed("/Workflows")[0]["sid"]
    for name, address in (
        ("Workspace", ""), ("TaskQueue", f"/TaskQueues/{queue}"), ("Workflow", f"/Workflows/{workflow}"),
    ):  # fmt: skip
        for kind in ("", "RealTime", "Cumulative"):
            yield f"Fetch{name}{kind}Statistics", "GET", f"{address}/{kind}Statistics", period
    yield "ListTaskQueuesStatistics", "GET", "/TaskQueues/Statistics", period
    bulk = Json(TaskQueueSids=[queue])
    yield "CreateTaskQueueBulkRealTimeStatistics", "POST", "/TaskQueues/RealTimeStatistics", bulk
    yield "FetchWorkerStatistics", "GET", "/Workers/Statistics", {"TaskQueueSid": queue}
    yield "FetchWorkersRealTimeStatistics", "GET", "/Workers/RealTimeStatistics", {}
    yield "FetchWorkersCumulativeStatistics", "GET", "/Workers/CumulativeStatistics", {}
    yield "FetchWorkerInstanceStatistics", "GET", f"/Workers/{worker['sid']}/Statistics", {}


def requests(site):
    """One or more requests for every operation, in an order in which each succeeds."""
    queue = site.listed("/TaskQueues")[0]["sid"]
    configuration = json.dumps({"task_routing": {"default_filter": {"queue": queue}}})
    yield "ListWorkspace", "GET", "/v1/Workspaces", {}
    yield "CreateWorkspace", "POST", "/v1/Workspaces", {"FriendlyName": "x", "Template": "FIFO"}
    other = site.listed("/v1/Workspaces")[-1]["url"]
    yield "FetchWorkspace", "GET", other, {}
    yield "UpdateWorkspace", "POST", other, {"EventsFilter": "task.created"}
    yield "DeleteWorkspace", "DELETE", other, {}
    for kind, collection, form, change in (
        ("Activity", "/Activities", {"FriendlyName": "x"}, {"FriendlyName": "y"}),
        ("TaskChannel", "/TaskChannels", {"FriendlyName": "x", "UniqueName": "x"}, {"FriendlyName": "y"}),
        ("TaskQueue", "/TaskQueues", {"FriendlyName": "x"}, {"TaskOrder": "LIFO"}),
        (
            "Workflow", "/Workflows", {"FriendlyName": "x", "Configuration": configuration},
            {"AssignmentCallbackUrl": "http://127.0.0.1:9/x", "FallbackAssignmentCallbackUrl": "http://127.0.0.1:9/y"},
        ),
    ):  # fmt: skip
        yield f"Create{kind}", "POST", collection, form
        made = site.listed(collection)[-1]["url"]
        yield f"List{kind}", "GET", f"{collection}?PageSize=1", {}
        yield f"Update{kind}", "POST", made, change
        yield f"Fetch{kind}", "GET", made, {}
        yield f"Delete{kind}", "DELETE", made, {}
    activity = site.activity("Available")
    yield "CreateWorker", "POST", "/Workers", {"FriendlyName": "bob", "ActivitySid": activity}
    worker = site.listed("/Workers")[0]
    yield "ListWorker", "GET", "/Workers", {}
    yield "FetchWorker", "GET", worker["url"], {}
    yield "UpdateWorker", "POST", worker["url"], {"Attributes": '{"a": 1}'}
    channels = f"/Workers/{worker['sid']}/Channels"
    yield "ListWorkerChannel", "GET", channels, {}
    yield "FetchWorkerChannel", "GET", f"{channels}/chat", {}
    yield "UpdateWorkerChannel", "POST", f"{channels}/chat", {"Capacity": "2"}
    yield "CreateTask", "POST", "/Tasks", {"Attributes": '{"a": 1}'}
    task = site.listed("/Tasks")[0]
    reservations = f"/Tasks/{task['sid']}/Reservations"
    yield "ListTaskReservation", "GET", reservations, {}
    reservation = site.listed(reservations)[0]["sid"]
    yield "FetchTaskReservation", "GET", f"{reservations}/{reservation}", {}
    yield "UpdateTaskReservation", "POST", f"{reservations}/{reservation}", {"ReservationStatus": "accepted"}
    of_worker = f"/Workers/{worker['sid']}/Reservations"
    yield "ListWorkerReservation", "GET", of_worker, {}
    yield "FetchWorkerReservation", "GET", f"{of_worker}/{reservation}", {}
    yield "UpdateWorkerReservation", "POST", f"{of_worker}/{reservation}", {"ReservationStatus": "wrapping"}
    yield "ListEvent", "GET", "/Events", {"PageSize": "3", "WorkerSid": worker["sid"]}
    yield "FetchEvent", "GET", site.listed("/Events")[-1]["url"], {}
    yield from statistics_requests(site, queue, worker)
    yield "UpdateTask", "POST", task["url"], {"AssignmentStatus": "completed", "Reason": "done"}
    yield "ListTask", "GET", "/Tasks", {}
    yield "FetchTask", "GET", task["url"], {}
    yield "DeleteTask", "DELETE", task["url"], {}
    yield "DeleteWorker", "DELETE", worker["url"], {}


def test_every_operation_answers_as_described(site, description):
    seen = set()
    for operation, method, address, form in requests(site):
        description.check(operation, site.call(method, address, form))
        seen.add(operation)
    assert seen == {route.operation for route in ROUTES}
