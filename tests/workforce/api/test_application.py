"""The whole interface: its layers in their order, and whatever is sent to any of its operations."""

import json
import os

import httpx2
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from flexsim.clock import WallClock
from flexsim.workforce.api.limiting import Limit, Limiter
from tests.workforce.api.conftest import client_of, start, take

schemathesis = pytest.importorskip("schemathesis")

EXAMPLES = int(os.environ.get("FLEXSIM_FUZZ_EXAMPLES", "6"))  # for each operation
ORIGIN = "https://board.example"
OPERATIONS = (
    ("POST", "/simulate/start"), ("POST", "/simulate/next"), ("POST", "/simulate/what-if"), ("GET", "/simulate"),
    ("GET", "/simulate/{session_id}"), ("GET", "/simulate/{session_id}/turns"), ("GET", "/simulate/{session_id}/what-ifs"),
    ("POST", "/simulate/{session_id}/pause"), ("POST", "/simulate/{session_id}/resume"), ("GET", "/agents/list"),
    ("GET", "/memory/{session_id}"), ("GET", "/health"), ("GET", "/ready"), ("GET", "/metrics"),
)  # fmt: skip
STREAM = ("GET", "/simulate/{session_id}/events")  # tests/workforce/api/test_events.py listens to it


def test_pages_from_the_origins_named_may_ask_and_no_others(lite):
    with client_of(lite, origins=(ORIGIN,), api_key="key") as client:
        asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-api-key,idempotency-key"}
        ours = client.options("/simulate/next", headers={"Origin": ORIGIN} | asked)
        other = client.options("/simulate/next", headers={"Origin": "https://elsewhere.example"} | asked)
        answer = client.get("/simulate", headers={"Origin": ORIGIN, "X-API-Key": "key"})
        refused = client.get("/simulate", headers={"Origin": ORIGIN})
    assert (ours.status_code, ours.headers["access-control-allow-origin"]) == (200, ORIGIN)
    assert (other.status_code, "access-control-allow-origin" in other.headers) == (400, False)
    assert "x-ratelimit-remaining" in answer.headers["access-control-expose-headers"]
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, ORIGIN)


def test_without_origins_no_page_from_elsewhere_may_read(lite_client):
    assert "access-control-allow-origin" not in lite_client.get("/simulate", headers={"Origin": ORIGIN}).headers


def test_guesses_at_the_key_are_limited_too(lite):
    limiter = Limiter(Limit(requests=2, window=3600), WallClock())
    with client_of(lite, api_key="key", limiter=limiter) as client:
        statuses = [client.get("/simulate").status_code for _ in range(3)]
    assert statuses == [401, 401, 429]


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/simulate/start"), ("PUT", "/simulate"), ("POST", "/health"), ("GET", "/x")]
)
def test_what_there_is_not_is_said_in_the_same_form(lite_client, method, path):
    answer = lite_client.request(method, path)
    assert answer.status_code in {404, 405, 422}
    assert set(answer.json()) == {"error", "request_id"}


def test_the_description_names_every_operation_and_no_type_of_the_frameworks(lite_client):
    description = lite_client.get("/openapi.json").json()
    found = {(method.upper(), path) for path, methods in description["paths"].items() for method in methods}
    assert found == {*OPERATIONS, STREAM}
    assert [name for name in description["components"]["schemas"] if name.startswith(("HTTP", "Validation"))] == []


FUZZED = [(*each, "sqlite") for each in OPERATIONS]
FUZZED += [
    (*each, "postgresql") for each in OPERATIONS if each[1] in {"/simulate/start", "/memory/{session_id}"}
]  # free texts


@pytest.mark.parametrize(("method", "path", "kind"), FUZZED)
def test_whatever_is_sent_there_is_no_fault_of_ours_and_no_answer_that_is_not_described(served, method, path, kind):
    """schemathesis makes requests from the description, right and wrong ones; half of them are about a session there is."""
    _, client = served(kind)
    session_id = start(client)
    take(client, session_id)
    schema = schemathesis.openapi.from_dict(client.get("/openapi.json").json())
    operation = schema[path][method]
    modes = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
    strategies = [operation.as_strategy(generation_mode=mode) for mode in modes]
    described = set(operation.definition.raw["responses"])

    @settings(
        max_examples=EXAMPLES, phases=(Phase.explicit, Phase.generate), database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.one_of(strategies), st.booleans())
    def holds(case, is_known):
        request = case.as_transport_kwargs(base_url="http://testserver")
        if is_known:
            request["url"] = request["url"].replace(
                str((case.path_parameters or {}).get("session_id", "\0")), session_id
            )
            if isinstance(request.get("json"), dict) and "session_id" in request["json"]:
                request["json"] = request["json"] | {"session_id": session_id}
        try:
            answer = sent(client, request)
        except httpx2.InvalidURL:  # longer than this client sends
            return
        assert str(answer.status_code) in described | {"404", "405"}, (answer.status_code, answer.text)
        if answer.status_code >= 400:
            assert set(answer.json()) == {"error", "request_id"}
        assert answer.headers["x-request-id"]

    holds()


def sent(client, request):
    """The answer to a request as schemathesis writes it down; what no client can send is sent as near as one can."""
    try:
        content = json.dumps(request["json"]).encode() if "json" in request else request.get("data")
    except (TypeError, ValueError):
        content = b"\xff"
    headers = {
        str(name).encode(errors="replace"): str(value).encode(errors="replace")
        for name, value in request["headers"].items()
    }
    if "json" in request:
        headers = {name: value for name, value in headers.items() if name.lower() != b"content-type"} | {
            b"content-type": b"application/json"
        }
    if isinstance(content, dict):
        content = json.dumps(content, default=str).encode()
    return client.request(
        request["method"], request["url"], params=request.get("params"), headers=headers, content=content
    )
