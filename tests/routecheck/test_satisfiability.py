"""What is called impossible is impossible: no attributes that anybody can think of satisfy it."""

import math
import os

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flexsim.routecheck.possible import ANYTHING, MISSING, Possible
from flexsim.routecheck.satisfiability import always_holds, can_hold, follows
from flexsim.taskrouter.expressions import (
    OPERATORS,
    And,
    Array,
    Comparison,
    Constant,
    Expression,
    Not,
    Or,
    Reference,
    lookup,
    parse,
)

EXAMPLES = int(os.environ.get("FLEXSIM_EXAMPLES", "200"))

CONTRADICTIONS = [
    "a == 1 AND a == 2",
    "a > 5 AND a < 3",
    "a > 5 AND a <= 5",
    "a >= 5 AND a <= 5 AND a != 5",
    "a == 'x' AND a != 'x'",
    "a == 'x' AND NOT a == 'x'",
    "a HAS 'x' AND NOT (a HAS 'x')",
    "a HAS 'x' AND 'x' NOT IN a",
    "a HAS 'x' AND a == 'x'",
    "a IN ['x', 'y'] AND a NOT IN ['x', 'y', 'z']",
    "a > 'm' AND a < 'a'",
    "a == null AND a != null",
    "a == null AND a HAS 'x'",
    "a == true AND a == false",
    "a == true AND a > 0",
    "a IN ['yes'] AND a CONTAINS 'no'",
    "1 == 2",
    "'a' == 'b' OR 2 > 3",
    "(a == 1 OR a == 2) AND (a == 3 OR a == 4)",
    "a IN []",
]
POSSIBLE = [
    "a == 1 OR a == 2",
    "a > 5 AND a < 6",
    "a == 5 AND a != '5'",  # the text '5.0' does
    "a HAS 5 AND NOT (a HAS '5')",  # likewise, in a list
    "NOT (a < 5) AND NOT (a >= 5)",  # a text, or nothing
    "a != 1 AND a != 2",
    "a CONTAINS 'x' AND a CONTAINS 'y'",
    "a > '1' AND a < 1",  # '10' > '1' as text, and '1e-5' < 1 as a number
    "a == b AND a != b",  # too much for it: nothing is said
]


@pytest.mark.parametrize("text", CONTRADICTIONS)
def test_a_contradiction_is_found(text):
    assert not can_hold(parse(text).tree)
    assert always_holds(Not(parse(text).tree))


@pytest.mark.parametrize("text", POSSIBLE)
def test_what_may_be_is_not_called_impossible(text):
    assert can_hold(parse(text).tree)


KNOWN = {
    ("topic",): Possible(scalars=("Sales", "Support")),
    ("level",): Possible(numbers=(1, 5), whole=True),
    ("score",): Possible(numbers=(0.0, 1.0)),
    ("skills",): Possible(lists_of=("a", "b", "c"), longest=2),
    ("vip",): Possible(scalars=(True, False)),
    ("gone",): MISSING,
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("topic == 'Sales'", True),
        ("topic == 'Salse'", False),
        ("topic != 'Sales' AND topic != 'Support'", False),
        ("topic == null", False),
        ("topic > 'T'", False),
        ("level == 3", True),
        ("level > 3 AND level < 4", False),
        ("level > 3 AND level <= 4", True),
        ("level > 5", False),
        ("level >= 5", True),
        ("level == '3'", True),
        ("level == 2.5", False),
        ("score == 0.5", True),
        ("score > 1", False),
        ("score > 0.3 AND score < 0.30000001", True),
        ("skills HAS 'a' AND skills HAS 'b'", True),
        ("skills HAS 'a' AND skills HAS 'b' AND skills HAS 'c'", False),
        ("skills HAS 'd'", False),
        ("NOT (skills HAS 'a') AND NOT (skills HAS 'b') AND NOT (skills HAS 'c')", False),
        ("vip == 'true'", False),
        ("vip != true AND vip != false", False),
        ("gone == 'x'", False),
        ("gone != 'x'", True),
        ("other == 'x'", True),
    ],
)
def test_what_values_there_are_decides(text, expected):
    assert can_hold(parse(text).tree, lambda path: KNOWN.get(path, ANYTHING)) is expected


