"""A domain of one's own over the defaults."""

import copy

from hypothesis import given
from hypothesis import strategies as st

from flexsim.domain.merging import merge

LEAVES = st.integers() | st.text(max_size=3) | st.lists(st.integers(), max_size=3)
DIMENSION = st.dictionaries(
    st.sampled_from(["min", "max", "options", "curve"]), LEAVES | st.dictionaries(st.just("all"), LEAVES)
)
DIMENSIONS = st.dictionaries(st.sampled_from(["talkTime", "wrapTime", "topic", "mood"]), DIMENSION)
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "brand": st.text(max_size=3),
        "agentCnt": st.integers(),
        "dimensions": DIMENSIONS,
        "center": st.dictionaries(st.text(max_size=2), LEAVES),
    },
)


@given(DOCUMENTS)
def test_nothing_over_defaults_is_the_defaults(defaults):
    assert merge(defaults, {}) == defaults


@given(DOCUMENTS)
def test_a_document_over_nothing_is_itself(own):
    assert merge({}, own) == own


@given(DOCUMENTS, DOCUMENTS)
def test_merging_changes_neither_and_doing_it_again_changes_nothing(defaults, own):
    before = copy.deepcopy((defaults, own))
    merged = merge(defaults, own)
    assert (defaults, own) == before
    assert merge(merged, own) == merged


@given(DOCUMENTS, DOCUMENTS)
def test_all_that_a_user_says_is_in_the_result(defaults, own):
    merged = merge(defaults, own)
    for key, value in own.items():
        if key != "dimensions":
            assert merged[key] == value
    for name, dimension in own.get("dimensions", {}).items():
        for key, value in dimension.items():
            assert merged["dimensions"][name][key] == value or isinstance(value, dict)


def test_a_standard_dimension_merges_deeply_and_lists_replace():
    defaults = {"dimensions": {"channel": {"entity": "tasks", "options": {"all": ["voice", "chat"], "x": [1]}}}}
    merged = merge(defaults, {"dimensions": {"channel": {"options": {"all": ["sms"]}}}})
    assert merged == {"dimensions": {"channel": {"entity": "tasks", "options": {"all": ["sms"], "x": [1]}}}}


def test_one_custom_dimension_drops_the_defaults_custom_ones_and_keeps_the_standard_ones():
    defaults = {"dimensions": {"talkTime": {"min": 1}, "topic": {}, "skill": {}}}
    assert list(merge(defaults, {"dimensions": {"mood": {}}})["dimensions"]) == ["talkTime", "mood"]


def test_standard_dimensions_alone_leave_the_defaults_custom_ones():
    defaults = {"dimensions": {"talkTime": {"min": 1}, "topic": {}}}
    assert merge(defaults, {"dimensions": {"talkTime": {"max": 9}}})["dimensions"] == {
        "talkTime": {"min": 1, "max": 9},
        "topic": {},
    }


def test_center_is_replaced_as_a_whole():
    assert merge({"center": {"city": "Rome", "zip": "1"}}, {"center": {"city": "Oslo"}}) == {"center": {"city": "Oslo"}}
