"""What does not fit in a domain as a whole."""

import pytest

from flexsim.domain.checks import problems_of
from flexsim.domain.model import STANDARD_DIMENSIONS


def found(document):
    return [str(problem) for problem in problems_of(document)]


def test_the_defaults_fit(document):
    assert found(document) == []


def test_what_a_whole_domain_must_have_is_named(document):
    del document["brand"], document["queueFilterDim"]
    assert found(document) == ["$: lacks 'brand', 'queueFilterDim'"]


@pytest.mark.parametrize("name", STANDARD_DIMENSIONS)
def test_every_standard_dimension_must_be_there(document, name):
    del document["dimensions"][name]
    assert f"$.dimensions: lacks the standard dimension {name!r}" in found(document)


def test_a_custom_name_that_only_differs_in_case_is_a_mistake(document):
    document["dimensions"]["talk_time"] = {"expr": "range"}
    assert "$.dimensions.talk_time: is a custom dimension; did you mean 'talkTime'?" in found(document)


@pytest.mark.parametrize(
    ("name", "changes", "problem"),
    [
        (
            "talkTime",
            {"phase": "arrive"},
            "$.dimensions.talkTime: is a standard dimension: its entity is 'tasks', its phase 'assign'",
        ),
        ("wrapTime", {"valueCnt": 2}, "$.dimensions.wrapTime.valueCnt: is a standard dimension: it has one value"),
        ("channel", {"expr": "range"}, "$.dimensions.channel.expr: 'channel' is one of options: its expr is 'enum'"),
        ("abandonTime", {"min": -5}, "$.dimensions.abandonTime.min: -5 seconds is in the past; the least is 0"),
        (
            "arrivalGap",
            {"expr": "enum", "dataType": "string", "options": {"all": ["soon"]}},
            "$.dimensions.arrivalGap: 'arrivalGap' is a number of seconds: its expr is 'range', or its dataType 'number'",
        ),
        (
            "activity",
            {"parent": "skill"},
            "$.dimensions.activity.parent: what agents do next depends on no other dimension",
        ),
    ],
)
def test_a_standard_dimension_keeps_its_nature(document, name, changes, problem):
    document["dimensions"][name] |= changes
    assert problem in found(document)


def test_an_activity_needs_a_duration(document):
    del document["dimensions"]["activity"]["optionParams"]["all"][2]["baseDur"]
    assert found(document) == [
        "$.dimensions.activity.optionParams.all[2]: activity 'Break' lacks 'baseDur', its mean duration in seconds"
    ]


def test_routing_names_dimensions_that_exist(document):
    document |= {"queueFilterDim": "topics", "queueWorkerDims": ["routing.skills", "team"]}
    assert found(document) == [
        "$.queueWorkerDims[1]: no dimension of workers is named 'team'; custom dimensions of workers are 'skill'",
        "$.queueFilterDim: no dimension of tasks is named 'topics'; did you mean 'topic'?",
    ]


def test_a_domain_whose_own_dimensions_dropped_those_that_route_is_told_so(document):
    for name in ("topic", "intent", "skill"):
        del document["dimensions"][name]
    assert (
        "$.queueWorkerDims[0]: no dimension of workers is named 'routing.skills'; there is no custom dimension of workers"
        in found(document)
    )


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"isAttribute": False}, "$.dimensions.topic.isAttribute: work is routed on it: it must be an attribute"),
        ({"phase": "complete"}, "$.dimensions.topic.phase: work is routed on it: its phase is 'arrive'"),
        ({"expr": "range"}, "$.dimensions.topic.expr: work is routed on it: its expr is 'enum'"),
        (
            {"attrName": "to-pic"},
            "$.dimensions.topic: TaskRouter's expressions cannot name the attribute 'to-pic': letters, digits and _, and none of 'and', 'contains', 'false', 'has', 'in', 'not', 'null', 'or', 'true'; give an attrName",
        ),
    ],
)
def test_work_is_routed_on_an_attribute_that_is_there_when_it_arrives(document, changes, problem):
    document["dimensions"]["topic"] |= changes
    assert problem in found(document)


def test_a_task_that_no_queue_takes_is_found(document):
    document["dimensions"]["skill"]["options"]["all"][0] = "Selling"
    assert found(document) == [
        "$.dimensions.topic.options: no queue for 'Sales': the options of 'skill' are 'Selling', 'Service', 'Support'"
    ]


def test_the_workspaces_own_queue_cannot_be_an_option(document):
    document["dimensions"]["skill"]["options"]["all"].append("everyone")
    del document["dimensions"]["skill"]["optionParams"]
    assert found(document) == [
        "$.dimensions.skill.options: 'everyone' cannot be an option: the workspace has a queue of that name"
    ]
