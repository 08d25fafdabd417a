"""Files of one's own are read, as YAML or JSON, and what is wrong with one is told with its line."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from flexsim.errors import ConfigurationError
from flexsim.voice.dialogue import built_in
from flexsim.voice.dialogue.reading import LONGEST, read_agent, read_caller, read_scenario, schema_text

GOAL = """\
goal:
  primary: Get my card replaced
  success: [card replacement confirmed]
"""
SCENARIO = f"""\
domain: banking
{GOAL}
state:
  customer: {{name: A B, date_of_birth: 1990-01-01}}
"""


@pytest.mark.parametrize("kind", ["caller", "scenario", "agent"])
def test_schemas_are_schemas_and_explain_every_property(kind):
    schema = json.loads(schema_text(kind))
    Draft202012Validator.check_schema(schema)
    assert all(_explained(schema["properties"], schema))


def _explained(properties, schema):
    for each in properties.values():
        target = schema["$defs"][each["$ref"].rpartition("/")[2]] if "$ref" in each else each
        yield target.get("description")
        yield from _explained(target.get("properties", {}), schema)


@pytest.mark.parametrize("folder", ["callers", "scenarios", "agents"])
def test_the_schema_takes_what_comes_with_flexsim_written_as_json_too(folder):
    import yaml  # noqa: PLC0415

    read = {"callers": read_caller, "scenarios": read_scenario, "agents": read_agent}[folder]
    for name in built_in.names(folder):
        text = built_in.text(folder, name, folder)
        document = yaml.load(text, Loader=yaml.BaseLoader)
        assert document
        assert read(text, name, name).name == name
        assert json.loads(schema_text(folder.removesuffix("s")))["$id"].startswith("https://flexsim.dev/")


def test_a_caller_may_have_all_or_nothing():
    assert read_caller("{}", "f", "me").persona == read_caller("clarity: 0.9", "f", "me").persona
    found = read_caller(json.dumps({"name": "zoe", "patience": 2, "voice": {"rate": 200}}), "f", "me")
    assert (found.name, found.persona.patience, found.persona.rate) == ("zoe", 2, 200)


def test_a_caller_may_have_a_goal_of_its_own():
    found = read_caller(GOAL, "f", "me")
    assert found.goal.success[0].check == "done.replace_card >= 1"
    assert found.goal.max_turns == 20


def test_facts_lie_over_the_particulars_on_file_and_null_is_not_known():
    found = read_scenario(SCENARIO + "facts: {name: C D, date_of_birth: null, card: gold}\n", "f", "s")
    assert found.facts == {"name": "C D", "card": "gold"}


def test_texts_over_several_lines_become_one():
    assert read_caller("style: >\n  calm\n  and slow\n", "f", "me").persona.style == "calm and slow"


@pytest.mark.parametrize(
    ("read", "text", "message"),
    [
        (read_caller, "patience: 11", "line 1, $.patience: 11 is greater than 10"),
        (read_caller, "patience: 5\nclarty: 1", "line 2, $.clarty: unknown property 'clarty'; did you mean 'clarity'?"),
        (read_caller, "voice: {name: alloi}", "is not one of 'alloy', "),
        (read_caller, GOAL.replace("confirmed", "confirmd"), "line 3, $.goal.success[0]: nobody knows what 'card replacement confirmd' means; did you mean"),
        (read_caller, "goal:\n  primary: x\n  success:\n    - {says: y}", "line 4, $.goal.success[0]: say what it means"),
        (read_caller, "goal:\n  primary: x\n  success:\n    - says: y\n      check: a ==", "line 5, $.goal.success[0].check"),
        (read_caller, "- a", "['a'] is not an object"),
        (read_caller, "a: [", "not YAML"),
        (read_caller, "", "f is empty"),
        (read_scenario, "domain: banking", "lacks 'goal', 'state'"),
        (read_scenario, SCENARIO.replace("1990-01-01", "1990-02-30"), "there is no such day: 1990-02-30"),
        (read_scenario, SCENARIO + "facts: {'a: b': c}", "'a: b'"),
        (read_agent, "company: B\ndomain: banking\nfunctions:\n  get_balanse: {error_rate: 1}", "line 4, $.functions.get_balanse: banking has no function"),
        (read_agent, "company: B", "lacks 'domain'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(read, text, message):
    with pytest.raises(ConfigurationError) as caught:
        read(text, "f", "name")
    assert message in str(caught.value)


def test_all_faults_are_told_at_once():
    with pytest.raises(ConfigurationError) as caught:
        read_caller("patience: 0\nclarity: 2\n", "mine.yaml", "me")
    assert str(caught.value).count("\n  line ") == 2
    assert str(caught.value).startswith("mine.yaml does not describe a caller as it should:")


def test_a_huge_file_is_refused_unread():
    with pytest.raises(ConfigurationError, match="longer than"):
        read_caller("#" * (LONGEST + 1), "f", "me")


@given(st.text(max_size=80))
@settings(max_examples=60, deadline=None)
def test_any_text_is_a_caller_or_refused(text):
    try:
        read_caller(text, "f", "me")
    except ConfigurationError as error:
        assert str(error).startswith("f")
