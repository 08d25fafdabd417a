"""What stands in the index of memories."""

from flexsim.workforce.store.indexing import indexed, owner, owners_and_words


def test_whose_memory_it_is_stands_before_its_words():
    assert indexed("SN1", "ceo", "The queues grow") == f"{owner('SN1', 'ceo')} queue grow"


def test_no_two_roles_or_sessions_have_the_same_mark():
    marks = {owner(session, role) for session in ("SN1", "SN2") for role in ("ceo", "support")}
    assert len(marks) == 4


def test_a_memory_counts_once_for_each_word_and_once_as_a_memory():
    assert list(owners_and_words("ceo", "queue, queues; calls")) == [("ceo", ""), ("ceo", "queue"), ("ceo", "call")]
