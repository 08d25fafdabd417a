"""Thresholds say what is wrong, and are told when they cannot be judged."""

import pytest

from flexsim.errors import ConfigurationError
from flexsim.load.tally import Tally
from flexsim.load.thresholds import judge, parse


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
        ("lost > 0", True), ("lost > 3", False), ("gaps > 0", False), ("sent_heartbeat < 10", False), ("received_ack == 0", True),
        ("p99(push_latency) > 1", True),
    ],
)  # fmt: skip
def test_a_threshold_fails_when_it_is_true_or_cannot_be_judged(text, failed):
    [verdict] = judge([parse(text)], tally())
    assert verdict.failed is failed
    assert str(verdict).startswith("failed: " if failed else "held: ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not a threshold"), ("lost", "not a threshold"), ("lost > -1", "not a threshold"), ("lost > 1s", "no such unit"),
        ("p99(heartbeat_latness) > 1", "did you mean heartbeat_lateness"), ("p0(push_latency) > 1", "no such function"),
        ("lots > 1", "did you mean lost"), ("p99(lost) > 1", "no such figure"), ("count(push_latency) > 1s", "no such unit"),
    ],
)  # fmt: skip
def test_what_is_no_threshold_is_told(text, said):
    with pytest.raises(ConfigurationError) as caught:
        parse(text)
    assert said in str(caught.value)
