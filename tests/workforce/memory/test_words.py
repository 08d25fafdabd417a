"""Which words a memory is found by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.workforce.memory.words import query_words, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The release slips by 3 weeks", ("release", "slip", "3", "week")),
        ("Policies, houses; the bus of a boss", ("policy", "house", "bus", "boss")),
        ("Größe und GROSSE", ("grosse", "und")),
        ("product_manager's call-back", ("product", "manager", "call", "back")),
        ("we will do it", ()),
        ("", ()),
    ],
)
def test_words_are_plain_singular_and_without_those_of_any_text(text, found):
    assert words(text) == found


def test_a_word_counts_once_where_it_stands_first():
    assert words("queue calls queue queues") == ("queue", "call")


def test_words_of_other_alphabets_are_found_too():
    assert words("очередь") == words("ОЧЕРЕДЬ") != words("звонок")


@given(st.text(max_size=200))
def test_no_word_holds_what_a_database_could_take_for_its_own_grammar(text):
    assert all(each.isascii() and each.isalnum() and each == each.lower() for each in words(text))


def test_of_a_long_question_the_first_words_are_asked():
    text = " ".join(f"word{number}x" for number in range(200))
    assert query_words(text) == words(text)[:64]
