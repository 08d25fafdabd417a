"""The self-test passes on the engine, and fails on one whose services are two per cent too long."""

import pytest

from flexsim.fastforward import selftest as room
from flexsim.fastforward.selftest import Plan, cases, runs, selftest
from flexsim.staffing.erlang_a import ErlangA
from flexsim.staffing.erlang_b import ErlangB
from flexsim.taskrouter.inputs import NewTask


def outside(report):
    return [(verdict.case, verdict.figure) for verdict in report.verdicts if not verdict.holds]


def test_the_engine_does_what_theory_says():
    steps = []
    report = selftest(Plan(seed=1, quick=True), lambda: steps.append(1))
    assert report.holds, outside(report)
    assert len(steps) == runs(Plan(seed=1)) == 20 * len(cases())
    assert report.customers == 20 * sum(round(1000 * case.length) for case in cases())
    # an interval as wide as the figure would prove nothing
    tight = [each for each in report.verdicts if each.figure in {"occupancy", "handle time, s"}]
    assert len(tight) == 8
    for verdict in tight:
        assert verdict.measured.half_width < 0.025 * verdict.theory, verdict


def test_services_two_per_cent_too_long_are_found_in_several_ways():
    report = selftest(Plan(seed=2, quick=True, service_scale=1.02))
    assert not report.holds
    figures = {figure for _, figure in outside(report)}
    assert {"handle time, s", "occupancy"} <= figures
    # what holds for any distribution still does
    assert not [figure for figure in figures if figure.startswith(("PASTA", "Little"))]


def test_an_order_other_than_by_priority_is_found(monkeypatch):
    ranked = tuple(case for case in cases() if len(case.rates) > 1)
    monkeypatch.setattr(room, "cases", lambda: ranked)
    monkeypatch.setattr(room, "NewTask", lambda *, priority, **given: NewTask(priority=9 - priority, **given))
    report = selftest(Plan(seed=3, seeds=12, quick=True))
    assert len([figure for _, figure in outside(report) if figure.startswith("mean wait")]) >= 3


def test_all_intervals_together_have_the_familys_level(monkeypatch):
    few = cases()[:1]
    monkeypatch.setattr(room, "cases", lambda: few)
    report = selftest(Plan(seed=1, seeds=8, quick=True))
    assert len(report.verdicts) == len(few[0].comparisons) + 1
    assert {verdict.measured.level for verdict in report.verdicts} == {1.0 - (1.0 - 0.99) / len(report.verdicts)}
    assert report == selftest(Plan(seed=1, seeds=8, quick=True))


def test_every_law_is_among_the_cases():
    names = [case.name for case in cases()]
    figures = [each.figure for case in cases() for each in case.comparisons]
    for kind in ("M/M/1 ", "M/M/8 ", "M/M/50", "+M", "M/M/8/8", "M/M/5/12", "priorities"):
        assert any(kind in name for name in names), kind
    for law in ("Little", "PASTA", "abandoned", "turned away", "ASA", "service level", "mean wait of priority"):
        assert any(law in figure for figure in figures), law


def test_theory_comes_from_the_formulas():
    by_name = {case.name: case for case in cases()}
    impatient = by_name["M/M/8+M at 110%"]
    model = ErlangA(room.Demand(rate=impatient.rates[0], service=180.0, patience=impatient.patience), 8)
    assert impatient.comparisons[0].theory == model.abandonment
    loss = by_name["M/M/8/8 at 90%"]
    assert loss.comparisons[0].theory == ErlangB(room.Demand(rate=loss.rates[0], service=180.0), 8).blocking


def test_too_few_seeds_are_refused():
    with pytest.raises(ValueError, match="7"):
        selftest(Plan(seed=1, seeds=7))
