"""What roles care about, and how pressing figures are."""

import pytest

from flexsim.workforce.company.beginning import MIDDLING
from flexsim.workforce.minds.caring import FIGURES, cares, pressing
from flexsim.workforce.scenario import read_scenario
from tests.workforce.making import plain_role, role_named, state

QUIET = read_scenario("A quiet year")


def test_a_role_cares_most_for_its_first_goal():
    found = cares(plain_role(goals=("Keep the budget", "Keep quality", "Smile")))
    assert found["budget"] == 1.0
    assert found["quality"] == pytest.approx(0.8)
    assert found["backlog"] == pytest.approx(0.15)


def test_every_one_of_the_seven_cares_about_something_else_first():
    firsts = {
        max(FIGURES, key=cares(role_named(name)).__getitem__)
        for name in ("support", "sales", "product", "engineering", "ceo")
    }
    assert len(firsts) == 5


@pytest.mark.parametrize(
    ("worse", "figure"),
    [
        ({"service_level": 0.4}, "service_level"), ({"churn": 0.02}, "churn"), ({"morale": 0.3}, "morale"), ({"budget": 20.0}, "budget"),
        ({"backlog": 500.0}, "backlog"), ({"quality": 0.4}, "quality"), ({"release_in": 12.0}, "release"), ({"value": 0.7}, "value"),
        ({"incident": 0.9}, "incident"), ({"costs": 120.0}, "revenue"),
    ],
)  # fmt: skip
def test_a_worse_figure_presses_more(worse, figure):
    calm, hard = pressing(MIDDLING, QUIET, 1), pressing(state(**worse), QUIET, 1)
    assert hard[figure] > calm[figure]
    assert all(0 <= value <= 1 for value in hard.values())


def test_what_a_scenario_is_about_presses_and_fades():
    about = read_scenario("We must cut costs")
    assert (
        pressing(MIDDLING, about, 1)["budget"]
        > pressing(MIDDLING, about, 20)["budget"]
        > pressing(MIDDLING, QUIET, 1)["budget"]
    )
