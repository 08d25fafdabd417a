"""Ids never come twice, and a seed decides them."""

from flexsim.voice.realtime.identifiers import Identifiers


def test_no_id_comes_twice_and_all_look_alike():
    ids = Identifiers(1, "a")
    found = [ids.new("event") for _ in range(20_000)]
    assert len(set(found)) == len(found)
    assert {len(each) for each in found} == {len("event_") + 20}


def test_seed_and_session_decide():
    assert Identifiers(1, "a").new("item") == Identifiers(1, "a").new("item")
    assert len({Identifiers(seed, name).new("item") for seed in (1, 2) for name in "ab"}) == 4
