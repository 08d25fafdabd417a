"""Intervals tell what became of those whose wait began in them."""

from flexsim.measure.periods import Limits, Period

from .conftest import START
from .test_report import folded


def test_a_contact_counts_where_its_wait_began(centre):
    centre.hire(0, "Ann", "Offline")
    task = centre.arrive(890)
    centre.go(950, 0, "Available")
    centre.accept(950, task)
    centre.end(2000, task)
    rows = folded(centre.log, START + 3000).total.rows(900)
    assert {start - START: (row.offered, row.answered, row.handled, row.longest_wait) for start, row in rows.items()} == {
        0: (1, 1, 1, 60),
    }  # fmt: skip


def test_an_empty_period_is_all_zeros_and_has_no_means():
    whole = Period(Limits(threshold=20, short=5)).whole()
    assert (set(whole), whole.asa, whole.aht) == ({0}, None, None)


def test_a_long_run_is_counted_by_the_quarter_of_an_hour():
    period = Period(Limits(threshold=20, short=5))
    for hour in range(24 * 40):
        for minute in range(0, 60, 5):
            period.enter(hour * 3600 + minute * 60)
    assert (period.flow.width, len(period.flow.rows)) == (900, 4 * 24 * 40)
    assert period.whole().offered == 12 * 24 * 40
