"""``flexsim init``: answers, flags or proposals become files, and never at the cost of files that are there."""

import json
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments, **options: CliRunner().invoke(app, [*map(str, arguments)], **options)


def test_a_project_without_a_question_can_be_generated_and_simulated(run):
    assert run("init", "bank", "--yes", "--ci", "github", "--topics", "Cards, Loans").exit_code == 0
    assert Path("bank/.github/workflows/contact-centre.yml").is_file()
    assert run("genconfig", "--domaindir", "bank/domain", "--cfgdir", "bank/config").exit_code == 0
    assert run("lint", "bank/config", "--strict").exit_code == 0
    result = run("simulate", "--cfgdir", "bank/config", "--hours", 2, "--seed", 1, "--no-report", "--json")
    assert result.exit_code == 0


def test_as_many_agents_as_erlang_c_asks_for_and_breaks_take(run):
    result = run(
        "init", "bank", "--yes", "--contacts-per-hour", 120, "--aht", 240, "--service-level", "80/20", "--json"
    )
    assert json.loads(result.stdout)["agents"] == 13  # 11 at work for 8 erlangs, and 15 % of paid time


def test_env_is_its_owners_alone(run):
    run("init", "bank", "--yes")
    assert stat.S_IMODE(Path("bank/.env").stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["domain/domain.json", ".env"])
def test_what_is_there_stays_as_it_is_unless_forced(run, name):
    file = Path(name)
    file.parent.mkdir(exist_ok=True)
    file.write_text("mine", encoding="utf-8")
    refused = run("init", "--yes")
    assert (refused.exit_code, file.read_text(encoding="utf-8")) == (2, "mine")
    assert [path for path in Path().rglob("*") if path.is_file()] == [file]
    assert name in refused.stderr
    assert run("init", "--yes", "--force").exit_code == 0
    assert file.read_text(encoding="utf-8") != "mine"


@pytest.mark.parametrize(
    ("flag", "value"),
    [
        ("--hours", "18-8"),
        ("--hours", "always"),
        ("--service-level", "most"),
        ("--service-level", "80/0"),
        ("--topics", " , "),
        ("--brand", " "),
    ],
)
def test_an_answer_that_is_none_is_one_line_and_exit_2(run, flag, value):
    result = run("init", "bank", "--yes", flag, value)
    assert (result.exit_code, result.stderr.count("\n"), Path("bank").exists()) == (2, 1, False)


def test_a_folder_that_cannot_be_written_to_is_one_line_and_exit_2(run):
    Path("file").write_text("", encoding="utf-8")
    result = run("init", "file/bank", "--yes")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)


def test_questions_are_asked_on_a_terminal(run, monkeypatch):
    monkeypatch.setattr("flexsim.cli.init._is_terminal", lambda: True)
    answers = ["Harbour", "de-de", "Karten,Kredite", "60", "300", "9-17", "90/30", "none"]
    result = run("init", "bank", "--ci", "cron", input="\n".join(answers) + "\n")
    assert result.exit_code == 0
    document = json.loads(Path("bank/domain/domain.json").read_text(encoding="utf-8"))
    assert (document["brand"], document["serviceLevel"]) == ("Harbour", {"threshold": 30, "target": 0.9})
    assert "--locale de-de" in Path("bank/crontab.txt").read_text(encoding="utf-8")
