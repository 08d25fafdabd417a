"""Which memories come first."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.workforce.memory.ranking import CANDIDATES, HALF_LIVES, Candidate, best, is_remembered, leading, strength
from flexsim.workforce.records import Memory, MemoryKind


def candidate(number, *words, importance=0.5, turn=1, kind=MemoryKind.EPISODIC):
    return Candidate(number, kind.value, importance, turn, words)


def ranked(*candidates, counts=None, memories=10, turn=1, limit=10):
    return best(candidates, counts or {"queue": 2, "release": 2}, memories, turn=turn, limit=limit)


@pytest.mark.parametrize("kind", [kind for kind in MemoryKind if kind is not MemoryKind.SEMANTIC])
def test_a_memory_matters_half_as_much_after_its_half_life(kind):
    assert strength(0.8, kind.value, HALF_LIVES[kind]) == pytest.approx(0.4)


def test_what_holds_in_general_does_not_fade():
    assert strength(0.8, "semantic", 10_000) == 0.8


@given(st.floats(0, 1), st.sampled_from(MemoryKind), st.integers(0, 500), st.integers(0, 500))
def test_strength_is_a_share_that_never_grows_with_age(importance, kind, one, other):
    young, old = (strength(importance, kind.value, age) for age in sorted((one, other)))
    assert 0 <= old <= young <= 1


def test_who_holds_more_of_the_question_comes_first():
    assert ranked(candidate(1, "queue"), candidate(2, "queue", "release"), candidate(3, "release")) == [2, 3, 1]


def test_a_rare_word_counts_more_than_a_common_one():
    assert ranked(candidate(1, "common"), candidate(2, "rare"), counts={"common": 9, "rare": 1}) == [2, 1]


def test_of_equally_relevant_ones_the_important_comes_first():
    assert ranked(candidate(1, "queue", importance=0.9), candidate(2, "queue", importance=0.1)) == [1, 2]


def test_of_equally_important_ones_the_fresh_comes_first():
    found = ranked(candidate(1, "queue", turn=8), candidate(2, "queue", turn=2), turn=9)
    assert found == [1, 2]


def test_of_equal_ones_the_one_made_last_comes_first():
    assert ranked(candidate(1, "queue"), candidate(2, "queue")) == [2, 1]


def test_importance_never_makes_up_for_half_of_the_question():
    """The factor of strength goes from 1/2 to 1: of two equally rare words, holding both beats holding one."""
    whole, half = candidate(1, "queue", "release", importance=0.01), candidate(2, "queue", importance=1.0)
    assert ranked(whole, half) == [1, 2]


def test_no_more_are_given_than_are_wanted():
    assert ranked(*(candidate(number, "queue") for number in range(5)), limit=2) == [4, 3]


@pytest.mark.parametrize(("made", "expires", "there"), [(5, None, True), (6, None, False), (3, 5, True), (3, 4, False)])
def test_a_memory_is_there_from_its_turn_until_it_expires(made, expires, there):
    memory = Memory(role="ceo", kind=MemoryKind.EPISODIC, text="x", importance=0.5, turn=made, expires=expires)
    assert is_remembered(memory, 5) is there


def test_the_rarest_words_lead_and_common_ones_do_not():
    counts = {"customers": CANDIDATES, "release": 3, "slip": 3, "outage": 1}
    assert leading(counts) == ("outage", "release", "slip")


def test_where_all_words_are_common_the_rarest_leads_alone():
    assert leading({"a": 10 * CANDIDATES, "b": 9 * CANDIDATES}) == ("b",)


@given(st.dictionaries(st.text("abc", min_size=1), st.integers(1, 2 * CANDIDATES), min_size=1))
def test_the_words_that_lead_are_at_least_one_and_lead_to_few(counts):
    found = leading(counts)
    assert found
    assert len(found) == 1 or math.fsum(counts[each] for each in found) <= CANDIDATES
