"""The golden test of the service level: one small day, worked out by hand, counted each documented way."""

import re
from pathlib import Path

import pytest

from flexsim.measure.periods import Limits
from flexsim.measure.reading import LogReader
from flexsim.measure.report import ReportFold
from flexsim.measure.service_level import DEFINITIONS, Formula, Outcomes, service_level

from .conftest import START

# Threshold 20 s. Ten contacts: six answered, of them four within 20 s; four gave up: after 3, 5, 12 and 40 s.
ANSWERED = [2, 10, 20, 15, 25, 60]
GONE = [3, 5, 12, 40]
GOLDEN = {
    Formula.LATE_ABANDONED_MISSED: 4 / (6 + 1),  # the one after 40 s was kept waiting too long
    Formula.ABANDONED_MISSED: 4 / (6 + 4),
    Formula.ABANDONED_MET: (4 + 3) / (6 + 4),  # three left within 20 s
    Formula.ABANDONED_EXCLUDED: 4 / 6,
    Formula.SHORT_ABANDONED_EXCLUDED: 4 / (6 + 4 - 2),  # two left within 5 s
}


def the_day(centre):
    agents = [centre.hire(0, f"Agent {number}", "Offline") for number in range(len(ANSWERED))]
    happenings = []
    for number, wait in enumerate(ANSWERED):
        happenings += [(number * 1000, "arrive", number), (number * 1000 + wait, "answer", number)]
    for number, wait in enumerate(GONE, start=len(ANSWERED)):
        happenings += [(number * 1000, "arrive", number), (number * 1000 + wait, "leave", number)]
    tasks = {}
    for at, what, who in sorted(happenings):
        if what == "arrive":
            tasks[who] = centre.arrive(at)
        elif what == "answer":
            centre.go(at, agents[who], "Available")
            centre.accept(at, tasks[who])
            centre.end(at + 100, tasks[who])
            centre.go(at + 100, agents[who], "Offline")
        else:
            centre.end(at, tasks[who], "canceled", "hung up")
    return centre


def folded(centre, short=5.0):
    reader = LogReader()
    fold = ReportFold(reader, Limits(threshold=20.0, short=short))
    for event in reader.events(centre.log):
        fold.add(event)
    fold.close(START + 20_000)
    return fold


@pytest.mark.parametrize("formula", Formula)
def test_each_formula_counts_the_day_as_it_was_worked_out(centre, formula):
    fold = folded(the_day(centre))
    assert fold.total.whole().service_level(formula) == pytest.approx(GOLDEN[formula])
    queue = next(period for period in fold.periods.values() if period.whole().offered)
    assert queue.whole().service_level(formula) == pytest.approx(GOLDEN[formula])


def test_the_usual_formula_is_that_of_the_statistics(centre):
    the_day(centre)
    assert centre.statistics.totals.overall.service_level == pytest.approx(GOLDEN[Formula.LATE_ABANDONED_MISSED])
    assert next(iter(Formula)) is Formula.LATE_ABANDONED_MISSED


def test_short_is_what_one_says(centre):
    whole = folded(the_day(centre), short=12.0).total.whole()
    assert whole.service_level(Formula.SHORT_ABANDONED_EXCLUDED) == pytest.approx(4 / (6 + 4 - 3))


def test_a_contact_that_the_routing_gave_up_counts_as_one_that_gave_up(centre):
    centre.arrive(0, timeout=30)
    centre.advance(31)
    whole = folded(centre).total.whole()
    assert (whole.lost, whole.abandoned) == (1, 0)
    assert {formula: whole.service_level(formula) for formula in Formula} == {
        Formula.LATE_ABANDONED_MISSED: 0.0, Formula.ABANDONED_MISSED: 0.0, Formula.ABANDONED_MET: 0.0,
        Formula.ABANDONED_EXCLUDED: None, Formula.SHORT_ABANDONED_EXCLUDED: 0.0,
    }  # fmt: skip


@pytest.mark.parametrize("formula", Formula)
def test_nothing_to_judge_has_no_service_level(formula):
    none = Outcomes(answered=0, answered_in_time=0, gone=0, gone_late=0, gone_short=0)
    assert service_level(none, formula) is None


def test_what_was_not_counted_is_not_made_up():
    outcomes = Outcomes(answered=3, answered_in_time=2, gone=1, gone_late=1)
    assert service_level(outcomes, Formula.SHORT_ABANDONED_EXCLUDED) is None


def test_the_guide_tells_every_formula_with_the_figure_of_this_day():
    text = (Path(__file__).parents[2] / "docs" / "figures.md").read_text()
    told = dict(re.findall(r"^\| `([a-z-]+)` \| .* \| ([\d.]+) % \|$", text, re.MULTILINE))
    assert told == {formula.value: f"{100 * share:.1f}" for formula, share in GOLDEN.items()}
    assert set(DEFINITIONS) == set(Formula)
