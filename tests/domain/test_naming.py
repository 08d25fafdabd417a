"""How parts of a document refer to each other."""

import pytest

from flexsim.domain.naming import default_phase, option_value, parent_keys, resolve

DIMENSIONS = {
    "skill": {"entity": "workers", "attrName": "routing.skills"},
    "topic": {"options": {"all": ["a", True, 3], "old": ["z"]}},
    "topics": {"attrName": "topic"},
}


def test_a_dimension_is_found_by_name_first_and_then_by_attribute():
    assert resolve("topic", "tasks", DIMENSIONS) == "topic"
    assert resolve("routing.skills", "workers", DIMENSIONS) == "skill"


def test_another_entitys_dimension_is_not_found():
    assert resolve("skill", "tasks", DIMENSIONS) is None


def test_the_first_phase_is_the_default():
    assert (default_phase("tasks"), default_phase("workers")) == ("arrive", "deploy")


def test_a_parents_keys_are_its_options_as_text():
    assert parent_keys("child", {**DIMENSIONS, "child": {"parent": "topic"}}) == ["a", "true", "3"]
    assert parent_keys("child", {**DIMENSIONS, "child": {"parent": "nobody"}}) == []


@pytest.mark.parametrize(
    ("option", "data_type", "value"),
    [
        ("3", "integer", 3),
        (3.0, "integer", 3),
        ("2.5", "number", 2.5),
        ("True", "boolean", True),
        (False, "boolean", False),
        (7, "string", 7),
    ],
)
def test_an_option_takes_its_dimensions_type(option, data_type, value):
    taken = option_value(option, data_type)
    assert (taken, type(taken)) == (value, type(value))


@pytest.mark.parametrize(
    ("option", "data_type"),
    [("x", "integer"), (2.5, "integer"), ("y", "number"), (True, "integer"), ("yes", "boolean"), (1, "boolean")],
)
def test_an_option_that_does_not_fit_is_refused(option, data_type):
    with pytest.raises(ValueError, match=r"neither true nor false|no (whole )?number|could not convert"):
        option_value(option, data_type)
