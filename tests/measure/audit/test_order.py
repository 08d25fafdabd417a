"""Sequence numbers count up by one, and times do not go back."""

from flexsim.measure.audit.laws import Findings, Place
from flexsim.measure.audit.order import Order


def told(*places):
    findings = Findings()
    order = Order(findings)
    for place in places:
        order.add(Place(*place))
    return [(each.law.name, each.message) for each in findings.listed]


def test_a_log_in_order_breaks_nothing():
    assert told((0, 5.0), (1, 5.0), (2, 6.5)) == []


def test_a_gap_is_told_with_what_is_missing():
    assert told((0, 1.0), (2, 1.0), (3, 1.0)) == [("sequence", "event 1 is missing where 2 stands")]
    assert told((0, 1.0), (5, 1.0)) == [("sequence", "events 1 to 4 are missing where 5 stands")]
    assert told((3, 1.0)) == [("sequence", "events 0 to 2 are missing where 3 stands")]


def test_what_comes_again_or_late_is_told_once():
    assert told((0, 1.0), (1, 1.0), (1, 1.0), (2, 1.0)) == [("sequence", "event 1 comes again, or late: 2 was due")]


def test_time_is_held_against_the_latest_there_was():
    assert told((0, 9.0), (1, 4.0), (2, 8.5), (3, 9.0)) == [
        ("time", "event 1 is 5.000 s earlier than what came before"),
        ("time", "event 2 is 0.500 s earlier than what came before"),
    ]
