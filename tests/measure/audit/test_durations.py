"""Durations add up to lifetimes, here and in the statistics."""

from flexsim.measure.audit.durations import Durations, between, milliseconds
from flexsim.measure.audit.laws import Findings, Place
from flexsim.measure.statistics import Tally


def tally(wait, talk, wrap):
    found = Tally()
    found.answered = 1
    found.wait.add(wait)
    found.talk.add(talk)
    found.wrap.add(wrap)
    found.handle.add(talk + wrap)
    return found


def counted(findings, *moments):
    durations = Durations(findings)
    places = [Place(seq, t) for seq, t in enumerate(moments)]
    durations.answered("WT1", places[0], places[1])
    durations.handled("WT1", *places)
    return durations


def test_sums_that_agree_break_nothing():
    findings = Findings()
    counted(findings, 100.0, 102.5, 160.001, 175.0).compare(tally(2.5, 57.501, 14.999))
    assert findings.total == 0


def test_a_sum_that_differs_is_named():
    findings = Findings()
    counted(findings, 100.0, 102.5, 160.0, 175.0).compare(tally(2.5, 57.5, 14.0))
    assert [each.message for each in findings.listed] == [
        "wrap-up: 15.000 s by the tasks, 14.000 s by the statistics",
        "lifetimes of the handled against wait + talk + wrap-up: 75.000 s by the tasks, 74.000 s by the statistics",
    ]


def test_no_duration_is_negative():
    findings = Findings()
    counted(findings, 100.0, 99.0, 98.0, 97.0)
    assert [each.message for each in findings.listed] == [
        "task WT1 has waited -1.000 s", "task WT1 was talked about -1.000 s", "task WT1 was wrapped up in -1.000 s",
    ]  # fmt: skip


def test_milliseconds_are_whole_whatever_the_float_says():
    assert milliseconds(Place(0, 1767600000.123)) == 1767600000123
    assert between(Place(0, 0.1), Place(1, 0.3)) == 200
