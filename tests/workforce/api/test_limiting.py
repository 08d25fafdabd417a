"""How often may be asked."""

import asyncio
import time

import pytest

from flexsim.clock import WallClock
from flexsim.errors import ConfigurationError
from flexsim.workforce.api.limiting import Limit, Limiter
from tests.workforce.api.conftest import client_of
from tests.workforce.conftest import REDIS_URL

HOUR = Limit(requests=3, window=3600)


def limited(served, limit=HOUR, **given):
    return client_of(served("sqlite")[0], limiter=Limiter(limit, WallClock(), **given))


def test_a_client_is_told_how_it_stands_and_refused_beyond_the_limit(served):
    with limited(served) as client:
        answers = [client.get("/simulate") for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert [each.headers["x-ratelimit-remaining"] for each in answers] == ["2", "1", "0", "0"]
    assert {each.headers["x-ratelimit-limit"] for each in answers} == {"3"}
    assert all(1 <= int(each.headers["x-ratelimit-reset"]) <= 3600 for each in answers)
    assert answers[-1].headers["retry-after"] == answers[-1].headers["x-ratelimit-reset"]
    assert "more than 3 requests in 3600 seconds; come again in" in answers[-1].json()["error"]


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_machine_whose_clock_is_set_refuses_nobody_for_longer(monkeypatch, hours):
    limit = Limit(requests=3, window=60)
    here = [1_767_600_030.0]
    monkeypatch.setattr(time, "time", lambda: here[0])
    limiter = Limiter(limit, WallClock())

    async def allowed():
        found = [await limiter.hit("somebody") for _ in range(4)]
        assert {each.reset for each in found} == {30}  # half of the window is over
        return [each.allowed for each in found]

    assert asyncio.run(allowed()) == [True, True, True, False]
    here[0] += hours * 3600
    assert asyncio.run(allowed()) == [True, True, True, False]


def test_clients_with_keys_of_their_own_are_counted_apart(served):
    with limited(served) as client:
        for key in ("a", "b"):
            answers = [client.get("/simulate", headers={"X-API-Key": key}).status_code for _ in range(4)]
            assert answers == [200, 200, 200, 429]


@pytest.mark.parametrize(("behind", "statuses"), [(True, [200, 200]), (False, [200, 429])])
def test_addresses_that_a_proxy_forwards_count_only_where_there_is_one(served, behind, statuses):
    with limited(served, Limit(requests=1, window=3600, behind_proxy=behind)) as client:
        found = [
            client.get("/simulate", headers={"X-Forwarded-For": f"9.9.9.9, 1.1.1.{n}"}).status_code for n in (1, 2)
        ]
    assert found == statuses


def test_what_the_client_itself_forwards_does_not_count(served):
    """The last address is the proxy's word; what stands before it anybody can write."""
    with limited(served, Limit(requests=1, window=3600, behind_proxy=True)) as client:
        found = [
            client.get("/simulate", headers={"X-Forwarded-For": f"9.9.9.{n}, 1.1.1.1"}).status_code for n in (1, 2)
        ]
    assert found == [200, 429]


def test_health_is_not_counted(served):
    with limited(served) as client:
        assert {client.get("/health").status_code for _ in range(9)} == {200}


def test_refusals_are_counted(served):
    with limited(served) as client:
        for _ in range(5):
            client.get("/simulate")
        assert "flexsim_workforce_requests_limited_total 2.0" in client.get("/metrics").text


def test_processes_with_one_redis_count_together(redis_prefix):
    _, prefix = redis_prefix

    async def hit():
        limiters = [Limiter(HOUR, WallClock(), REDIS_URL, prefix) for _ in range(2)]
        found = [await limiters[number % 2].hit("somebody") for number in range(4)]
        for each in limiters:
            await each.close()
        return found

    standings = asyncio.run(hit())
    assert [each.allowed for each in standings] == [True, True, True, False]
    assert [each.remaining for each in standings] == [2, 1, 0, 0]


def test_without_its_redis_a_process_counts_for_itself(caplog):
    async def hit():
        limiter = Limiter(HOUR, WallClock(), "redis://127.0.0.1:1/0")
        found = [(await limiter.hit("somebody")).allowed for _ in range(4)]
        await limiter.close()
        return found

    assert asyncio.run(hit()) == [True, True, True, False]
    assert [each.message for each in caplog.records if "left alone" in each.message] != []


def test_what_is_no_address_of_a_redis_is_refused():
    with pytest.raises(ConfigurationError, match="REDIS_URL is not redis://"):
        Limiter(HOUR, WallClock(), "http://127.0.0.1")
