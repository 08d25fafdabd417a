"""The scenarios that come with flexsim."""

import pytest

from flexsim.errors import ConfigurationError
from flexsim.voice.dialogue.scenarios import names, scenario


@pytest.mark.parametrize("name", names())
def test_every_scenario_has_a_title_a_goal_and_a_customer(name):
    found = scenario(name)
    assert found.title
    assert found.goal.success
    assert found.facts["name"] == found.state["customer"]["name"]


def test_what_the_caller_believes_may_differ_from_what_is_on_file():
    found = scenario("forgotten-details")
    assert found.facts["date_of_birth"] != found.state["customer"]["date_of_birth"]


def test_an_unknown_one_is_named_with_those_there_are():
    with pytest.raises(ConfigurationError, match=r"no such scenario: party; there are balance, "):
        scenario("party")
