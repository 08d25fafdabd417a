"""A domain as a document again."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.domain.loading import defaults_folder, domain_from_json, load_domain, locales
from flexsim.domain.schema import schema_problems
from flexsim.domain.writing import clock_text, domain_to_json

EXAMPLES = sorted(defaults_folder("domain").glob("examples/*"))
DIMENSIONS = st.one_of(
    st.fixed_dictionaries(
        {"expr": st.just("range"), "min": st.integers(-5, 5), "max": st.integers(6, 99)},
        optional={
            "dataType": st.sampled_from(["integer", "number", "boolean", "string"]),
            "curve": st.sampled_from(["uniform", "bell"]),
            "valueCnt": st.integers(1, 3),
            "isAttribute": st.booleans(),
            "influences": st.just([{"factor": "abandonTime", "amount": "-0.1"}]),
        },
    ),
    st.lists(st.text(max_size=6) | st.integers(), min_size=1, max_size=4, unique_by=str).map(
        lambda each: {"options": {"all": each}}
    ),
)


@pytest.mark.parametrize("source", [*locales(), *EXAMPLES])
def test_writing_and_reading_gives_the_same_domain(source):
    domain = load_domain(None, source) if isinstance(source, str) else load_domain(source)
    document = json.loads(json.dumps(domain_to_json(domain)))
    assert schema_problems(document) == []
    assert domain_from_json(document) == domain
    assert domain_to_json(domain_from_json(document)) == document


@given(st.dictionaries(st.sampled_from(["x1", "x2", "routing.x"]), DIMENSIONS, max_size=3))
def test_any_custom_dimensions_survive_the_round_trip(dimensions):
    whole = domain_to_json(load_domain(None))
    whole["dimensions"] |= dimensions
    domain = domain_from_json(whole)
    assert domain_from_json(json.loads(json.dumps(domain_to_json(domain)))) == domain


def test_whole_numbers_are_written_without_a_point(domain):
    assert domain_to_json(domain)["dimensions"]["wrapTime"]["min"] == 5
    assert '"min": 5,' in json.dumps(domain_to_json(domain))


def test_a_time_of_day_is_written_as_it_was_read():
    assert [clock_text(seconds) for seconds in (0, 37_800, 86_400)] == ["00:00", "10:30", "24:00"]
