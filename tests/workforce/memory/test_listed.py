"""Memories in a list."""

from flexsim.workforce.memory.listed import ListedMemories
from flexsim.workforce.memory.ranking import CANDIDATES
from flexsim.workforce.records import Memory, MemoryKind


def memory(text, role="ceo", **given):
    return Memory(**{"role": role, "kind": MemoryKind.EPISODIC, "text": text, "importance": 0.5, "turn": 1} | given)


def texts(found):
    return [each.text for each in found]


def test_what_holds_the_words_is_recalled_best_first():
    memories = ListedMemories(
        [memory("The queue is long"), memory("Budget is short"), memory("Long queues cost budgets")]
    )
    assert texts(memories.recall("ceo", "budget of the queue", turn=1, limit=5)) == [
        "Long queues cost budgets",
        "Budget is short",
        "The queue is long",
    ]


def test_nobody_recalls_what_another_role_remembers():
    memories = ListedMemories([memory("The queue is long", role="support")])
    assert memories.recall("ceo", "queue", turn=1, limit=5) == []
    assert texts(memories.recall("support", "queue", turn=1, limit=5)) == ["The queue is long"]


def test_nothing_is_recalled_by_words_that_nobody_remembers():
    assert ListedMemories([memory("The queue is long")]).recall("ceo", "release slips", turn=1, limit=5) == []


def test_what_has_expired_or_is_yet_to_come_is_not_recalled():
    memories = ListedMemories([memory("queue one", expires=2), memory("queue two", turn=4), memory("queue three")])
    assert texts(memories.recall("ceo", "queue", turn=3, limit=5)) == ["queue three"]


def test_what_is_added_later_is_recalled_too():
    memories = ListedMemories()
    memories.add([memory("A queue")])
    assert texts(memories.recall("ceo", "queues", turn=1, limit=5)) == ["A queue"]


def test_of_a_word_that_stands_everywhere_the_latest_are_looked_at():
    many = [memory("queue", importance=1.0), *(memory(f"queue {number}") for number in range(CANDIDATES))]
    found = texts(ListedMemories(many).recall("ceo", "queue", turn=1, limit=CANDIDATES + 1))
    assert len(found) == CANDIDATES
    assert "queue" not in found
