"""Roles read from files."""

import json

import pytest
from jsonschema import Draft202012Validator

from flexsim.errors import ConfigurationError
from flexsim.workforce.roles.loading import decider, read_roles, roles_of, schema_text, seven_roles
from tests.workforce.making import plain_role

OWN = """\
roles:
  - name: treasurer
    title: Treasurer
    priority: 2
    goals: [Keep the budget]
    responsibilities: [Count]
    capabilities: [decides, cut_costs]
    traits: {analytical: 0.9}
    prompt: You are the $title. Say what $scenario costs; a dollar is $$1.
  - name: clerk
    title: Clerk
    priority: 1
    goals: [Answer in time]
    responsibilities: [Answer]
    capabilities: [overtime]
"""


def test_the_seven_differ_in_name_traits_and_what_they_may_do():
    roles = seven_roles()
    assert [role.name for role in roles] == ["support", "sales", "product", "engineering", "design", "analyst", "ceo"]
    assert len({role.traits for role in roles}) == len({role.capabilities for role in roles}) == 7
    assert decider(roles).name == "ceo"


def test_your_own_come_in_the_order_in_which_they_speak(tmp_path):
    file = tmp_path / "roles.yaml"
    file.write_text(OWN)
    clerk, treasurer = read_roles(file)
    assert (clerk.name, clerk.traits.analytical) == ("clerk", 0.5)
    assert (treasurer.name, treasurer.traits.analytical) == ("treasurer", 0.9)
    assert decider((clerk, treasurer)) is treasurer


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("analytical: 0.9", "analytical: 1.9", 8, "is greater than 1"),
        ("analytical: 0.9", "analitical: 0.9", 8, "analitical"),
        ("cut_costs", "cut_cost", 7, "did you mean 'cut_costs'"),
        ("name: clerk", "name: treasurer", 10, "is there twice"),
        ("$scenario", "$scenery", 9, "did you mean 'scenario'"),
        ("$$1", "$1", 9, "write $$ for a dollar"),
        ("priority: 2", "priority: second", 4, "priority"),
        ("title: Clerk", "titel: Clerk", 10, "title"),
    ],
)
def test_every_fault_is_told_with_its_line(old, new, line, told):
    with pytest.raises(ConfigurationError) as failure:
        roles_of(OWN.replace(old, new), "mine.yaml")
    assert f"mine.yaml, line {line}" in str(failure.value)
    assert told in str(failure.value)


def test_a_capability_that_is_no_name_is_told_with_what_names_are():
    with pytest.raises(ConfigurationError, match=r"line 7: .*'CUT COSTS' is not of the form asked for: \^\[a-z_\]"):
        roles_of(OWN.replace("cut_costs", "CUT COSTS"), "mine.yaml")


def test_several_faults_are_told_at_once():
    with pytest.raises(ConfigurationError) as failure:
        roles_of(OWN.replace("analytical: 0.9", "analytical: 2").replace("priority: 1", "priority: 0"), "mine.yaml")
    assert len(str(failure.value).splitlines()) == 2


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match=r"none\.yaml"):
        read_roles(tmp_path / "none.yaml")


def test_without_a_decider_who_speaks_last_decides():
    assert decider((plain_role("one"), plain_role("two"))).name == "two"
    with pytest.raises(ConfigurationError, match="nobody takes part"):
        decider(())


def test_the_schema_is_one():
    Draft202012Validator.check_schema(json.loads(schema_text()))
