"""Whatever is sent to any operation: no fault of ours, no hang, and no answer that Twilio's description does not know.

schemathesis makes requests from Twilio's OpenAPI description, right ones and wrong ones; half of what they name is then
made to exist, by SIDs and names that earlier answers held. A short run belongs to the tests; a longer one by hand:

    FLEXSIM_FUZZ_EXAMPLES=2000 pytest tests/emulator/test_fuzz.py --timeout 0
"""

import json
import os
import random
import re

import pytest
import requests
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from flexsim.emulator.routes import ROUTES
from flexsim.emulator.server import LocalTaskRouter
from tests.emulator.conftest import Answer, basic
from tests.emulator.twilio import FILE, read_description

schemathesis = pytest.importorskip("schemathesis")
pytestmark = pytest.mark.skipif(not FILE.is_file(), reason=f"Twilio's OpenAPI description is not at {FILE}")

EXAMPLES = int(os.environ.get("FLEXSIM_FUZZ_EXAMPLES", "25"))  # for each operation
PATIENCE = 10  # seconds until an answer counts as a hang
SPEED = 20  # simulated seconds in a real one, so that things time out meanwhile

SID = re.compile(r"[A-Z]{2}[0-9a-f]{32}")
PATH = re.compile(r"\"https?://[^/\"]+(/v1/[^\"?]+)")
STATUSES = {400, 401, 404, 405, 410, 412, 413}
NOWHERE = "http://127.0.0.1:9/nobody"  # where callbacks go: fuzzing must not knock on strangers' doors

# What schemathesis cannot guess: texts with a language of their own.
EXPRESSIONS = ("1==1", "skills HAS 'x'", "level > 2", "a.b[0] == null", "name CONTAINS 'o'", "x IN [1, 2]", "(", "a ==")
DICTIONARY = {
    "Attributes": ("{}", '{"skills": ["x"], "level": 3}', '{"name": "joe", "a": {"b": [1]}}', "[]", "null", '{"x": 1e400}'),
    "EvaluateWorkerAttributes": ("{}", '{"skills": ["x"]}', "1"),
    "EvaluateTaskAttributes": EXPRESSIONS,
    "TargetWorkersExpression": (*EXPRESSIONS, "activity_name == 'Offline'"),
    "TargetWorkers": (*EXPRESSIONS, ""),
    "TaskChannel": ("voice", "chat", "default", "nowhere"),
    "Ordering": ("Priority:desc,DateCreated:asc", "DateCreated:asc,VirtualStartTime:desc", "DateUpdated:desc",
                 "DateStatusChanged:asc"),
    "AssignmentStatus": ("canceled", "completed", "wrapping", "pending"),
    "ReservationStatus": ("accepted", "rejected", "wrapping", "completed", "timeout"),
    "Instruction": ("accept", "reject", "dequeue", "call", "redirect", "conference", "supervise", "dance"),
    "VirtualStartTime": ("2020-01-01T00:00:00Z", "1900-01-01T00:00:00Z", "2999-01-01T00:00:00Z"),
    "StartDate": ("2020-01-01T00:00:00Z", "2026-01-01", "2999-01-01T00:00:00Z"),
    "EndDate": ("2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z"),
    "Minutes": ("15", "1", "0", "43200", "9999999"),
    "SplitByWaitTime": ("5,30", "5", "", "a,b", "-1"),
    "Template": ("FIFO", "NONE", "other"),
    "PageToken": ("PA", "PB", "x"),
    "FriendlyName": ("one", "two", "Everyone", "x" * 65),
    "UniqueName": ("one", "two", "a b"),
}  # fmt: skip
SKIPPING = {"queue": "QUEUE", "timeout": 5, "skip_if": "workers.available == 0"}
ORDERED = {"timeout": "9", "order_by": "worker.level DESC", "expression": "task.level <= worker.level", "priority": 3}
KNOWN = {"queue": "QUEUE", "known_worker_sid": "task.who"}
ROUTINGS = (
    {"default_filter": {"queue": "QUEUE"}},
    {"filters": [{"expression": "level > 1", "targets": [SKIPPING, ORDERED]}]},
    {"filters": [{"expression": "1==1", "targets": [KNOWN]}], "default_filter": {"queue": "QUEUE"}},
    {},
    [],
)


