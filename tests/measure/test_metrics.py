"""Every figure has a name, a kind and a meaning, and is taken from the counts that the statistics keep."""

import pytest

from flexsim.measure.metrics import CENTRE, DISTRIBUTIONS, METRICS, Kind, is_function, value_of
from flexsim.measure.summary import summarize

from .conftest import START


def test_the_figures_are_those_that_a_summary_shows(centre):
    """Two ways to the same numbers: through the names, and through the summary, which rounds."""
    centre.one_busy_hour()
    summary, totals = summarize(centre.statistics, START + 300), centre.statistics.totals_at(START + 300)
    for queue, shown in ((None, summary["total"]), ('The "best"', summary["queues"]['The "best"'])):
        for name in ("offered", "answered", "handled", "abandoned", "lost", "removed", "service_level", "asa", "aht"):
            value = value_of(None, name, totals, queue)
            assert shown[name] == pytest.approx(value, abs=0.06), name
        for function, name, key in (("p50", "wait", "p50"), ("p90", "wait", "p90"), ("max", "wait", "longest")):
            assert shown["wait"][key] == pytest.approx(value_of(function, name, totals, queue), abs=0.06)
        assert shown["talk"] == pytest.approx(value_of("mean", "talk", totals, queue), abs=0.06)
        assert shown["wrap"] == pytest.approx(value_of("mean", "wrap", totals, queue), abs=0.06)
    assert summary["occupancy"] == pytest.approx(value_of(None, "occupancy", totals, None), abs=0.0001)
    assert value_of(None, "abandonment", totals, None) == summary["total"]["abandoned"] / summary["total"]["offered"]


def test_every_figure_is_taken_from_a_tally_or_from_the_totals():
    for name, metric in METRICS.items():
        assert metric.name == name
        assert (metric.of is None) != (metric.overall is None)


def test_asa_and_aht_are_means(centre):
    centre.one_busy_hour()
    totals = centre.statistics.totals_at(START + 300)
    assert value_of(None, "asa", totals, None) == value_of("mean", "wait", totals, None)
    assert value_of(None, "aht", totals, None) == value_of("mean", "handle", totals, None)
    assert value_of("max", "waiting", totals, None) == value_of("max", "wait", totals, None)


@pytest.mark.parametrize("name", ["mean", "max", "count", "p1", "p50", "p95", "p99", "p99.9", "p99.9999"])
def test_these_make_one_number_of_many(name):
    assert is_function(name)


@pytest.mark.parametrize("name", ["", "p", "p0", "p100", "p050", "P95", "p95.", "min", "p1e1"])
def test_these_do_not(name):
    assert not is_function(name)


def test_a_count_of_durations_is_a_number_of_them():
    assert all(CENTRE.kind_of("count", name) is Kind.COUNT for name in DISTRIBUTIONS)
    assert all(CENTRE.kind_of("p95", name) is Kind.SECONDS for name in DISTRIBUTIONS)
    assert CENTRE.kind_of(None, "occupancy") is Kind.SHARE
