"""``flexsim converse list``: which conversations there are."""

import json

from typer.testing import CliRunner

from flexsim.cli.app import app


def listed(*words, out):
    return CliRunner().invoke(app, ["converse", "list", "--out", str(out), *words])


def test_a_conversation_is_listed_with_how_it_ended(recorded):
    found = listed(out=recorded)
    assert found.exit_code == 0
    assert "typical-lost-card-s7" in found.stdout
    assert "max duration" in found.stdout


def test_as_json_with_all_that_is_known(recorded):
    (found,) = json.loads(listed("--json", out=recorded).stdout)
    assert (found["caller"], found["agent"], found["duration"], found["finished"]) == ("typical", "banking", 10.0, True)


def test_only_those_that_were_asked_for(recorded):
    assert json.loads(listed("--caller", "elderly", "--json", out=recorded).stdout) == []
    assert len(json.loads(listed("--caller", "typical", "--scenario", "lost-card", "--json", out=recorded).stdout)) == 1


def test_where_there_are_none_it_says_what_to_do(tmp_path):
    found = listed(out=tmp_path / "nowhere")
    assert found.exit_code == 0
    assert "flexsim converse run records one" in found.stdout
