"""What agents and customers counted lies between what had happened by closing time and what happened in the end."""

import pytest

from flexsim.measure.audit.callbacks import Callbacks
from flexsim.measure.audit.laws import Findings, Place

QUIET = dict.fromkeys(("found_under_way", "already_over", "not_ours", "lost", "in_hand"), 0)


def told(agents=None, customers=None, early=(), late=()):
    summary = {name: each for name, each in (("agentsim", agents), ("custsim", customers)) if each is not None}
    findings = Findings()
    callbacks = Callbacks(summary, findings)
    steps = callbacks.steps()
    for events in (early, late):
        for name in events:
            steps[name]({"type": name}, Place(0, 1.0))
        if events is early:
            callbacks.mark()
    callbacks.finish()
    return findings


EARLY = ["reservation.created"] * 4 + ["reservation.accepted"] * 3 + ["task.completed"] * 2
LATE = ["reservation.created", "reservation.accepted", "task.completed"]


@pytest.mark.parametrize(
    ("counts", "broken"),
    [
        ({"offered": 4, "accepted": 3, "completed": 2}, 0),
        ({"offered": 5, "accepted": 4, "completed": 3}, 0),  # taken a moment later
        ({"offered": 6, "accepted": 4, "completed": 3}, 1),
        ({"offered": 2, "accepted": 3, "completed": 2}, 1),
        ({"offered": 4, "accepted": 5, "completed": 2}, 1),
        ({"offered": 4, "accepted": 2, "completed": 2}, 1),
        ({"offered": 4, "accepted": 2, "completed": 2, "in_hand": 1}, 0),  # its answer is on the way
        ({"offered": 4, "accepted": 3, "completed": 1}, 1),
        ({"offered": 4, "accepted": 3, "completed": 1, "lost": 1}, 0),
        ({"offered": 3, "accepted": 2, "completed": 2, "found_under_way": 1}, 0),
    ],
)
def test_agents_are_held_to_the_events(counts, broken):
    assert told(agents=QUIET | counts, early=EARLY, late=LATE).total == broken


@pytest.mark.parametrize(
    ("counts", "broken"),
    [
        ({"arrived": 3, "created": 2, "failed": 1, "abandoned": 1}, 0),
        ({"arrived": 3, "created": 2, "failed": 2, "abandoned": 1}, 1),
        ({"arrived": 4, "created": 3, "failed": 1, "abandoned": 1}, 1),
        ({"arrived": 3, "created": 2, "failed": 1, "abandoned": 2}, 1),
    ],
)
def test_customers_are_held_to_the_events(counts, broken):
    assert told(customers=counts, early=["task.created"] * 2, late=["task.canceled"]).total == broken


def test_counts_that_are_none_are_named():
    assert told(agents={"offered": "many"}).total == 1
    assert told(customers=[]).total == 1


def test_without_counts_the_law_is_not_applied():
    findings = told()
    assert (findings.total, list(findings.unchecked)) == (0, ["callbacks"])
