"""Turns that are kept near."""

from flexsim.workforce.store.cache import TurnCache
from tests.workforce.doubles import session, turns_of

TURNS = turns_of(session(), 6)


class Shared(dict):
    def some(self, session_id, numbers):
        return {number: self[session_id, number] for number in numbers if (session_id, number) in self}

    def put(self, session_id, turns):
        self.update({(session_id, each.number): each for each in turns})


def test_what_was_put_is_there_up_to_the_first_gap():
    cache = TurnCache()
    cache.put("SN1", [TURNS[0], TURNS[1], TURNS[3]])
    assert cache.some("SN1", range(1, 5)) == TURNS[:2]
    assert cache.some("SN2", range(1, 5)) == []


def test_those_not_used_for_longest_go_first():
    cache = TurnCache(most=3)
    cache.put("SN1", TURNS[:3])
    cache.some("SN1", range(1, 2))
    cache.put("SN1", TURNS[3:4])
    assert cache.some("SN1", range(1, 2)) == TURNS[:1]
    assert cache.some("SN1", range(2, 3)) == []


def test_what_others_have_read_is_taken_from_what_they_share():
    shared = Shared()
    TurnCache(shared).put("SN1", TURNS[:4])
    cache = TurnCache(shared)
    assert cache.some("SN1", range(1, 6)) == TURNS[:4]
    shared.clear()
    assert cache.some("SN1", range(1, 6)) == TURNS[:4]
