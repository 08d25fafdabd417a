"""Who has a key comes in."""

import pytest

from flexsim.voice.realtime import keys as module
from flexsim.voice.realtime.configuration import Configuration
from flexsim.voice.realtime.keys import Keys, key_in


def test_without_keys_everybody_may():
    assert Keys(()).admit(None, 0.0)
    assert Keys(()).own("whatever")


@pytest.mark.parametrize(("key", "may"), [(None, False), ("", False), ("wrong", False), ("one", True), ("two", True)])
def test_with_keys_who_has_one(key, may):
    assert Keys(["one", "two"]).admit(key, 0.0) is may


def test_an_ephemeral_key_is_good_for_a_while_and_makes_no_others():
    keys, set_already = Keys(["one"]), Configuration(voice="echo")
    key = keys.issue(100.0, 60.0, set_already)
    assert keys.admit(key, 159.0)
    assert keys.configuration(key, 159.0) is set_already
    assert not keys.admit(key, 161.0)
    assert not keys.own(key)
    assert keys.issue(200.0, 60.0, set_already) != key
    assert keys.configuration("one", 0.0) is None


def test_there_are_never_too_many(monkeypatch):
    monkeypatch.setattr(module, "_MOST", 2)
    keys = Keys(["one"])
    issued = [keys.issue(0.0, 60.0, Configuration()) for _ in range(3)]
    assert [keys.admit(each, 1.0) for each in issued] == [False, True, True]


def test_a_key_comes_as_a_bearers_or_as_browsers_send_it():
    assert key_in("Bearer abc", []) == "abc"
    assert key_in("bearer  abc ", []) == "abc"
    assert key_in("Basic abc", []) is None
    assert key_in(None, ["realtime", "openai-insecure-api-key.abc"]) == "abc"
    assert key_in(None, ["realtime"]) is None
