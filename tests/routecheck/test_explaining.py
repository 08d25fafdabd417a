"""Reasons are true: they name comparisons that decided, with what the attributes are."""

import pytest

from flexsim.routecheck.explaining import shown, why
from flexsim.taskrouter.expressions import parse

VALUES = {"topic": "Support", "level": 3, "skills": ["y"], "who": {"vip": True}}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("topic == 'Sales'", "topic == 'Sales' is false: topic is \"Support\""),
        ("skills HAS 'x'", "skills HAS 'x' is false: skills is [\"y\"]"),
        ("who.vip == true", "who.vip == true is true: who.vip is true"),
        ("gone == 'x'", "gone == 'x' is false: gone is not there"),
        ("skills[0] == 'y'", "skills[0] == 'y' is true: skills[0] is \"y\""),
        ("1 == 2", "1 == 2 is false"),
        ("level > 5 AND topic == 'x'", "level > 5 is false: level is 3"),  # the first that is false will do
        (
            "level > 1 AND topic == 'Support'",
            "level > 1 is true: level is 3; topic == 'Support' is true: topic is \"Support\"",
        ),
        ("level > 5 OR topic == 'x'", "level > 5 is false: level is 3; topic == 'x' is false: topic is \"Support\""),
        ("level > 5 OR topic == 'Support'", "topic == 'Support' is true: topic is \"Support\""),
        ("NOT (level > 1)", "level > 1 is true: level is 3"),
        ("topic IN skills", 'topic IN skills is false: topic is "Support", skills is ["y"]'),
    ],
)
def test_the_comparisons_that_decided_are_named_with_their_values(text, expected):
    assert why(parse(text), VALUES) == expected


def test_a_long_value_is_cut():
    assert len(shown("x" * 500)) == 80
