"""The actions that there are."""

import math

import pytest

from flexsim.errors import ConfigurationError
from flexsim.workforce.company.repertoire import ACTIONS, OPPOSITES, action
from flexsim.workforce.minds.caring import FIGURES


@pytest.mark.parametrize("each", ACTIONS.values(), ids=lambda each: each.kind)
def test_amounts_stay_within_what_an_action_knows(each):
    assert each.amount(-1e9) == each.least
    assert each.amount(1e9) == each.most
    if each.whole:
        assert each.amount(2.6) == 3.0


@pytest.mark.parametrize("each", ACTIONS.values(), ids=lambda each: each.kind)
def test_every_action_helps_something_and_hurts_something_that_people_argue_about(each):
    assert max(each.effects.values()) > 0
    assert set(each.effects) <= set(FIGURES)
    assert all(-1 <= effect <= 1 for effect in each.effects.values())


def test_an_action_says_its_amount():
    assert action("hire_support").says(1) == "hire 1 person for support"
    assert action("hire_support").says(3) == "hire 3 people for support"
    assert action("change_price").says(-5) == "lower the price by 5 %"
    assert action("delay_release").says(2) == "move the release back by 2 weeks"


def test_a_number_that_is_none_is_refused():
    with pytest.raises(ConfigurationError, match="nan"):
        action("overtime").amount(math.nan)


def test_an_unknown_action_is_named_with_the_nearest_known_one():
    with pytest.raises(ConfigurationError, match="did you mean hire_support"):
        action("hire_suport")


def test_opposites_are_so_both_ways():
    assert all(one in OPPOSITES[other] for one, others in OPPOSITES.items() for other in others)
