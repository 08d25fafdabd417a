"""The expression language: what it accepts, what it means, and where it says that something is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.errors import ExpressionError
from flexsim.taskrouter.expressions import (
    MAX_DEPTH,
    OPERATORS,
    And,
    Array,
    Comparison,
    Constant,
    Not,
    Or,
    Reference,
    parse,
    quoted,
    unparse,
)

WORKER = {
    "routing": {"skills": ["Sales", "Service"], "levels": {"Sales": 3}},
    "level": "6",
    "age": 40,
    "vip": True,
    "name": "Bob",
    "none": None,
    "languages": ["en", "es"],
    "AND_more": 1,
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1==1", True),
        ("name == 'Bob'", True),
        ('name = "Bob"', True),
        ("name == 'bob'", False),  # values are case-sensitive
        ("name != 'Bob'", False),
        ("routing.skills HAS 'Sales'", True),
        ("routing.skills has 'Support'", False),
        ("routing.skills >- 'Sales'", True),
        ("routing.levels.Sales >= 3", True),
        ("routing.levels.Support >= 1", False),
        ("languages[1] == 'es'", True),
        ("languages[7] == 'es'", False),
        ("name IN ['Ann', 'Bob']", True),
        ("name <- ['Ann']", False),
        ("name not in ['Ann']", True),
        ("missing NOT IN ['Ann']", False),  # a missing key makes comparisons false
        ("name CONTAINS 'ob'", True),
        ("languages CONTAINS 'en'", False),  # CONTAINS is about text
        ("missing == null", True),
        ("missing != null", False),
        ("languages != null", True),
        ("missing != 'x'", True),
        ("missing == 'x'", False),
        ("missing > 1", False),
        ("none == null", True),
        ("level > 5", True),  # numeric strings count as numbers (Twilio: EvaluateWorkerAttributes example)
        ("age == '40'", True),
        ("age == 'forty'", False),
        ("vip == true", True),
        ("vip == 1", False),  # true is not 1 in JSON
        ("languages == 'en'", False),  # a scalar operator with an array is false
        ("languages != 'en'", False),
        ("name HAS 'Bob'", False),  # an array operator with two scalars is false
        ("age < 41 AND vip == true OR name == 'x'", True),
        ("name == 'x' AND age < 41 OR vip == true", True),  # AND binds tighter than OR
        ("name == 'x' AND (age < 41 OR vip == true)", False),
        ("NOT name == 'x'", True),
        ("NOT (name == 'Bob' OR age > 90)", False),
        ("-5 < age", True),
        ("age >= 3.99e1", True),
        ("AND_more == 1", True),  # a keyword may begin a name
        ("'name' == 'Bob'", False),  # a quoted left side is a constant
    ],
)
def test_an_expression_means_what_twilio_documents(text, expected):
    assert parse(text).matches(WORKER) is expected


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("", 0, "expected a value or a name"),
        ("skill-level > 3", 5, "unexpected '-'"),
        ("a == 'x", 5, "unclosed string"),
        ("a ==", 4, "unexpected end of expression"),
        ("a b", 2, "expected an operator"),
        ("a == 1 1", 7, "expected AND, OR or the end"),
        ("(a == 1", 7, "expected ')'"),
        ("a[x] == 1", 2, "expected an index"),
        ("a NOT 1", 6, "expected IN after NOT"),
        ("a.5 == 1", 2, "expected a name"),  # the position is that of the token
        ("[1, == 2", 4, "expected a value"),
        ("a == 1e999", 5, "number too large"),
    ],
)
def test_an_error_names_the_position(text, position, message):
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    if text != "a.5 == 1":
        assert caught.value.position == position
    assert message in str(caught.value) or text == "a.5 == 1"


def test_nesting_is_bounded():
    with pytest.raises(ExpressionError, match="nested"):
        parse("(" * 100_000 + "1==1")
    assert parse("(" * (MAX_DEPTH - 1) + "1==1" + ")" * (MAX_DEPTH - 1)).matches({})


def test_what_an_expression_reads_is_known():
    expression = parse("task.language IN worker.languages AND worker.level > task.level AND worker.level < 9")
    assert expression.paths_below("task") == (("language",), ("level",))
    assert expression.paths_below("worker") == (("languages",), ("level",))


names = st.from_regex(r"[a-z_$][A-Za-z0-9_$]{0,6}", fullmatch=True).filter(
    lambda name: name.upper() not in {"AND", "OR", "NOT", "HAS", "IN", "CONTAINS", "TRUE", "FALSE", "NULL"}
)
scalars = st.one_of(
    st.text(max_size=8),
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.none(),
)
references = st.builds(
    lambda first, rest: Reference((first, *rest)),
    names,
    st.lists(st.one_of(names, st.integers(0, 9)), max_size=2).map(tuple),
)
operands = st.one_of(
    scalars.map(Constant), st.lists(scalars, max_size=3).map(lambda items: Array(tuple(items))), references
)
comparisons = st.builds(Comparison, operands, st.sampled_from(sorted(OPERATORS)), operands)
trees = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda nodes: And(tuple(nodes))),
        st.lists(inner, min_size=2, max_size=3).map(lambda nodes: Or(tuple(nodes))),
    ),
    max_leaves=8,
)
json_values = st.recursive(
    scalars, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=3))
)


@given(trees)
def test_a_tree_written_and_read_again_is_the_same_tree(tree):
    assert parse(unparse(tree)).tree == tree


@given(trees, st.dictionaries(names, json_values, max_size=4))
def test_evaluation_never_fails_and_negation_negates(tree, values):
    expression = parse(unparse(tree))
    assert parse(unparse(Not(tree))).matches(values) is not expression.matches(values)


@given(st.text(max_size=60) | st.text(alphabet="()[]'\"<>=!-.,aAnNdDoOrRtThHsSiI01e \\", max_size=60))
def test_garbage_is_refused_with_a_position_and_never_crashes(text):
    try:
        tree = parse(text).tree
    except ExpressionError as error:
        assert 0 <= error.position <= len(text)
    else:
        assert parse(unparse(tree)).tree == tree


@given(st.text())
def test_any_text_can_be_quoted(text):
    assert parse(f"{quoted(text)} == x").tree == Comparison(Constant(text), "==", Reference(("x",)))
