"""What does not make sense in a dimension."""

import pytest

from flexsim.domain.checks_dimensions import dimension_problems, order_problems

TOPICS = {"Sales": ["a"], "Service": ["b"], "Support": ["c"]}


def found(dimensions, **changes):
    """The problems of a dimension ``x`` beside the defaults' dimensions."""
    dimensions["x"] = {"options": {"all": ["a", "b"]}} | changes
    return [str(problem) for problem in dimension_problems("x", dimensions)]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"curve": "bell"},
        {"dataType": "integer", "options": {"all": [1, "2"]}},
        {"optionParams": {"all": [{"portion": 0.504}, {"portion": 0.504, "colour": "red"}]}},
        {"optionParams": {"all": [{}, {"colour": "red"}]}},
        {"parent": "topic", "options": TOPICS},
        {
            "parent": "topic",
            "options": {**TOPICS, "all": ["left over"]},
            "optionParams": {key: [{}] for key in (*TOPICS, "all")},
        },
        {"expr": "range", "min": 3, "max": 3},
        {"expr": "range", "curve": "lognormal", "mean": 5, "cv": 2},
        {"expr": "range", "phase": "complete", "influences": [{"factor": "waitTime", "amount": "-0.1"}]},
        {"expr": "range", "influences": [{"factor": "abandonTime", "amount": 1, "effect": "skew"}]},
        {"attrName": "a.b"},
    ],
)
def test_this_makes_sense(dimensions, changes):
    assert found(dimensions, **changes) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (
            {"phase": "deploy"},
            "$.dimensions.x.phase: 'deploy' is no phase of tasks; theirs are 'arrive', 'assign', 'complete'",
        ),
        ({"expr": "range", "min": 9, "max": 3}, "$.dimensions.x: min 9 is greater than max 3"),
        (
            {"expr": "range", "dataType": "integer", "min": 0.2, "max": 0.8},
            "$.dimensions.x: there is no whole number from 0.2 to 0.8",
        ),
        (
            {"curve": "lognormal"},
            "$.dimensions.x.curve: an enum cannot be lognormal: use 'uniform' or 'bell', or expr 'range'",
        ),
        (
            {"expr": "range", "mean": 3},
            "$.dimensions.x.mean: curve 'bell' takes no mean, only 'exponential', 'lognormal' do",
        ),
        (
            {"expr": "range", "curve": "exponential", "cv": 1},
            "$.dimensions.x.cv: curve 'exponential' takes no cv, only 'lognormal' does",
        ),
        (
            {"expr": "range", "curve": "exponential", "min": -5, "max": 5},
            "$.dimensions.x: curve 'exponential' needs a mean above 0, and the middle of the range is not; give a mean",
        ),
        (
            {"options": {}, "min": 1},
            "$.dimensions.x: an enum needs options, as in {'all': ['a', 'b']} (or, for a number from min to max, expr 'range')",
        ),
        (
            {"options": {"Sales": ["a"]}},
            "$.dimensions.x.options: without a parent the options stand under 'all', not under 'Sales'",
        ),
        ({"options": {"all": ["a", "b", "a"]}}, "$.dimensions.x.options.all[2]: 'a' is the same option as [0]"),
        ({"dataType": "integer"}, "$.dimensions.x.options.all[0]: 'a' is not of dataType 'integer'"),
        (
            {"optionParams": {"all": [{}]}},
            "$.dimensions.x.optionParams.all: has 1 for 2 options; give one entry to each, in the same order",
        ),
        ({"optionParams": {"al": []}}, "$.dimensions.x.optionParams: lacks 'all', for which there are options"),
        (
            {"optionParams": {"all": [{"portion": 0.5}, {"portion": 0.6}]}},
            "$.dimensions.x.optionParams.all: the portions sum to 1.1, not to 1 (within 0.01)",
        ),
        (
            {"optionParams": {"all": [{"portion": 1}, {}]}},
            "$.dimensions.x.optionParams.all: there is no 'portion' at [1]; give one to each, or to none for equal ones",
        ),
        (
            {"optionParams": {"all": [{"portoin": 0.5}, {}]}},
            "$.dimensions.x.optionParams.all[0].portoin: unknown property 'portoin'; did you mean 'portion'?",
        ),
        ({"parent": "topci"}, "$.dimensions.x.parent: no dimension of tasks is named 'topci'; did you mean 'topic'?"),
        ({"parent": "skill"}, "$.dimensions.x.parent: no dimension of tasks is named 'skill'"),
        (
            {"parent": "abandonTime"},
            "$.dimensions.x.parent: the parent 'abandonTime' is a range; only an enum has options to go by",
        ),
        (
            {"parent": "topic", "options": {"Sales": ["a"], "Service": ["b"]}},
            "$.dimensions.x.options: lacks options for 'Support' of the parent 'topic'",
        ),
        (
            {"parent": "topic", "options": {**TOPICS, "Suport": ["z"]}},
            "$.dimensions.x.options.Suport: 'Suport' is no option of the parent 'topic'; did you mean 'Support'?",
        ),
        (
            {"parent": "topic", "options": TOPICS, "optionParams": {**{key: [{}] for key in TOPICS}, "Rest": []}},
            "$.dimensions.x.optionParams.Rest: there are no options for 'Rest'",
        ),
        (
            {"expr": "range", "influences": [{"factor": "waitTime", "amount": 1}]},
            "$.dimensions.x.influences[0].factor: 'waitTime' is not yet drawn: its phase is 'assign', that of 'x' is 'arrive'",
        ),
        (
            {"expr": "range", "influences": [{"factor": "watiTime", "amount": 1}]},
            "$.dimensions.x.influences[0].factor: no dimension of tasks is named 'watiTime'; did you mean 'waitTime'?",
        ),
        (
            {"expr": "range", "influences": [{"factor": "topic", "amount": 1}]},
            "$.dimensions.x.influences[0].factor: 'topic' is not a number, so it cannot push anything",
        ),
        (
            {
                "expr": "range",
                "curve": "exponential",
                "influences": [{"factor": "abandonTime", "amount": 1, "effect": "focus"}],
            },
            "$.dimensions.x.influences[0].effect: curve 'exponential' knows no 'focus', only 'shift'",
        ),
        (
            {"attrName": "flexsim_contact"},
            "$.dimensions.x: the attribute 'flexsim_contact' is flexsim's own; give another attrName",
        ),
        (
            {"attrName": "topic.detail"},
            "$.dimensions.x: its attribute 'topic.detail' and 'topic' of 'topic' cannot both be there: 'topic' is taken",
        ),
    ],
)
def test_this_does_not_and_is_told_why(dimensions, changes, problem):
    assert problem in found(dimensions, **changes)


def test_a_cycle_names_its_dimensions_once(dimensions):
    push = {"expr": "range", "phase": "arrive"}
    dimensions["x"] = push | {"influences": [{"factor": "z", "amount": 1}]}
    dimensions["y"] = push | {"influences": [{"factor": "x", "amount": 1}]}
    dimensions["z"] = push | {"influences": [{"factor": "y", "amount": 1}]}
    (problem,) = order_problems(dimensions)
    assert str(problem) == "$.dimensions.x: dimensions wait for each other: x needs z needs y needs x"


def test_a_dimension_cannot_be_its_own_parent(dimensions):
    dimensions["x"] = {"parent": "x", "options": {"a": ["a"]}}
    assert [str(problem) for problem in order_problems(dimensions)] == [
        "$.dimensions.x: dimensions wait for each other: x needs x"
    ]
