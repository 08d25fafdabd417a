"""The published schema, and how its findings read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from flexsim.domain.loading import locales, read_json
from flexsim.domain.model import PHASES, STANDARD_DIMENSIONS
from flexsim.domain.schema import problems_under, schema_problems, schema_text, unknown_properties

SCHEMA = json.loads(schema_text())
OBJECTS = {"the top": SCHEMA, **SCHEMA["$defs"]}
PROPERTIES = {f"{name}.{key}": each for name, holder in OBJECTS.items() for key, each in holder["properties"].items()}


def found(document):
    return [str(problem) for problem in schema_problems(document)]


def test_the_schema_is_a_valid_schema_of_draft_2020_12():
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("name", PROPERTIES)
def test_every_property_is_described_and_a_default_is_valid(name):
    each = PROPERTIES[name]
    target = SCHEMA["$defs"][each["$ref"].rpartition("/")[2]] if "$ref" in each else each
    assert each.get("description") or target["description"]
    if "default" in each:
        assert Draft202012Validator({**each, "$defs": SCHEMA["$defs"]}).is_valid(each["default"])


def test_the_schema_names_the_standard_dimensions_and_the_phases():
    assert set(SCHEMA["properties"]["dimensions"]["properties"]) == set(STANDARD_DIMENSIONS)
    assert set(PROPERTIES["dimension.phase"]["enum"]) == {phase for phases in PHASES.values() for phase in phases}


@pytest.mark.parametrize(
    "file", [*locales().values(), *sorted(locales()["en-us"].parent.glob("examples/*/domain.json"))]
)
def test_what_we_ship_is_valid(file):
    assert found(read_json(file)) == []


def test_all_faults_are_found_at_once_each_with_its_place_and_the_nearest_word():
    document = {
        "brnad": "x",
        "agentCnt": 0,
        "center": {"contry": "US"},
        "dimensions": {
            "talkTime": {"curve": "bel", "min": "1", "optoins": {}},
            "mood": {"entity": "task", "valueCnt": 1.5},
        },
    }
    assert sorted(found(document)) == [
        "$.agentCnt: 0 is less than 1",
        "$.brnad: unknown property 'brnad'; did you mean 'brand'?",
        "$.center.contry: unknown property 'contry'; did you mean 'country'?",
        "$.dimensions.mood.entity: 'task' is not one of 'tasks', 'workers'; did you mean 'tasks'?",
        "$.dimensions.mood.valueCnt: 1.5 is not a whole number",
        "$.dimensions.talkTime.curve: 'bel' is not one of 'uniform', 'bell', 'exponential', 'lognormal'; did you mean 'bell'?",
        "$.dimensions.talkTime.min: '1' is not a number",
        "$.dimensions.talkTime.optoins: unknown property 'optoins'; did you mean 'options'?",
    ]


def test_an_unknown_property_that_is_like_no_other_lists_those_there_are():
    (problem,) = found({"serviceLevel": {"xyzzy": 1}})
    assert problem == "$.serviceLevel.xyzzy: unknown property 'xyzzy'; known are 'threshold', 'target'"


def test_what_is_lacking_is_named_in_one_line():
    assert found({"arrivals": {"spikes": [{}]}}) == [
        "$.arrivals: lacks 'ratePerHour'",
        "$.arrivals.spikes[0]: lacks 'at', 'minutes', 'factor'",
    ]


@pytest.mark.parametrize("amount", [0.5, -1, "-0.10", "1e-3", " 2 ", ".5", "7."])
def test_an_amount_is_a_number_or_a_numeric_text(amount):
    document = {"dimensions": {"csat": {"influences": [{"factor": "waitTime", "amount": amount}]}}}
    assert found(document) == []
    float(amount)


@pytest.mark.parametrize("amount", ["much", "", "1,5", "nan", "0x1", True, None])
def test_any_other_amount_is_wrong(amount):
    document = {"dimensions": {"csat": {"influences": [{"factor": "waitTime", "amount": amount}]}}}
    assert found(document)[0].startswith("$.dimensions.csat.influences[0].amount: ")


@pytest.mark.parametrize("time", ["7:00", "24:00", "12:60", "noon"])
def test_a_time_of_day_has_two_digits_each(time):
    assert found({"arrivals": {"ratePerHour": 1, "spikes": [{"at": time, "minutes": 5, "factor": 2}]}})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*SCHEMA["properties"], *SCHEMA["$defs"]["dimension"]["properties"], "x"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_either_valid_or_gets_readable_lines(document):
    problems = found(document)
    assert bool(problems) == (not Draft202012Validator(SCHEMA).is_valid(document))
    assert all(line.startswith("$") and ": " in line for line in problems)


def test_unknown_properties_are_told_from_other_faults():
    document = {"brnad": 1, "agentCnt": 0, "center": {"contry": 1}}
    assert unknown_properties(document) == [("brnad",), ("center", "contry")]


def test_another_schema_reads_the_same():
    assert [str(each) for each in problems_under({"type": "array"}, {})] == ["$: {} is not a list"]
