"""``flexsim converse play-labels``: as Audacity reads them."""

import re

from typer.testing import CliRunner

from flexsim.cli.app import app


def labels(*words, out):
    return CliRunner().invoke(app, ["converse", "play-labels", "--out", str(out), *words])


def test_labels_are_printed_with_tabs(recorded):
    found = labels("typical-lost-card-s7", out=recorded)
    assert found.exit_code == 0
    assert all(re.fullmatch(r"\d+\.\d{3}\t\d+\.\d{3}\t.+", line) for line in found.stdout.splitlines())
    assert "\tagent: " in found.stdout
    assert found.stdout.splitlines()[-1].endswith("max_duration")


def test_they_are_written_where_that_is_wanted(recorded, tmp_path):
    found = labels(
        str(recorded / "typical-lost-card-s7"), "--of", "events", "--write", str(tmp_path / "l.txt"), out=recorded
    )
    assert "are in" in found.stdout
    assert (tmp_path / "l.txt").read_text() == "10.000\t10.000\tmax_duration\n"


def test_what_is_not_there_is_told(recorded, tmp_path):
    found = labels("nothing", out=recorded)
    assert (found.exit_code, "no conversation nothing" in found.stderr) == (2, True)
    found = labels("typical-lost-card-s7", "--write", str(tmp_path / "no" / "l.txt"), out=recorded)
    assert (found.exit_code, "cannot write" in found.stderr) == (2, True)
