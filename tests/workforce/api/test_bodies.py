"""Bodies of bounded length."""

import json

import pytest

from flexsim.workforce.api.bodies import LONGEST

LONG = json.dumps({"scenario": "x" * LONGEST}).encode()


def in_parts(body):
    for start in range(0, len(body), 100_000):
        yield body[start : start + 100_000]


@pytest.mark.parametrize("send", [bytes, in_parts], ids=["announced", "in parts"])
def test_a_body_that_is_too_long_is_refused(lite_client, send):
    headers = {"content-type": "application/json"}
    answer = lite_client.post("/simulate/start", content=send(LONG), headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (413, f"a body has at most {LONGEST} bytes")


def test_a_body_in_parts_is_read_whole(lite_client):
    body = json.dumps({"scenario": "x" * 90_000, "seed": 1}).encode()
    answer = lite_client.post("/simulate/start", content=in_parts(body), headers={"content-type": "application/json"})
    assert answer.status_code == 201


@pytest.mark.parametrize(
    "body", [b"{", b"\xff\xfe", b"[1]", b"null", b'"x"', b"[" * 50_000, b'{"scenario": "\\ud800"}']
)
def test_a_body_that_is_none_of_ours_is_refused(lite_client, body):
    answer = lite_client.post("/simulate/start", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in {400, 422}
    assert answer.json()["error"]
