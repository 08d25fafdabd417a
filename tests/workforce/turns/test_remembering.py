"""What roles remember."""

import pytest

from flexsim.workforce.records import MemoryKind
from flexsim.workforce.roles.loading import seven_roles
from flexsim.workforce.turns.remembering import LESSON, memories_of
from tests.workforce.making import played, state


@pytest.fixture(scope="module")
def turns():
    return played(16, seed=1)[1]


def test_every_kind_of_memory_is_made(turns):
    kinds = {memory.kind for turn in turns for memory in turn.memories}
    assert kinds == set(MemoryKind)


def test_proposers_remember_what_became_of_it(turns):
    for turn in turns:
        episodes = {(each.role, each.text) for each in turn.memories if each.kind is MemoryKind.EPISODIC}
        for each in turn.decisions:
            outcome = "it was done" if each.accepted else "it was refused"
            assert any(role == each.proposal.role and outcome in text for role, text in episodes)


def test_what_is_short_is_forgotten_and_what_is_learned_stays(turns):
    for memory in (each for turn in turns for each in turn.memories):
        assert 0 <= memory.importance <= 1
        if memory.kind is MemoryKind.SHORT_TERM:
            assert memory.expires == memory.turn + 1
        elif memory.kind in {MemoryKind.LONG_TERM, MemoryKind.SEMANTIC}:
            assert memory.expires is None


def test_a_lesson_says_what_the_numbers_did(turns):
    lessons = [each for turn in turns for each in turn.memories if each.kind is MemoryKind.SEMANTIC]
    assert lessons
    by_week = {turn.number: turn for turn in turns}
    hired = next(each for each in lessons if "service level" in each.text)
    now = by_week[hired.turn].state
    then = by_week[hired.turn - LESSON - 1].state if hired.turn - LESSON - 1 else None
    assert f"to {now.service_level:.0%} in 3 weeks" in hired.text
    assert then is None or f"from {then.service_level:.0%}" in hired.text


def test_everybody_remembers_the_day_that_everything_broke():
    roles = seven_roles()
    found = memories_of(
        roles, (), (state(budget=5.0), state(turn=1, incident=0.8, service_level=0.4, budget=-5.0, releases=1)), ()
    )
    assert len(found) == 4 * len(roles)
    assert {each.kind for each in found} == {MemoryKind.LONG_TERM}
    assert any("the money ran out" in each.text for each in found)
