"""Memories in the database: what they recall is what a list recalls, on both databases, in the same order."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flexsim.workforce.memory.listed import ListedMemories
from flexsim.workforce.memory.ranking import CANDIDATES
from flexsim.workforce.records import CompanyState, Memory, MemoryKind, Turn
from tests.workforce.doubles import session, turns_of

WORDS = (
    "queue",
    "queues",
    "release",
    "slips",
    "budget",
    "Größe",
    "очередь",
    "the",
    "x1",
    "a'b",
    "50%",
    "OR",
    "NEAR",
    "&",
    '"',
)
TEXTS = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
MEMORIES = st.lists(
    st.builds(
        Memory,
        role=st.sampled_from(("ceo", "support")),
        kind=st.sampled_from(MemoryKind),
        text=TEXTS,
        importance=st.floats(0, 1),
        turn=st.integers(0, 6),
        expires=st.none() | st.integers(0, 6),
    ),
    max_size=15,
)


def turn(number, memories):
    return Turn(
        number=number, messages=(), decisions=(), state=CompanyState(turn=number), summary="", memories=tuple(memories)
    )


def kept_with(store, *turns):
    kept = session()
    store.import_run(kept, [turn(number + 1, each) for number, each in enumerate(turns)])
    return kept.id


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(MEMORIES, min_size=1, max_size=3), TEXTS, st.integers(0, 6), st.integers(1, 5))
def test_the_database_recalls_what_a_list_recalls_in_the_same_order(store, turns, query, now, limit):
    found = store.recall(kept_with(store, *turns))
    listed = ListedMemories(each for memories in turns for each in memories)
    for role in ("ceo", "support", "nobody"):
        asked = {"turn": now, "limit": limit}
        assert found.recall(role, query, **asked) == listed.recall(role, query, **asked)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80))
def test_any_text_can_be_asked_with(store, begun, query):
    assert store.recall(begun).recall("ceo", query, turn=1, limit=3) == []


def test_of_a_common_word_the_latest_are_looked_at_as_in_a_list(store):
    many = [
        Memory(role="ceo", kind=MemoryKind.EPISODIC, text=f"the queue {number}", importance=0.9 - number / 1000, turn=1)
        for number in range(CANDIDATES + 100)
    ]
    asked = ("ceo", "queue")
    found = store.recall(kept_with(store, many)).recall(*asked, turn=1, limit=CANDIDATES)
    assert found == ListedMemories(many).recall(*asked, turn=1, limit=CANDIDATES)
    assert len(found) == CANDIDATES
    assert many[0] not in found


def test_sessions_do_not_recall_what_others_have_lived_through(store):
    one = Memory(role="ceo", kind=MemoryKind.EPISODIC, text="The queue", importance=0.5, turn=1)
    kept_with(store, [one])
    assert store.recall(kept_with(store, [])).recall("ceo", "queue", turn=1, limit=5) == []


def test_memories_are_listed_the_latest_first_by_role_kind_and_turn(store):
    kept = session()
    told = turns_of(kept, 6)
    store.import_run(kept, told)
    every = [each for turn in told for each in turn.memories][::-1]
    assert list(store.memories(kept.id, limit=100)) == every
    assert list(store.memories(kept.id, limit=3, offset=2)) == every[2:5]
    assert list(store.memories(kept.id, role="ceo")) == [each for each in every if each.role == "ceo"]
    for kind in MemoryKind:
        assert list(store.memories(kept.id, kind=kind)) == [each for each in every if each.kind is kind]


@pytest.mark.parametrize("now", [1, 3, 6])
def test_as_of_a_turn_what_was_there_then_is_listed(store, now):
    kept = session()
    told = turns_of(kept, 6)
    store.import_run(kept, told)
    there = [
        each
        for turn in told
        for each in turn.memories
        if each.turn <= now and (each.expires is None or each.expires >= now)
    ]
    assert list(store.memories(kept.id, turn=now, limit=100)) == there[::-1]
