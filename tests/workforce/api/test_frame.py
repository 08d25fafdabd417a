"""What every request goes through first."""

import asyncio
import logging

import pytest
from starlette.testclient import TestClient

from flexsim.workforce.api.frame import Frame
from flexsim.workforce.api.metrics import Metrics


def test_a_request_keeps_the_id_it_came_with_and_gets_one_otherwise(lite_client):
    given = lite_client.get("/health", headers={"X-Request-ID": "mine-1.2_3"})
    assert given.headers["x-request-id"] == "mine-1.2_3"
    made = {lite_client.get("/health").headers["x-request-id"] for _ in range(2)}
    assert len(made) == 2
    odd = lite_client.get("/health", headers={"X-Request-ID": "a b<script>"}).headers["x-request-id"]
    assert odd.isalnum()


def test_an_error_names_its_request(lite_client):
    answer = lite_client.get("/nowhere", headers={"X-Request-ID": "mine"})
    assert answer.json() == {"error": "not found", "request_id": "mine"}


@pytest.mark.parametrize("path", ["/health", "/nowhere", "/simulate", "/docs"])
def test_no_answer_may_be_framed_or_guessed_at(lite_client, path):
    headers = lite_client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "server" not in headers


def broken(after):
    async def app(scope, receive, send):
        if after:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("a secret of the inside")

    return Frame(app, Metrics())


def test_a_fault_of_ours_is_told_as_such_without_its_inside_and_logged_with_it(caplog):
    client = TestClient(broken(after=False), raise_server_exceptions=False)
    answer = client.get("/x", headers={"X-Request-ID": "mine"})
    assert answer.status_code == 500
    assert answer.json() == {"error": "this is a fault of ours; the log says more", "request_id": "mine"}
    (record,) = [each for each in caplog.records if each.name == "flexsim.workforce.api.frame"]
    assert (record.levelno, "request mine: GET /x" in record.getMessage()) == (logging.ERROR, True)
    assert "a secret of the inside" in record.exc_text


def test_a_fault_in_the_middle_of_an_answer_goes_on():
    async def nothing():
        return {"type": "http.request"}

    async def ignore(_):
        pass

    scope = {"type": "http", "method": "GET", "path": "/x", "headers": []}
    with pytest.raises(RuntimeError):
        asyncio.run(broken(after=True)(scope, nothing, ignore))
