"""Traces come as often as they should, by the hour and by weight, and a mix that says nonsense is told so."""

import itertools
from collections import Counter
from datetime import UTC, datetime

import pytest

from flexsim.errors import ConfigurationError
from flexsim.randomness import Randomness
from flexsim.traces.mix import Entry, Mix, arrivals, parse
from tests.traces.making import START_NS

DAY = 86_400_000_000_000
MIDNIGHT = START_NS // DAY * DAY
FANOUT, REACT = (Entry(scenario=name, parameters={}, weight=weight) for name, weight in (("fanout", 3), ("react", 1)))


def within(mix, nanoseconds, seed=1, start=MIDNIGHT):
    draws = Randomness(seed).generator("arrivals")
    return list(itertools.takewhile(lambda each: each.time < start + nanoseconds, arrivals(mix, start, draws)))


@pytest.mark.parametrize("seed", range(3))
def test_as_many_come_as_the_rate_says(seed):
    count = len(within(Mix(entries=(FANOUT,), rate=0.1), DAY, seed))
    assert abs(count - 8640) < 4 * 8640**0.5


@pytest.mark.parametrize("seed", range(3))
def test_gaps_are_exponential(seed):
    times = [each.time for each in within(Mix(entries=(FANOUT,), rate=0.1), DAY, seed)]
    gaps = [(after - before) / 1e9 for before, after in itertools.pairwise(times)]
    longer = sum(gap > 10 for gap in gaps) / len(gaps)
    assert longer == pytest.approx(0.3679, abs=4 * 0.0052)


@pytest.mark.parametrize("seed", range(3))
def test_the_profile_decides_the_hours_and_the_rate_is_the_days_average(seed):
    profile = tuple(float(hour) for hour in range(24))
    found = within(Mix(entries=(FANOUT,), rate=0.2, profile=profile), 5 * DAY, seed)
    hours = Counter(datetime.fromtimestamp(each.time / 1e9, UTC).hour for each in found[1:])
    assert abs(len(found) - 86_400) < 4 * 86_400**0.5
    for hour in range(24):
        expected = 86_400 * hour / sum(profile)
        assert abs(hours[hour] - expected) <= 4.5 * expected**0.5


def test_the_hours_are_those_of_the_time_zone():
    profile = tuple(1.0 if hour == 9 else 0.0 for hour in range(24))
    found = within(Mix(entries=(FANOUT,), rate=0.01, profile=profile, timezone="Asia/Tokyo"), DAY)
    assert {datetime.fromtimestamp(each.time / 1e9, UTC).hour for each in found[1:]} == {0}


def test_weights_are_shares():
    kinds = Counter(each.entry.scenario for each in within(Mix(entries=(FANOUT, REACT), rate=1), DAY // 8))
    assert kinds["fanout"] / kinds.total() == pytest.approx(0.75, abs=4 * (0.75 * 0.25 / 10_800) ** 0.5)


def test_the_first_comes_at_once():
    assert within(Mix(entries=(FANOUT,), rate=0.001), 1)[0].time == MIDNIGHT


GOOD = """
rate: 2
timezone: Europe/Madrid
profile: [1, 1, 1, 1, 1, 2, 4, 8, 12, 12, 10, 9, 9, 10, 11, 11, 10, 8, 6, 4, 3, 2, 1, 1]
traces:
  - scenario: fanout
    weight: 3
    set: {fanout: 50}
  - react
"""


def test_a_mix_is_read():
    mix = parse(GOOD, "mix.yaml")
    assert [(each.scenario, each.weight) for each in mix.entries] == [("fanout", 3), ("react", 1)]
    assert (mix.entries[0].parameters["fanout"], mix.rate, len(mix.profile), mix.timezone) == (
        50,
        2,
        24,
        "Europe/Madrid",
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[", "mix.yaml, line 1: not YAML"),
        ("- a", "mix.yaml is not a mapping"),
        ("rate: 1", "mix.yaml has no traces"),
        ("traces: []", "mix.yaml has no traces"),
        ("traces: [fan]", "trace 1 of mix.yaml: no such scenario: fan"),
        (
            "traces: [{scenario: chain, set: {depth: 0}}]",
            "trace 1 of mix.yaml: depth is a whole number from 1 to 500: 0",
        ),
        ("traces: [{scenario: chain, set: 3}]", "set in trace 1 of mix.yaml is not a mapping"),
        ("traces: [{scenario: chain, wait: 3}]", "trace 1 of mix.yaml has 'wait'; known are"),
        ("traces: [{scenario: chain, weight: -1}]", "weight of trace 1 of mix.yaml is a number above 0"),
        ("traces: [{scenario: chain, weight: 0}]", "all weights in mix.yaml are zero"),
        ("rate: 0\ntraces: [chain]", "rate in mix.yaml is a number above 0"),
        ("rate: true\ntraces: [chain]", "rate in mix.yaml is a number above 0"),
        ("profile: [1, 2]\ntraces: [chain]", "profile in mix.yaml is 24 weights"),
        ("timezone: Mars/Olympus\ntraces: [chain]", "no such time zone in mix.yaml: 'Mars/Olympus'"),
        ("traces: [{scenario: chain, set: {depth: [3]}}]", "set in trace 1 of mix.yaml is not a mapping"),
        ("traces: [{scenario: [chain]}]", "trace 1 of mix.yaml: no such scenario"),
        ("[" * 5000, "mix.yaml: nested too deep"),
        ("#" * 200_000, "longer than 100,000 characters"),
        ("rate: " + "9" * 5000, "mix.yaml"),
        ("rate: 2026-13-45\ntraces: [chain]", "rate in mix.yaml is a number above 0"),
        ("timezone: ../etc\ntraces: [chain]", r"no such time zone in mix.yaml"),
    ],
)
def test_nonsense_is_named(text, problem):
    with pytest.raises(ConfigurationError, match=problem):
        parse(text, "mix.yaml")
