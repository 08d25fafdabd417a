"""The parameters of the scenarios: the seed's names and defaults, and ranges that are said."""

import pytest

from flexsim.errors import ConfigurationError
from flexsim.traces.parameters import PARAMETERS, SCENARIOS, pairs, read

SEED = {
    "fanout": {"fanout": 100, "concurrency": 20, "delay_ms": 80},
    "chain": {"depth": 60, "delay_ms": 80},
    "retry": {"fanout": 100, "error_rate": 0.1, "max_retries": 3, "concurrency": 20},
    "dag": {"fanout": 100, "delay_ms": 80},
    "react": {"max_steps": 10, "delay_ms": 80},
    "human": {"human_delay_s": 1.0},
    "rag": {"rag_chunks": 5, "rag_chunk_size_kb": 2},
    "stream": {"duration_s": 20, "tool_delay_ms": 400, "background_fanout": 50},
}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_defaults_are_those_that_were_asked_for(scenario):
    assert SEED[scenario].items() <= read(scenario, {}).items()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_both_ends_of_a_range_are_in_it_and_what_is_beyond_is_refused_with_the_range(scenario):
    for each in PARAMETERS[scenario]:
        for end in (each.low, each.high):
            assert read(scenario, {each.name: str(end)})[each.name] == end
        for beyond in (each.low - 1, each.high + 1):
            with pytest.raises(ConfigurationError, match=f"{each.name} is a .*number from {each.low:g} to"):
                read(scenario, {each.name: str(beyond)})


@pytest.mark.parametrize("text", ["", "ten", "nan", "1.5", "inf"])
def test_what_is_no_whole_number_is_refused(text):
    with pytest.raises(ConfigurationError, match="fanout is a whole number from 1 to 10000"):
        read("fanout", {"fanout": text})


def test_an_unknown_scenario_or_parameter_is_told_what_there_is():
    with pytest.raises(ConfigurationError, match="no such scenario: fan; there are fanout, chain"):
        read("fan", {})
    with pytest.raises(ConfigurationError, match="chain has no parameter fanout; it has depth, delay_ms"):
        read("chain", {"fanout": "3"})


def test_settings_are_names_and_values():
    assert pairs(["fanout=3", " delay_ms = 0 "]) == {"fanout": "3", "delay_ms": "0"}
    with pytest.raises(ConfigurationError, match="a setting is NAME=VALUE, such as fanout=10: fanout"):
        pairs(["fanout"])
