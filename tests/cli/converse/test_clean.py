"""``flexsim converse clean``: old recordings go, others stay."""

import json
import os

from typer.testing import CliRunner

from flexsim.cli.app import app


def clean(*words, out):
    return CliRunner().invoke(app, ["converse", "clean", "--out", str(out), *words])


def age(kept, seconds):
    for each in (kept / "typical-lost-card-s7").iterdir():
        stamp = each.stat().st_mtime - seconds
        os.utime(each, (stamp, stamp))


def test_what_is_new_stays(kept):
    found = clean(out=kept)
    assert (found.exit_code, found.stdout) == (0, "0 conversations removed\n")
    assert (kept / "typical-lost-card-s7").is_dir()


def test_what_is_old_goes_but_not_where_it_is_only_asked(kept):
    age(kept, 8 * 86_400)
    found = clean("--dry-run", out=kept)
    assert "1 conversations would be removed" in found.stdout
    assert (kept / "typical-lost-card-s7").is_dir()
    found = clean("--older-than", "7d", "--json", out=kept)
    assert json.loads(found.stdout) == {"removed": True, "folders": [str(kept / "typical-lost-card-s7")]}
    assert not (kept / "typical-lost-card-s7").exists()


def test_an_age_that_is_none_removes_nothing(kept):
    age(kept, 8 * 86_400)
    found = clean("--older-than", "soon", out=kept)
    assert (found.exit_code, "not an age: soon" in found.stderr) == (2, True)
    assert (kept / "typical-lost-card-s7").is_dir()
