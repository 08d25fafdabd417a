"""A run is found by its folder or its name, and tells its time zone and where its figures end."""

import json

import pytest

from flexsim.errors import ConfigurationError
from flexsim.reporting.run import open_run
from tests.measure.conftest import START

from .conftest import busy_centre, configured, leave, replicate


def test_a_run_is_found_by_path_and_by_name(monday, root):
    assert open_run(monday).path == monday
    found = open_run(root.__class__("monday"))
    assert found.path.resolve() == monday.resolve()
    assert found.name == "monday"


@pytest.mark.parametrize("name", ["tuesday", "runs/tuesday", "/nowhere/at/all"])
def test_a_run_that_is_not_there_is_named(root, name):
    with pytest.raises(ConfigurationError, match=f"no such run: {name}"):
        open_run(root.__class__(name))


def test_a_folder_that_is_no_run_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match=r"cannot read .*manifest\.json.*is .* a run's folder"):
        open_run(tmp_path)


@pytest.mark.parametrize(
    ("changes", "zone", "told"),
    [
        ({"arrivals": {"timezone": "Asia/Kolkata"}, "agents": {"timezone": "Europe/Berlin"}}, "Asia/Kolkata", True),
        ({"agents": {"timezone": "Europe/Berlin"}}, "Europe/Berlin", True),
        ({"arrivals": {"timezone": "Mars/Olympus"}}, "UTC", False),
        ({"arrivals": {"timezone": "../../etc/passwd"}}, "UTC", False),
        ({"arrivals": 5}, "UTC", False),
        ({}, "UTC", False),
    ],
)
def test_times_are_in_the_zone_of_the_configuration(root, changes, zone, told):
    run = open_run(leave(root, "monday", busy_centre(), configuration=configured(**changes)))
    assert (run.zone.key, run.zone_is_told) == (zone, told)
    assert run.offset(START) == {"Asia/Kolkata": 19_800, "Europe/Berlin": 3600, "UTC": 0}[zone]


def test_the_target_is_the_configurations(root):
    path = leave(root, "monday", busy_centre(), configuration=configured(serviceLevel={"threshold": 20, "target": 0.9}))
    assert open_run(path).target == 0.9
    assert open_run(leave(root, "bare", busy_centre())).target == 0.8


def test_lines_end_at_closing_time(root):
    centre = busy_centre()
    path = leave(root, "monday", centre)
    events = len(centre.log)
    with (path / "events.jsonl").open("a") as log:
        log.write(centre.log[-1])
    run = open_run(path)
    assert len(list(run.counted_lines())) == events
    assert len(list(run.lines())) == events + 1


def test_all_lines_count_where_there_was_no_closing_time(root):
    centre = busy_centre()
    run = open_run(leave(root, "monday", centre, finished=False))
    assert (run.summary, len(list(run.counted_lines()))) == ({}, len(centre.log))


def test_a_replicated_runs_log_ends_where_replication_0_does(root):
    path = leave(root, "monday", busy_centre())
    replicate(path, [{}, {}], [1, 2])
    summary = json.loads((path / "summary.json").read_text())
    (path / "summary.json").write_text(json.dumps(summary | {"events": 3}))
    assert len(list(open_run(path).counted_lines())) == summary["events"]


def test_progress_adds_up_to_the_size(monday):
    run, told = open_run(monday), []
    list(run.lines(told.append))
    assert sum(told) == run.size > 0


@pytest.mark.parametrize(("key", "value"), [("threshold", "x"), ("started", None), ("versions", [])])
def test_a_manifest_that_is_not_ours_is_named(monday, key, value):
    document = json.loads((monday / "manifest.json").read_text())
    (monday / "manifest.json").write_text(json.dumps(document | {key: value}))
    with pytest.raises(ConfigurationError, match=f"manifest.json: {key} is not"):
        open_run(monday)
