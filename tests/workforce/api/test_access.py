"""Who may ask."""

import hmac

import pytest
from starlette.datastructures import Headers

from flexsim.workforce.api.access import OPEN, given_key
from tests.workforce.api.conftest import client_of

KEY = "correct horse"


@pytest.fixture(scope="module")
def locked(served):
    with client_of(served("sqlite")[0], api_key=KEY) as made:
        yield made


@pytest.mark.parametrize(
    "headers", [{"X-API-Key": KEY}, {"Authorization": f"Bearer {KEY}"}, {"authorization": f"bearer {KEY}"}]
)
def test_who_has_the_key_may_ask(locked, headers):
    assert locked.get("/simulate", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-API-Key": "wrong"}, {"X-API-Key": KEY[:-1]}, {"Authorization": f"Basic {KEY}"}, {b"X-API-Key": b"\xe9"}],
)
def test_who_has_not_may_not_and_is_told_how(locked, headers):
    answer = locked.get("/simulate", headers=headers)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert answer.json()["error"] == "no API key, or a wrong one: send X-API-Key, or Authorization: Bearer"


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/agents/list", "/nowhere"])
def test_nothing_is_told_without_the_key(locked, path):
    assert locked.get(path).status_code == 401


@pytest.mark.parametrize("path", sorted(OPEN))
def test_health_is_for_everybody(locked, path):
    assert locked.get(path).status_code == 200


def test_keys_are_compared_in_a_time_that_does_not_depend_on_them(locked, monkeypatch):
    compared = []

    def compare(one, other):
        compared.append((one, other))
        return one == other

    monkeypatch.setattr(hmac, "compare_digest", compare)
    locked.get("/simulate", headers={"X-API-Key": "wrong"})
    assert compared == [(b"wrong", KEY.encode())]


def test_where_no_key_is_set_none_is_asked_for(lite_client):
    assert lite_client.get("/simulate").status_code == 200


def test_of_two_keys_the_one_that_is_named_so_counts():
    assert given_key(Headers({"x-api-key": "a", "authorization": "Bearer b"})) == "a"
