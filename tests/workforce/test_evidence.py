"""What a run leaves."""

import json

import pytest

from flexsim.errors import ConfigurationError
from flexsim.runs.folder import read_manifest, read_summary
from flexsim.workforce.evidence import Evidence, read_run, run_named
from tests.workforce.making import played


@pytest.fixture
def run(tmp_path):
    session, turns = played(4)
    with Evidence(tmp_path / "runs", session, 1_767_600_000.0) as evidence:
        for turn in turns:
            evidence.add(turn)
        evidence.finish(turns)
    return evidence.path, session, turns


def test_it_is_read_again_as_it_was(run):
    path, session, turns = run
    assert read_run(path) == (session, tuple(turns))
    assert read_manifest(path).command == "workforce"
    assert read_summary(path)["figures"]["turns"] == 4


def test_a_turn_is_on_the_disk_before_the_next_one_begins(tmp_path):
    session, turns = played(2)
    with Evidence(tmp_path, session, 1_767_600_000.0) as evidence:
        evidence.add(turns[0])
        assert read_run(evidence.path) == (session, (turns[0],))


def test_a_last_line_that_a_crash_cut_off_is_left_out(run):
    path, session, turns = run
    log = path / "events.jsonl"
    log.write_text(log.read_text()[:-40])
    assert read_run(path) == (session, tuple(turns[:-1]))


def test_a_run_is_found_by_its_path_and_by_its_name(run, monkeypatch):
    path, *_ = run
    monkeypatch.chdir(path.parents[1])
    assert run_named(path.name).samefile(path)
    assert run_named(str(path)) == path
    assert run_named("nothing") is None


def test_what_is_no_run_is_told(run, tmp_path):
    path, *_ = run
    with pytest.raises(ConfigurationError, match=r"session\.json"):
        read_run(tmp_path)
    lines = (path / "events.jsonl").read_text().splitlines()
    (path / "events.jsonl").write_text(f"{lines[0]}\n{json.dumps({'number': 2})}\n")
    with pytest.raises(ConfigurationError, match=r"line 2 of .*events\.jsonl is not a turn"):
        read_run(path)
