"""Whether a comparison suits the values that an attribute has."""

import pytest

from flexsim.routecheck.comparing_kinds import described, mismatch, nearest
from flexsim.routecheck.possible import ANYTHING, Possible
from flexsim.routecheck.satisfiability import literal_of
from flexsim.taskrouter.expressions import parse

KNOWN = {
    "topic": Possible(scalars=("Sales", "Support")),
    "level": Possible(numbers=(1, 5), whole=True),
    "vip": Possible(scalars=(True, False)),
    "skills": Possible(lists_of=("a", "b"), longest=2),
    "code": Possible(scalars=("7", "x")),
    "free": Possible(any_text=True),
    "any": ANYTHING,
}


def literal(text):
    path, found = literal_of(parse(text).tree)
    return path, KNOWN[path[0]], found


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("topic HAS 'Sales'", 'topic is text, and HAS asks for a list: write topic == "Sales"'),
        ("'Sales' IN topic", "asks for a list"),
        ("skills == 'a'", 'skills is a list, and == compares single values: write skills HAS "a"'),
        ("skills IN ['a']", "compares single values"),
        ("topic == 7", "topic is text, and 7 is a number"),
        ("topic > 7", "topic is text, and 7 is a number"),
        ("level == 'high'", 'level is a number, and "high" is text'),
        ("vip == 'true'", 'vip is true or false, and "true" is text'),
        ("vip == 1", "vip is true or false, and 1 is a number"),
        ("level IN ['low', 'high']", 'level is a number, and "low" is text'),
    ],
)
def test_unlike_kinds_are_told(text, part):
    assert part in mismatch(*literal(text))


@pytest.mark.parametrize(
    "text",
    [
        "topic == 'Sales'", "topic == 'other'", "topic != null", "level > 2", "level == '3'", "vip == true", "skills HAS 'a'",
        "skills != null", "'a' NOT IN skills", "code > 5", "free == 5", "any == 5", "any HAS 5", "level IN ['x', 3]",
        "level CONTAINS '1'", "5 < level",
    ],
)  # fmt: skip
def test_like_kinds_are_not(text):
    assert mismatch(*literal(text)) is None


def test_values_in_words():
    assert described(KNOWN["topic"]) == 'one of "Sales", "Support"'
    assert described(KNOWN["level"]) == "a number from 1 to 5"
    assert described(KNOWN["skills"]) == 'a list of "a", "b"'
    assert described(ANYTHING) == ""
    assert described(Possible(scalars=tuple(range(20)))).endswith("and 12 more")


def test_a_text_that_is_almost_one_of_them_is_recognized():
    assert nearest(*literal("topic == 'Salse'")[1:]) == "; did you mean 'Sales'?"
    assert nearest(*literal("topic == 'Sales'")[1:]) == ""