class Target:
    """A running server, and everything it has told us of."""

    def __init__(self, router, description):
        self.router = router
        self.description = description
        self.session = requests.Session()
        self.sids = {}  # by prefix
        self.paths = {}  # by shape: the path with its SIDs taken out

    def furnish(self):
        """A workspace of its own, with workers who are there and tasks in every state; its address."""
        self.sids.clear()
        made = self.ask("POST", "/v1/Workspaces", {"FriendlyName": "fuzz", "Template": "FIFO"}).json()
        path = f"/v1/Workspaces/{made['sid']}"
        available = self.ask("GET", f"{path}/Activities", {"Available": "true"}).json()["activities"][1]["sid"]
        form = {"ActivitySid": available, "Attributes": '{"level": 2}'}
        *_, worker = [self.ask("POST", f"{path}/Workers", {**form, "FriendlyName": name}).json() for name in "abcd"]
        tasks = [self.ask("POST", f"{path}/Tasks", {"Attributes": '{"level": 2}'}).json() for _ in range(6)]
        for task, status in zip(tasks, ("accepted", "rejected", "accepted"), strict=False):
            (reservation,) = self.ask("GET", f"{path}/Tasks/{task['sid']}/Reservations").json()["reservations"]
            self.ask(
                "POST", f"{path}/Tasks/{task['sid']}/Reservations/{reservation['sid']}", {"ReservationStatus": status}
            )
        self.ask("POST", f"{path}/Tasks/{tasks[0]['sid']}", {"AssignmentStatus": "wrapping"})
        for address in ("Activities", "TaskQueues", "Workflows", "TaskChannels", f"Workers/{worker['sid']}/Channels",
                        f"Tasks/{tasks[3]['sid']}/Reservations"):  # fmt: skip
            self.ask("GET", f"{path}/{address}")
        return path

    def ask(self, method, address, form=None):
        auth = (self.router.account_sid, self.router.auth_token)
        answer = self.session.request(method, self.router.base_url + address, data=form, auth=auth, timeout=PATIENCE)
        assert answer.ok, answer.text
        self.hear(answer.text)
        return answer

    def hear(self, text):
        """Remember the latest of what an answer names."""
        for sid in SID.findall(text):
            _remember(self.sids.setdefault(sid[:2], []), sid)
        for path in PATH.findall(text):
            _remember(self.paths.setdefault(SID.sub("{}", path), []), path)

    def sid(self, prefix, rng):
        return rng.choice(self.sids.get(prefix) or [f"{prefix}{'0' * 32}"])


def _remember(found, what):
    if what in found:
        found.remove(what)
    found.append(what)
    del found[:-60]


@pytest.fixture(scope="module")
def target():
    description = read_description()
    with LocalTaskRouter(speed=SPEED) as router:
        target = Target(router, description)
        target.furnish()
        yield target
        target.session.close()


@pytest.fixture(scope="module")
def operations(target):
    schema = schemathesis.openapi.from_dict(target.description.document)
    found = (each.ok() for each in schema.get_all_operations())
    return {each.definition.raw["operationId"]: each for each in found}


