"""Turns in a Redis."""

import pytest

from flexsim.clock import ManualClock
from flexsim.errors import ConfigurationError
from flexsim.workforce.store.redis_turns import RedisTurns, connect
from tests.workforce.doubles import session, turns_of

TURNS = turns_of(session(), 3)


def test_turns_come_back_as_they_were_and_do_not_stay_for_ever(redis_prefix):
    client, prefix = redis_prefix
    shared = RedisTurns(client, ManualClock(), prefix)
    shared.put("SN1", TURNS)
    assert shared.some("SN1", range(1, 5)) == {each.number: each for each in TURNS}
    assert 0 < client.ttl(f"{prefix}:turn:SN1:1") <= 3_600


def test_what_cannot_be_read_is_not_there(redis_prefix):
    client, prefix = redis_prefix
    client.set(f"{prefix}:turn:SN1:1", b'{"of": "another version"}')
    assert RedisTurns(client, ManualClock(), prefix).some("SN1", [1]) == {}


def test_a_redis_that_does_not_answer_is_left_alone_for_a_while(caplog):
    clock = ManualClock()
    client = connect("redis://127.0.0.1:1/0")
    shared = RedisTurns(client, clock)
    for _ in range(3):
        shared.put("SN1", TURNS)
        assert shared.some("SN1", [1]) == {}
    assert len(caplog.records) == 1
    clock.advance(6)
    shared.some("SN1", [1])
    assert len(caplog.records) == 2
    client.close()


def test_a_wrong_address_is_refused():
    with pytest.raises(ConfigurationError, match="REDIS_URL is not redis://"):
        connect("http://127.0.0.1")
