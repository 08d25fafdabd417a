"""Thresholds say what is wrong, and are told when they cannot be judged."""

import pytest

from flexsim.errors import ConfigurationError
from flexsim.load.tally import Tally
from flexsim.load.thresholds import FIGURES, judged
from flexsim.measure.thresholds import parse


def tally():
    found = Tally()
    found.heartbeat_lateness.add(0.2, 100)
    found.events["lost"] = 3
    found.sent["heartbeat"] = 10
    return found


@pytest.mark.parametrize(
    ("text", "failed"),
    [
        ("p99(heartbeat_lateness) > 0.1", True), ("p99(heartbeat_lateness) > 100ms", True), ("p50(heartbeat_lateness)>1s", False),
        ("max(heartbeat_lateness) >= 0.2", True), ("mean(heartbeat_lateness) < 0.1", False), ("count(heartbeat_lateness) != 100", False),
        ("lost > 0", True), ("lost > 3", False), ("gaps > 0", False), ("sent_heartbeat < 10", False), ("received_ack == 0", True), ("p99.9(heartbeat_lateness) >= 200ms", True), ("sent_deregister > 0", False),
        ("p99(push_latency) > 1", True),
    ],
)  # fmt: skip
def test_a_threshold_fails_when_it_is_true_or_cannot_be_judged(text, failed):
    [verdict] = judged([parse(text, FIGURES)], tally())
    assert verdict.failed is failed


def test_what_is_measured_is_said_with_its_unit():
    said = [
        str(each)
        for each in judged([parse("max(heartbeat_lateness) > 0.1", FIGURES), parse("lost > 3", FIGURES)], tally())
    ]
    assert said == ["failed: max(heartbeat_lateness) > 0.1 (measured 0.2 s)", "held: lost > 3 (measured 3)"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lost > 1s", "it has no unit"), ("p99(heartbeat_latness) > 1", "did you mean heartbeat_lateness"),
        ("lots > 1", "did you mean lost"), ("p99(lost) > 1", "p99 is of one of connect_time"),
        ("count(push_latency) > 1s", "it has no unit"), ("lost > 1 where queue = Sales", "not counted by queue"),
        ("max(push_latency) > 1 where queue = Sales", "not counted by queue"), ("service_level < 80%", "no such figure"),
    ],
)  # fmt: skip
def test_what_is_no_threshold_of_a_swarm_is_told(text, said):
    with pytest.raises(ConfigurationError) as caught:
        parse(text, FIGURES)
    assert said in str(caught.value)
