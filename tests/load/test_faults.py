"""Faults happen as often as they are to, and wrong ones are named."""

import pytest

from flexsim.errors import ConfigurationError
from flexsim.load.faults import Faults, merged, parse
from flexsim.randomness import Randomness


def test_shares_are_kept():
    rng, faults = Randomness(1).generator("test"), Faults(drop=0.2, duplicate=0.1)
    found = [faults.of_push(rng) for _ in range(5000)]
    assert abs(found.count("drop") - 1000) < 4 * (5000 * 0.2 * 0.8) ** 0.5
    assert abs(found.count("duplicate") - 500) < 4 * (5000 * 0.1 * 0.9) ** 0.5
    assert found.count("delay") == 0
    assert faults.of_frame(rng) is None


def test_changes_are_merged():
    assert merged(Faults(drop=0.1), {"close": 1}) == Faults(drop=0.1, close=1.0)
    assert parse(["drop=0.1", "half-open=0.05"]) == Faults(drop=0.1, half_open=0.05)


@pytest.mark.parametrize(
    "changes", [{"drp": 1}, {"drop": 2}, {"drop": "x"}, {"drop": 0.6, "delay": 0.6}, {"delay_seconds": -1}, []]
)
def test_what_is_no_fault_is_named(changes):
    with pytest.raises(ConfigurationError):
        merged(Faults(), changes)


@pytest.mark.parametrize("text", ["drop", "drop=", "drop=much", "=1"])
def test_a_word_that_says_no_fault_is_named(text):
    with pytest.raises(ConfigurationError):
        parse([text])
