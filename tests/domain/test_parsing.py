"""From a checked document to records."""

import pytest

from flexsim.domain.model import AgentPlan, Break, Influence, Shift, Spike
from flexsim.domain.parsing import domain_of, seconds_of


def test_what_a_document_leaves_out_has_the_defaults_of_the_format(with_dimensions):
    dimension = with_dimensions(mood={"options": {"all": ["calm", "cross"]}}).dimensions["mood"]
    assert (dimension.entity, dimension.phase, dimension.expr, dimension.data_type) == (
        "tasks",
        "arrive",
        "enum",
        "string",
    )
    assert (dimension.curve, dimension.value_count, dimension.is_attribute, dimension.attribute_name) == (
        "uniform",
        1,
        True,
        "mood",
    )
    assert [option.portion for option in dimension.options[None]] == [0.5, 0.5]


def test_a_range_is_a_bell_of_numbers_from_0_to_1_unless_told_otherwise(with_dimensions):
    dimension = with_dimensions(mood={"expr": "range", "dataType": "string"}).dimensions["mood"]
    assert (dimension.data_type, dimension.curve, dimension.minimum, dimension.maximum) == ("number", "bell", 0.0, 1.0)


def test_a_worker_dimension_is_drawn_when_deploying(with_dimensions):
    assert with_dimensions(team={"entity": "workers", "options": {"all": ["x"]}}).dimensions["team"].phase == "deploy"


def test_portions_that_nearly_sum_to_1_are_made_to(with_dimensions):
    params = {"all": [{"portion": 0.33}, {"portion": 0.33}, {"portion": 0.33, "colour": "red"}]}
    options = (
        with_dimensions(mood={"options": {"all": ["a", "b", "c"]}, "optionParams": params})
        .dimensions["mood"]
        .options[None]
    )
    assert sum(option.portion for option in options) == pytest.approx(1.0, abs=1e-12)
    assert options[2].params == {"colour": "red"}


def test_names_of_attributes_become_names_of_dimensions(document):
    document["dimensions"]["mood"] = {
        "attrName": "state.mood",
        "options": {"Sales": ["x"], "Service": ["y"], "Support": ["z"]},
        "parent": "topic",
    }
    document["dimensions"]["csat"] = {
        "expr": "range",
        "phase": "complete",
        "influences": [{"factor": "waitTime", "amount": "-0.10"}],
    }
    domain = domain_of(document, "en-us")
    assert domain.queue_worker_dimensions == ("skill",)
    assert domain.dimensions["mood"].parent == "topic"
    assert list(domain.dimensions["mood"].options) == ["Sales", "Service", "Support"]
    assert domain.dimensions["csat"].influences == (Influence(factor="waitTime", effect="shift", amount=-0.1),)


def test_a_list_that_merging_left_behind_is_nobodys(with_dimensions):
    options = {"all": ["old"], "Sales": ["x"], "Service": ["y"], "Support": ["z"]}
    assert None not in with_dimensions(mood={"parent": "topic", "options": options}).dimensions["mood"].options
    assert "all" not in with_dimensions(mood={"parent": "topic", "options": options}).dimensions["mood"].options


def test_times_of_day_are_seconds_and_shares_are_equal_unless_given(document):
    document["arrivals"] = {
        "ratePerHour": 60,
        "spikes": [{"at": "10:30", "minutes": 15, "factor": 3}],
        "timezone": "Asia/Tokyo",
    }
    document["agents"] = {
        "shifts": [
            {"start": "08:00", "end": "16:30", "breaks": [{"at": "12:00", "minutes": 30}]},
            {"start": "16:00", "end": "24:00"},
        ]
    }
    domain = domain_of(document, "en-us")
    assert domain.arrivals is not None
    assert domain.arrivals.spikes == (Spike(start=37_800, duration=900, factor=3.0),)
    assert (len(domain.arrivals.profile), len(domain.arrivals.weekday)) == (24, 7)
    assert domain.agents == AgentPlan(
        shifts=(
            Shift(start=28_800, end=59_400, share=0.5, breaks=(Break(start=43_200, duration=1800),)),
            Shift(start=57_600, end=86_400, share=0.5),
        ),
        timezone="Asia/Tokyo",
    )


def test_without_arrivals_and_shifts_there_are_none(domain):
    assert (domain.arrivals, domain.agents) == (None, None)
    assert (domain.service_level.threshold, domain.service_level.target) == (20, 0.8)


def test_half_past_seven_is_27000_seconds():
    assert seconds_of("07:30") == 27_000