class Aim:
    """Makes what a generated request names exist, more often than not."""

    def __init__(self, target, rng):
        self.target = target
        self.rng = rng

    def chance(self, share):
        return self.rng.random() < share

    def path(self, case, furnished):
        """The path's variables, in place; mostly of something in the workspace at ``furnished``."""
        template = case.path
        shape = re.sub(r"\{\w+\}", "{}", template)
        known = self.target.paths.get(shape, [])
        known = [each for each in known if each.startswith(furnished)] or known
        if known and self.chance(0.85):
            found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template), self.rng.choice(known))
            case.path_parameters.update(found.groupdict())
        elif "WorkspaceSid" in case.path_parameters:
            case.path_parameters["WorkspaceSid"] = furnished.rpartition("/")[2]

    def values(self, values, schemas):
        """Parameters of a query or form, in place; ``schemas`` by name are those that are documented."""
        for name, schema in schemas.items():
            if self.chance(0.5):
                continue
            if self.chance(0.3):
                values.pop(name, None)
            elif name == "Configuration":
                text = json.dumps({"task_routing": self.rng.choice(ROUTINGS)})
                values[name] = text.replace("QUEUE", self.target.sid("WQ", self.rng))
            elif name in DICTIONARY:
                values[name] = self.rng.choice(DICTIONARY[name])
            elif prefix := schema.get("pattern", "")[1:3]:
                values[name] = self.target.sid(prefix, self.rng)
            elif name == "RoutingTarget":
                values[name] = self.target.sid(self.rng.choice(("WK", "WQ", "WW", "WT")), self.rng)
        for name, value in list(values.items()):
            if isinstance(value, str) and value.lower().startswith("http"):
                values[name] = NOWHERE


def check(target, operation, response):
    """The answer is one that the operation declares, or an error in Twilio's form."""
    text = response.text
    shown = f"{response.request.method} {response.request.url} {str(response.request.body)[:500]} -> {response.status_code} {text[:500]}"
    assert response.status_code < 500, shown
    document = json.loads(text) if text else None
    declared = target.description.operations[operation][2]["responses"]
    if str(response.status_code) in declared:
        target.description.check(operation, Answer(response.status_code, document))
        return
    assert response.status_code in STATUSES, shown
    assert (
        {"code", "message", "more_info", "status"}
        <= document.keys()
        <= {"code", "message", "more_info", "status", "detail"}
    )
    assert document["status"] == response.status_code, shown
    assert document["message"], shown
    assert document["more_info"].endswith(str(document["code"])), shown


@pytest.mark.parametrize("operation", [route.operation for route in ROUTES])
def test_every_operation_answers_whatever_it_is_sent_within_its_description(target, operations, operation):
    described, furnished, rng = operations[operation], target.furnish(), random.Random(operation)
    schemas = {where: {} for where in ("query", "form", "header")}
    for where, name, schema in target.description.parameters(operation):
        schemas[where][name] = schema
    modes = schemathesis.GenerationMode
    cases = st.one_of(
        described.as_strategy(generation_mode=modes.POSITIVE), described.as_strategy(generation_mode=modes.NEGATIVE)
    )

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize="FLEXSIM_FUZZ_EXAMPLES" not in os.environ,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    )  # fmt: skip
    @given(case=cases)
    def requests_of_all_kinds(case):
        aim = Aim(target, rng)
        aim.path(case, furnished)
        aim.values(case.query, schemas["query"])
        if isinstance(case.body, dict) and schemas["form"]:
            aim.values(case.body, schemas["form"])
        if aim.chance(0.97):
            case.headers["Authorization"] = basic(target.router.account_sid, target.router.auth_token)
        if "If-Match" in schemas["header"] and aim.chance(0.7):
            case.headers.pop("If-Match", None)
        answer = case.call(base_url=target.router.base_url, session=target.session, timeout=PATIENCE)
        seen = Seen(answer)
        check(target, operation, seen)
        target.hear(seen.text)

    requests_of_all_kinds()


class Seen:
    """schemathesis' response, with text."""

    def __init__(self, answer):
        self.status_code = answer.status_code
        self.text = answer.content.decode()
        self.request = answer.request


def test_the_server_has_not_suffered(target):
    """After all of that, an ordinary request is answered as ever."""
    path = f"/v1/Workspaces/{target.router.workspace_sid}"
    assert target.ask("GET", path).json()["sid"] == target.router.workspace_sid
    assert target.ask("GET", f"{path}/Tasks").status_code == 200
