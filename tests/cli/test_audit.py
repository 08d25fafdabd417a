"""``flexsim audit``: 0 for a run that can have happened, 1 and the laws for one that cannot, 2 for none."""

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
from junitparser import JUnitXml
from typer.testing import CliRunner

from flexsim.cli.app import app
from flexsim.measure.audit.laws import LAWS
from flexsim.runs.folder import Manifest, begin_run
from tests.measure.audit.runs import THRESHOLD, story

runner = CliRunner()
GUIDE = Path(__file__).parent.parent.parent / "docs" / "audit.md"


@pytest.fixture(scope="module")
def demo_run(tmp_path_factory):
    """The folder of a real run of the whole centre."""
    out = tmp_path_factory.mktemp("runs")
    result = runner.invoke(
        app, ["--quiet", "demo", "--duration", "5", "--speed", "40", "--seed", "5", "--out", str(out)]
    )
    assert result.exit_code == 0, result.stderr
    return next(out.iterdir())


@pytest.fixture
def folder(tmp_path):
    """The folder of a small run that is the same every time."""
    run = story()
    manifest = Manifest(
        command="demo", seed=1, speed=1.0, started=run.now, configuration="", threshold=THRESHOLD, versions={}
    )
    with begin_run(tmp_path, manifest) as writer:
        writer.write(run.lines)
        writer.finish(run.summary())
    return writer.path


def test_a_real_run_of_the_demo_obeys_every_law(demo_run):
    result = runner.invoke(app, ["audit", str(demo_run)])
    assert result.exit_code == 0, result.stdout
    assert re.fullmatch(r"\d{3,} events: 20 laws hold; 0 tasks are open at the end\n", result.stdout)
    assert result.stderr == ""


def test_every_line_that_is_lost_from_a_real_run_is_missed(demo_run, tmp_path):
    lines = (demo_run / "events.jsonl").read_text().splitlines(keepends=True)
    for lost in (0, 1, len(lines) // 3, len(lines) // 2, len(lines) - 1):
        spoilt = shutil.copytree(demo_run, tmp_path / f"without_{lost}")
        (spoilt / "events.jsonl").write_text("".join(lines[:lost] + lines[lost + 1 :]))
        result = runner.invoke(app, ["audit", str(spoilt)])
        # The last event is not missed where nothing was to follow, but for what it left open.
        assert result.exit_code == (1 if lost < len(lines) - 1 else result.exit_code)
        assert lost == len(lines) - 1 or "sequence: " in result.stdout


def test_a_run_that_cannot_have_happened_exits_1_and_names_the_laws(folder):
    log = folder / "events.jsonl"
    log.write_text(log.read_text().replace('"seconds":10.500', '"seconds":99.000'))
    result = runner.invoke(app, ["audit", str(folder)])
    assert result.exit_code == 1
    assert (
        "seconds: worker WK0634fbf3ecf31e273ad6075694ef6dde was in Break 10.500 s, not 99.000 (event 49 at"
        in result.stdout
    )
    assert result.stderr == f"flexsim: {folder}: 2 violations of seconds, agent-time\n"


def test_json_is_all_there_is_on_stdout(folder):
    result = runner.invoke(app, ["audit", str(folder), "--json"])
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert (document["run"], document["passed"], document["events"]) == (str(folder), True, 92)
    (folder / "events.jsonl").write_text("?\n")
    document = json.loads(runner.invoke(app, ["audit", str(folder), "--json"]).stdout)
    assert [each["law"] for each in document["violations"]] == ["lines", "lines", "figures"]


def test_junit_holds_a_test_case_for_each_law(folder, tmp_path):
    file = tmp_path / "audit.xml"
    assert runner.invoke(app, ["audit", str(folder), "--junit", str(file)]).exit_code == 0
    (suite,) = JUnitXml.fromfile(str(file))
    assert (suite.tests, suite.failures, suite.skipped) == (len(LAWS), 0, 1)
    (folder / "summary.json").unlink()
    assert runner.invoke(app, ["audit", str(folder), "--junit", str(file)]).exit_code == 1
    (suite,) = JUnitXml.fromfile(str(file))
    assert suite.failures == 1


@pytest.mark.parametrize(
    ("lacking", "words"),
    [
        (None, "no such run: {run} is not a folder; a run's folder is made by: flexsim demo"),
        ("manifest.json", "cannot read {run}/manifest.json: No such file or directory; is {run} a run's folder?"),
        ("events.jsonl", "cannot read {run}/events.jsonl: No such file or directory"),
    ],
)
def test_what_is_no_run_exits_2_with_one_line(lacking, words, folder):
    if lacking is None:
        shutil.rmtree(folder)
    else:
        (folder / lacking).unlink()
    result = runner.invoke(app, ["audit", str(folder)])
    assert result.exit_code == 2
    assert result.stderr == f"flexsim: {words.format(run=folder)}\n"


def test_a_junit_file_that_cannot_be_written_exits_2(folder, tmp_path):
    result = runner.invoke(app, ["audit", str(folder), "--junit", str(tmp_path / "nowhere" / "audit.xml")])
    assert result.exit_code == 2
    assert "cannot write" in result.stderr


# The guide.


def test_the_guide_tells_every_law_in_its_own_words():
    rows = re.findall(r"^\| `([a-z-]+)` \| (.+?) \|$", GUIDE.read_text(), re.MULTILINE)
    assert rows == [(law.name, law.sentence) for law in LAWS]


def test_the_guides_commands_do_what_it_says(demo_run, tmp_path, monkeypatch):
    commands = re.findall(r"^    (flexsim .+)$", GUIDE.read_text(), re.MULTILINE)
    assert len(commands) >= 3
    monkeypatch.chdir(tmp_path)
    shutil.copytree(demo_run, Path("runs") / "2026-01-05_080000_demo")
    for command in commands:
        program, name, *rest = shlex.split(command)
        if name == "audit":
            result = runner.invoke(app, [name, *rest])
            assert (program, result.exit_code) == ("flexsim", 0), result.stdout


def test_the_guides_example_of_a_violation_is_what_is_printed(tmp_path, folder):
    text = GUIDE.read_text()
    log = folder / "events.jsonl"
    lines = log.read_text().splitlines(keepends=True)
    lines[26] = lines[26].replace("reservation.rescinded", "reservation.accepted")
    log.write_text("".join(lines))
    printed = runner.invoke(app, ["audit", str(folder)]).stdout.splitlines()
    shown = re.findall(r"^    (agreement: .+)$", text, re.MULTILINE)
    assert shown
    assert [line for line in shown if line not in printed] == []