def test_what_follows_is_found_and_nothing_else():
    known = lambda path: KNOWN.get(path, ANYTHING)  # noqa: E731 -- as above
    sales, either = parse("topic == 'Sales'").tree, parse("topic IN ['Sales', 'Support']").tree
    assert follows(sales, [either])
    assert not follows(either, [sales])
    assert follows(parse("topic != 'x'").tree, [sales, parse("topic == 'Support'").tree], known)
    assert not follows(sales, [])


def test_an_expression_of_very_many_ways_is_not_decided():
    many = " AND ".join(f"(a{i} == 1 OR b{i} == 1)" for i in range(40))
    assert can_hold(parse(f"1 == 2 AND {many}").tree)


# Few names and few constants, so that expressions contradict themselves often and attributes hit them often.
PATHS = (("a",), ("b",), ("c", "d"))
scalars = st.sampled_from(
    [
        0,
        1,
        2,
        5,
        2.5,
        -1,
        2**53,
        2**53 + 1,
        1e308,
        "5",
        "5.0",
        "1",
        "a",
        "b",
        "ab",
        "",
        "a\x00",
        " 5",
        "nan",
        True,
        False,
    ]
)
arrays = st.lists(scalars | st.none(), max_size=3)
operands = st.one_of(
    st.sampled_from([Reference(path) for path in PATHS]),
    (scalars | st.none()).map(Constant),
    arrays.map(lambda items: Array(tuple(items))),
)
trees = st.recursive(
    st.builds(Comparison, operands, st.sampled_from(sorted(OPERATORS)), operands),
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.lists(inner, min_size=2, max_size=3).map(lambda each: And(tuple(each))),
        st.lists(inner, min_size=2, max_size=3).map(lambda each: Or(tuple(each))),
    ),
    max_leaves=6,
)
any_number = st.integers(-10, 10) | st.floats(allow_nan=True, allow_infinity=False)
values = st.one_of(scalars, st.none(), arrays, any_number, st.text(max_size=3), st.just({}), st.just([[]]))
attributes = st.fixed_dictionaries(
    {}, optional={"a": values, "b": values, "c": st.fixed_dictionaries({}, optional={"d": values})}
)


@settings(max_examples=EXAMPLES)
@given(trees, attributes)
@example(parse("a >= 5 AND a <= 5").tree, {"a": "5.0"})
def test_an_expression_that_attributes_satisfy_is_never_called_impossible(tree, given_):
    if Expression("", tree).matches(given_):
        assert can_hold(tree)
    else:
        assert not always_holds(tree)


def held_by(possible):
    """Values of a possible set."""
    found = [st.sampled_from(possible.scalars)] if possible.scalars else []
    if possible.missing:
        found.append(st.none())
    if possible.numbers is not None:
        low, high = possible.numbers
        floats = st.floats(low, high)
        found.append(st.integers(math.ceil(low), math.floor(high)) if possible.whole else floats)
    if possible.lists_of:
        found.append(
            st.lists(st.sampled_from(possible.lists_of), min_size=1, max_size=possible.longest, unique_by=repr)
        )
    return st.one_of(found)


possibles = st.builds(
    Possible,
    missing=st.just(True),
    scalars=st.lists(scalars, max_size=3).map(tuple),
    numbers=st.sampled_from([None, (0, 3), (1, 1)]),
    whole=st.booleans(),
    lists_of=st.none() | st.lists(scalars, min_size=1, max_size=4, unique_by=repr).map(tuple),
    longest=st.integers(1, 3),
)


@settings(max_examples=EXAMPLES)
@given(trees, st.fixed_dictionaries(dict.fromkeys(PATHS, possibles)), st.data())
def test_nor_is_one_that_attributes_of_a_universe_satisfy_in_it(tree, universe, data):
    chosen = {path: data.draw(held_by(possible)) for path, possible in universe.items()}
    given_ = {"a": chosen[("a",)], "b": chosen[("b",)], "c": {"d": chosen[("c", "d")]}}
    assert lookup(given_, ("c", "d")) == chosen[("c", "d")]
    known = lambda path: universe.get(path, ANYTHING)  # noqa: E731 -- one use
    if Expression("", tree).matches(given_):
        assert can_hold(tree, known)
    else:
        assert not always_holds(tree, known)


@settings(max_examples=EXAMPLES)
@given(trees, st.lists(trees, min_size=1, max_size=3), attributes)
def test_what_attributes_refute_is_never_said_to_follow(tree, others, given_):
    if Expression("", tree).matches(given_) and not any(Expression("", each).matches(given_) for each in others):
        assert not follows(tree, others)
