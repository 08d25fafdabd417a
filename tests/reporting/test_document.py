"""The document holds what happened: the summary's figures, intervals that add up, and the worst contacts."""

import json

import pytest

from flexsim.errors import ConfigurationError
from flexsim.measure.intervals import mean_interval
from flexsim.measure.service_level import Formula
from flexsim.reporting.document import FORMAT, Wishes, choices, fold_run, report_document
from flexsim.reporting.run import open_run
from tests.measure.conftest import START, Centre
from tests.measure.test_report import a_wild_day

from .conftest import busy_centre, leave, replicate


def documented(path, **wishes):
    run, asked = open_run(path), Wishes(**wishes)
    return report_document(run, fold_run(run, asked), asked)


def test_the_figures_are_those_of_the_summary(monday):
    document, summary = documented(monday), json.loads((monday / "summary.json").read_text())
    assert document["format"] == FORMAT
    for name in ("tasks", "agents", "agents_busy", "occupancy", "events"):
        assert document[name] == summary[name]
    assert {key: document["total"][key] for key in summary["total"]} == summary["total"]
    assert {name: {key: each[key] for key in summary["queues"][name]} for name, each in document["queues"].items()} == (
        summary["queues"]
    )


def test_the_document_is_json(monday):
    document = documented(monday)
    assert json.loads(json.dumps(document, allow_nan=False))["total"] == document["total"]


@pytest.mark.parametrize("seed", range(3))
def test_each_interval_table_adds_up_to_the_whole(root, seed):
    centre, now = a_wild_day(seed)
    document = documented(leave(root, "wild", centre, now=now))
    for width, table in document["intervals"]["tables"].items():
        for rows, figures in [(table["total"], document["total"])] + [
            (rows, document["queues"][name]) for name, rows in table["queues"].items()
        ]:
            for name in ("offered", "answered", "handled", "abandoned", "lost", "removed"):
                assert sum(row[name] for row in rows) == figures[name], (width, name)
            starts = [row["start"] for row in rows]
            assert starts == list(range(starts[0], starts[-1] + 1, width))
    counted = document["charts"]["contacts"][""]
    assert sum(counted["offered"]) == document["total"]["offered"]
    assert sum(document["charts"]["completed"]) == document["total"]["handled"]
    assert sum(bar[0] for bar in document["charts"]["waits"]["bars"]) == document["total"]["answered"]
    assert sum(bar[0] for bar in document["charts"]["handling"]["bars"]) == document["total"]["handled"]


@pytest.mark.parametrize("seed", range(3))
def test_each_agent_is_in_one_place_at_each_moment(root, seed):
    centre, now = a_wild_day(seed)
    charts = documented(leave(root, "wild", centre, now=now))["charts"]
    sums = [sum(each) for each in zip(*charts["agents"].values(), strict=True)]
    assert sums == pytest.approx([4.0] * len(charts["times"]), abs=0.01)


def test_intervals_begin_on_the_runs_own_clocks(monday):
    tables = documented(monday)["intervals"]["tables"]  # 5:30 ahead of UTC
    assert tables[3600]["total"][0]["start"] % 3600 == 1800
    assert tables[900]["total"][0]["start"] % 900 == 0


def test_the_interval_is_the_one_that_was_asked_for(monday):
    assert documented(monday, interval=1800)["intervals"]["width"] == 1800
    assert documented(monday)["intervals"]["width"] == 60  # a run of five minutes


def test_the_choice_of_intervals_follows_the_runs_length():
    assert choices(0, 600, 60) == (60, 300, 900, 1800, 3600)
    assert choices(0, 12 * 3600, 60) == (300, 900, 1800, 3600)
    assert choices(0, 30 * 86_400, 900) == (900, 1800, 3600)


def test_an_interval_too_fine_for_the_run_is_refused(root):
    centre = Centre()
    for hour in range(0, 24 * 60, 1):
        centre.end(hour * 3600 + 5, centre.arrive(hour * 3600), "canceled", "hung up")
    for minute in range(3000):
        at = 24 * 60 * 3600 + minute * 60
        centre.end(at + 5, centre.arrive(at), "canceled", "hung up")
    path = leave(root, "long", centre, now=START + 70 * 86_400)
    with pytest.raises(
        ConfigurationError, match="an interval of 1 min is too fine for a run of 70 days; ask for 15 min"
    ):
        documented(path, interval=60)
    assert documented(path)["intervals"]["width"] == 3600


def test_the_worst_contacts_have_their_stories(monday):
    worst = documented(monday)["worst"]
    assert [each["figure"] for each in worst["longest_waits"]] == [80.0, 71.0, 30.0, 10.0, 5.0, 2.0]
    first = worst["longest_waits"][1]
    assert (first["state"], first["worker"], first["queue"]) == ("assigned", "Ann", 'The "best"')
    assert [each["figure"] for each in worst["most_refused"]] == [1]
    assert worst["most_moved"] == []


def test_another_threshold_may_be_asked_for(monday):
    assert documented(monday, threshold=100.0)["total"]["service_level"] == 1.0
    assert documented(monday)["total"]["service_level"] == 0.5


@pytest.mark.parametrize("formula", Formula)
def test_the_formula_that_is_asked_for_is_used_everywhere(monday, formula):
    document = documented(monday, formula=formula)
    level = document["total"]["service_level"]
    assert document["service_level"]["all"][formula.value]["share"] == level
    assert document["service_level"]["formula"] == formula.value
    table = document["intervals"]["tables"][3600]
    assert table["total"][0]["service_level"] == level  # one hour holds it all


def test_an_empty_log_is_named(root):
    path = leave(root, "monday", busy_centre())
    (path / "events.jsonl").write_text("")
    with pytest.raises(ConfigurationError, match=r"nothing has happened in .*monday"):
        documented(path)


def test_a_run_without_contacts_has_a_report(root):
    document = documented(leave(root, "quiet", Centre()))
    assert (document["total"]["offered"], document["charts"]["waits"]["bars"]) == (0, [])


def test_replications_give_means_with_intervals(root):
    path = leave(root, "monday", busy_centre())
    replicate(path, [{"asa": value, "answered_in_time": 1} for value in (9.0, 10.0, 11.0)], [1, 2, 3])
    document = documented(path)
    expected = mean_interval([9.0, 10.0, 11.0])
    asa = document["replications"]["figures"]["asa"]
    assert (asa["mean"], asa["half_width"], asa["count"]) == (expected.mean, expected.half_width, 3)
    assert document["replications"]["figures"]["service_level"]["mean"] == pytest.approx(1 / 4)
    assert document["replications"]["count"] == 3


def test_replications_cannot_tell_who_gave_up_at_once(root):
    path = replicate(leave(root, "monday", busy_centre()), [{}, {}], [1, 2])
    with pytest.raises(ConfigurationError, match="needs each contact's wait"):
        documented(path, formula=Formula.SHORT_ABANDONED_EXCLUDED)


def test_a_replication_without_a_figure_is_a_fault_of_the_file(root):
    path = replicate(leave(root, "monday", busy_centre()), [{}, {}], [1, 2])
    lines = [json.loads(line) for line in (path / "replications.jsonl").read_text().splitlines()]
    del lines[1]["summary"]["occupancy"]
    (path / "replications.jsonl").write_text("\n".join(map(json.dumps, lines)))
    with pytest.raises(ConfigurationError, match="does not hold the figure occupancy"):
        documented(path)
