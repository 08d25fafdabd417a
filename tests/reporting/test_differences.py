"""Differences are told field by field, and what has a name is found by it."""

import copy

from hypothesis import given
from hypothesis import strategies as st

from flexsim.reporting.differences import ABSENT, differences

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-2, 2) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


def told(before, after):
    return [(".".join(each.where), each.before, each.after) for each in differences(before, after)]


def test_a_field_that_was_changed_added_or_removed():
    assert told({"a": {"b": 1, "c": 2}, "d": 3}, {"a": {"b": 5, "e": None}, "d": 3}) == [
        ("a.b", 1, 5), ("a.c", 2, ABSENT), ("a.e", ABSENT, None),
    ]  # fmt: skip


def test_workers_are_found_by_their_names_wherever_they_stand():
    ann, bob, cid = ({"friendlyName": name, "skills": ["x"]} for name in ("Ann", "Bob", "Cid"))
    assert told([ann, bob], [bob, ann]) == []
    assert told([ann, bob], [cid, {**ann, "skills": ["x", "y"]}]) == [
        ("Ann.skills.y", ABSENT, "y"), ("Bob", bob, ABSENT), ("Cid", ABSENT, cid),
    ]  # fmt: skip


def test_what_has_no_name_is_found_by_its_place():
    assert told([1, 1], [1, 2, 3]) == [("[1]", 1, 2), ("[2]", ABSENT, 3)]
    twins = [{"name": "x", "v": 1}, {"name": "x", "v": 2}]
    assert told(twins, twins[:1]) == [("[1]", twins[1], ABSENT)]


def test_numbers_are_numbers_and_truth_is_none_of_them():
    assert told({"a": 1}, {"a": 1.0}) == []
    assert told({"a": 1}, {"a": True}) == [("a", 1, True)]
    assert told({"a": None}, {}) == [("a", None, ABSENT)]


@given(JSON)
def test_nothing_differs_from_itself(document):
    assert told(document, copy.deepcopy(document)) == []


@given(JSON, JSON)
def test_what_differs_from_a_to_b_differs_from_b_to_a(a, b):
    there = sorted((where, repr(before), repr(after)) for where, before, after in told(a, b))
    back = sorted((where, repr(after), repr(before)) for where, before, after in told(b, a))
    assert there == back
