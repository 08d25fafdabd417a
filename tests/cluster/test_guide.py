"""The example of docs/scale.md runs, and its arithmetic is right."""

import re
import shlex
from pathlib import Path

from typer.testing import CliRunner

from flexsim.cli.app import app

GUIDE = (Path(__file__).parents[2] / "docs" / "scale.md").read_text(encoding="utf-8")


def test_the_example_runs(cluster, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (example,) = re.findall(r"^```\n(flexsim .*)\n```$", GUIDE, re.MULTILINE)
    arguments = shlex.split(example)[1:]
    arguments[arguments.index("local")] = cluster.address
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.stderr


def test_a_million_agents_are_what_one_process_carries_so_many_times():
    processes = -(-1_000_000 // 19_000)
    assert f"| {processes} processes |" in GUIDE
    assert f"{processes * 0.2:.1f} cores" in GUIDE
    assert f"{processes * 109 / 1000:.1f} GB" in GUIDE
    assert f"{1_000_000 // 2:,} a second" in GUIDE
    assert f"{1_000_000 / 2 * 450 / 1e6:.0f} MB/s" in GUIDE
    assert f"{-(-1_000_000 // 28_000)} addresses" in GUIDE


def test_a_billion_contacts_are_a_day_so_many_times():
    for seconds in (5.3, 2.4):
        assert f"{seconds * 10_000 / 3600:.1f} core hours" in GUIDE
