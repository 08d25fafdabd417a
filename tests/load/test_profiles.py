"""Agents come out in the proportions they are to have, and one more changes none of those before."""

from collections import Counter

import pytest

from flexsim.domain.loading import load_domain
from flexsim.load.profiles import DEFAULT_MIX, generate, mix_of

MANY = generate(8000, 3)


@pytest.mark.parametrize(
    ("field", "shares"), [("department", DEFAULT_MIX.departments), ("location", DEFAULT_MIX.locations)]
)
def test_the_proportions_are_the_defaults(field, shares):
    counts = Counter(getattr(each, field) for each in MANY)
    assert set(counts) == set(shares)
    for name, percent in shares.items():
        p = percent / 100
        assert abs(counts[name] - 8000 * p) < 4 * (8000 * p * (1 - p)) ** 0.5


def test_ids_teams_and_skills_are_as_the_wire_format_has_them():
    assert [each.agent_id for each in MANY[:2]] == ["AGT-00001", "AGT-00002"]
    assert {each.team for each in MANY if each.department == "sales"} == {f"Sales-Team-{n}" for n in range(1, 11)}
    assert all(each.skills and set(each.skills) <= set(DEFAULT_MIX.skills[each.department]) for each in MANY)


def test_names_are_german_in_germany():
    assert {each.locale for each in MANY if each.location == "berlin"} == {"de-de"}
    assert {each.locale for each in MANY if each.location == "remote"} == {"en-us"}


def test_one_more_agent_changes_none_of_those_before():
    assert generate(10, 3) == MANY[:10]
    assert generate(10, 4) != MANY[:10]


def test_a_domain_description_says_departments_and_places():
    mix = mix_of(load_domain("harbour-bank"))
    assert mix.departments == {"Accounts": 0.35, "Cards": 0.3, "Mortgages": 0.2, "Loans": 0.15}
    assert mix.locations == {"boston": 1.0}
    assert {each.department for each in generate(200, 1, mix)} == set(mix.departments)
