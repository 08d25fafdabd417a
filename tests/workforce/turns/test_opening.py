"""A session's beginning."""

import re

import pytest

from flexsim.errors import ConfigurationError
from flexsim.workforce.company.beginning import beginning
from flexsim.workforce.roles.loading import seven_roles
from flexsim.workforce.turns.opening import open_session
from tests.workforce.making import SCENARIO, plain_role


def test_the_same_arguments_give_the_same_session_and_others_another_id():
    assert open_session(SCENARIO, seed=1) == open_session(SCENARIO, seed=1)
    ids = {open_session(SCENARIO, seed=seed).id for seed in range(5)} | {open_session(SCENARIO, seed=1, mind="llm").id}
    assert len(ids) == 6
    assert all(re.fullmatch("WS[0-9a-f]{32}", each) for each in ids)


def test_it_begins_as_the_scenario_says_with_the_seven_or_your_own():
    session = open_session(SCENARIO, seed=1)
    assert session.beginning == beginning(SCENARIO)
    assert session.roles == seven_roles()
    assert open_session(SCENARIO, seed=1, roles=(plain_role(),)).roles == (plain_role(),)


def test_a_session_about_nothing_is_refused():
    with pytest.raises(ConfigurationError, match="the scenario is empty"):
        open_session("  ", seed=1)
