"""``flexsim genconfig`` from a user's folder."""

import json

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app
from flexsim.domain.loading import defaults_folder
from flexsim.domain.schema import schema_text

EXAMPLE = defaults_folder("domain") / "examples" / "harbour-bank"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty working folder, and no seed from the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RANDOM_SEED", raising=False)
    return tmp_path


def genconfig(*arguments):
    return CliRunner().invoke(app, ["genconfig", *map(str, arguments)])


def read(folder, name, cfgdir="config"):
    return json.loads((folder / cfgdir / name).read_text(encoding="utf-8"))


def test_without_a_description_the_defaults_are_written(folder):
    done = genconfig()
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "Tidewater: 20 agents, queues Sales, Service, Support",
        "wrote workers.json, queues.json, workflow.json, metadata.json to config (seed 1)",
    ]
    assert (folder / "config" / "workers.json").read_bytes() == (
        defaults_folder("config") / "workers.json"
    ).read_bytes()


def test_the_domain_in_the_working_folder_is_found(folder):
    (folder / "domain").mkdir()
    (folder / "domain" / "domain.json").write_text('{"brand": "Mine"}', encoding="utf-8")
    genconfig()
    assert read(folder, "workflow.json")["friendlyName"] == "Mine Workflow"


def test_all_options_together(folder):
    done = genconfig(
        "--domaindir", EXAMPLE, "--cfgdir", "out", "--locale", "fr-fr", "--seed", 5, "--agents", 7, "--json"
    )
    assert done.exit_code == 0
    summary = json.loads(done.stdout)
    assert (summary["brand"], summary["locale"], summary["seed"], summary["agents"]) == ("Harbour Bank", "fr-fr", 5, 7)
    assert len(read(folder, "workers.json", "out")) == 7
    assert read(folder, "metadata.json", "out")["flexsim"] == {"locale": "fr-fr", "seed": 5}


def test_the_seed_may_come_from_the_environment_and_the_flag_wins(folder, monkeypatch):
    monkeypatch.setenv("RANDOM_SEED", "77")
    genconfig()
    assert read(folder, "metadata.json")["flexsim"]["seed"] == 77
    genconfig("--seed", 0)
    assert read(folder, "metadata.json")["flexsim"]["seed"] == 0


def test_check_says_so_when_all_is_up_to_date(folder):
    genconfig()
    done = genconfig("--check")
    assert (done.exit_code, done.stdout) == (0, "the configuration in config is up to date\n")


def test_check_shows_a_diff_writes_nothing_and_exits_1(folder):
    genconfig()
    before = (folder / "config" / "workers.json").read_bytes()
    done = genconfig("--check", "--agents", 19)
    assert done.exit_code == 1
    assert "--- config/workers.json\n+++ config/workers.json (generated)\n" in done.stdout
    assert '-    "friendlyName": "Agent_019",' in done.stdout
    assert "flexsim: the configuration in config is out of date" in done.stderr
    assert (folder / "config" / "workers.json").read_bytes() == before


def test_check_without_files_writes_none(folder):
    done = genconfig("--check", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["upToDate"] is False
    assert not (folder / "config").exists()


def test_the_schema_is_printed_as_published(folder):
    done = genconfig("--schema")
    assert (done.exit_code, done.stdout) == (0, schema_text())
    assert not (folder / "config").exists()


def test_every_fault_of_a_description_is_shown_and_nothing_is_written(folder):
    (folder / "domain.json").write_text(
        '{"agentCnt": 0, "brnad": "x", "dimensions": {"talkTime": {"min": 9, "max": 1}}}', encoding="utf-8"
    )
    done = genconfig("--domaindir", ".")
    assert done.exit_code == 2
    assert done.stderr.splitlines() == [
        "flexsim: domain.json is not a valid domain description:",
        "  $.agentCnt: 0 is less than 1",
        "  $.brnad: unknown property 'brnad'; did you mean 'brand'?",
        "  $.dimensions.talkTime: min 9 is greater than max 1",
    ]
    assert not (folder / "config").exists()


def test_a_folder_without_a_description_is_noted_and_one_that_is_not_there_refused(folder):
    (folder / "empty").mkdir()
    done = genconfig("--domaindir", "empty")
    assert (done.exit_code, done.stderr) == (0, "no domain.json in empty: only the defaults are used\n")
    done = genconfig("--domaindir", "nowhere")
    assert done.exit_code == 2
    assert "no such folder: nowhere" in done.stderr


def test_an_unknown_locale_lists_those_there_are():
    done = genconfig("--locale", "it-it")
    assert done.exit_code == 2
    assert "no such locale: 'it-it'; there are 'de-de', 'en-us', 'es-es', 'fr-fr'" in done.stderr


def test_no_agents_is_a_usage_error():
    assert genconfig("--agents", 0).exit_code == 2


def test_an_example_that_comes_with_flexsim_can_be_named():
    done = genconfig("--domaindir", "harbour-bank")
    assert done.exit_code == 0, done.stderr
    assert "Harbour Bank" in done.stdout


def test_a_folder_of_that_name_beats_the_example(folder):
    (folder / "harbour-bank").mkdir()
    (folder / "harbour-bank" / "domain.json").write_text('{"brand": "Mine"}')
    assert "Mine" in genconfig("--domaindir", "harbour-bank").stdout


def test_a_folder_that_is_not_there_is_answered_with_the_examples():
    done = genconfig("--domaindir", "harbor")
    assert done.exit_code == 2
    assert "no such folder: harbor" in done.stderr
    assert "harbour-bank" in done.stderr
