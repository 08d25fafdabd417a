"""The files of a configuration."""

import json

import pytest

from flexsim.configuration.files import difference, read_configuration, render, write_configuration
from flexsim.configuration.generate import generate
from flexsim.domain.loading import defaults_folder, load_domain, locales
from flexsim.errors import ConfigurationError, DomainError
from flexsim.randomness import Randomness

NAMES = ["metadata.json", "queues.json", "workers.json", "workflow.json"]


def contents(folder):
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(folder.iterdir())}


def test_the_configuration_in_the_repository_is_what_the_defaults_give(configuration):
    """If not: flexsim genconfig"""
    assert difference(configuration, defaults_folder("config")) == ""


@pytest.mark.parametrize("locale", locales())
def test_what_is_written_is_read_back(tmp_path, locale):
    configuration = generate(load_domain(None, locale), Randomness(9), 3)
    files = write_configuration(configuration, tmp_path / "new" / "folder")
    assert sorted(file.name for file in files) == NAMES
    assert read_configuration(tmp_path / "new" / "folder") == configuration


def test_the_same_configuration_gives_the_same_bytes(domain, configuration):
    assert render(generate(domain, Randomness(1))) == render(configuration)


def test_the_metadata_are_a_domain_that_says_what_the_files_were_made_from(tmp_path, configuration):
    write_configuration(configuration, tmp_path)
    metadata = json.loads((tmp_path / "metadata.json").read_text(encoding="utf-8"))
    assert metadata["flexsim"] == {"locale": "en-us", "seed": 1}
    assert load_domain(tmp_path / "metadata.json") == configuration.domain


def test_text_is_written_as_it_is_read(tmp_path):
    write_configuration(generate(load_domain(None, "de-de"), Randomness(1)), tmp_path)
    assert "Bestellung ändern" in (tmp_path / "metadata.json").read_text(encoding="utf-8")


def test_only_the_four_files_are_left_behind_and_others_stay(tmp_path, configuration):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    write_configuration(configuration, tmp_path)
    assert sorted(contents(tmp_path)) == sorted([*NAMES, "notes.txt"])


def test_a_failure_half_way_puts_the_old_set_back(tmp_path, domain, configuration):
    write_configuration(configuration, tmp_path)
    (tmp_path / "workflow.json").unlink()
    (tmp_path / "workflow.json").mkdir()
    (tmp_path / "workflow.json" / "in the way").touch()
    before = {name: (tmp_path / name).read_text(encoding="utf-8") for name in NAMES if name != "workflow.json"}
    with pytest.raises(ConfigurationError, match="cannot write the configuration to"):
        write_configuration(generate(domain, Randomness(2)), tmp_path)
    assert {name: (tmp_path / name).read_text(encoding="utf-8") for name in before} == before
    assert sorted(file.name for file in tmp_path.iterdir()) == NAMES


def test_a_folder_that_cannot_be_made_is_named(tmp_path, configuration):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match=r"cannot write the configuration to .*file/config"):
        write_configuration(configuration, tmp_path / "file" / "config")


def test_where_there_is_no_configuration_the_message_says_how_to_make_one(tmp_path):
    with pytest.raises(
        ConfigurationError, match=r"no configuration in .*nowhere; make one: flexsim genconfig --cfgdir .*nowhere"
    ):
        read_configuration(tmp_path / "nowhere")


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_file_is_named(tmp_path, configuration, name):
    write_configuration(configuration, tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(ConfigurationError, match=rf"\(it lacks {name}\)"):
        read_configuration(tmp_path)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_is_not_json_is_named(tmp_path, configuration, name):
    write_configuration(configuration, tmp_path)
    (tmp_path / name).write_text("{", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=rf"{name} is not JSON"):
        read_configuration(tmp_path)


@pytest.mark.parametrize(
    ("name", "change", "problem"),
    [
        ("workers.json", lambda document: document[1].pop("attributes"), r"\$\[1\]: lacks 'attributes'"),
        (
            "workers.json",
            lambda document: document[0]["channelCaps"][0].update(capacity="1"),
            r"\$\[0\]\.channelCaps\[0\]\.capacity: '1' is not a whole number",
        ),
        (
            "queues.json",
            lambda document: document[2].update(targetWorkers=None),
            r"\$\[2\]\.targetWorkers: None is not a text",
        ),
        (
            "workflow.json",
            lambda document: document.update(taskReservationTimeout=0),
            r"\$\.taskReservationTimeout: 0 is less than 1",
        ),
        (
            "metadata.json",
            lambda document: document.update(agentCnt="many"),
            r"\$\.agentCnt: 'many' is not a whole number",
        ),
    ],
)
def test_a_file_that_is_not_what_genconfig_writes_is_named_with_what_is_wrong(
    tmp_path, configuration, name, change, problem
):
    write_configuration(configuration, tmp_path)
    document = json.loads((tmp_path / name).read_text(encoding="utf-8"))
    change(document)
    (tmp_path / name).write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=rf"(?s){name} is not .*{problem}"):
        read_configuration(tmp_path)


def test_a_domain_gone_wrong_is_a_domain_error(tmp_path, configuration):
    write_configuration(configuration, tmp_path)
    (tmp_path / "metadata.json").write_text("{}", encoding="utf-8")
    with pytest.raises(DomainError):
        read_configuration(tmp_path)


def test_a_workflow_that_does_not_say_has_twilios_reservation_timeout(tmp_path, configuration):
    write_configuration(configuration, tmp_path)
    document = json.loads((tmp_path / "workflow.json").read_text(encoding="utf-8"))
    del document["taskReservationTimeout"]
    (tmp_path / "workflow.json").write_text(json.dumps(document), encoding="utf-8")
    assert read_configuration(tmp_path).workflow.reservation_timeout == 120


def test_the_difference_is_a_unified_diff_of_what_would_change(tmp_path, configuration):
    write_configuration(configuration, tmp_path)
    assert difference(configuration, tmp_path) == ""
    text = (tmp_path / "queues.json").read_text(encoding="utf-8")
    (tmp_path / "queues.json").write_text(text.replace("Sales", "Selling"), encoding="utf-8")
    shown = difference(configuration, tmp_path).splitlines()
    assert shown[:2] == [f"--- {tmp_path / 'queues.json'}", f"+++ {tmp_path / 'queues.json'} (generated)"]
    assert '-    "friendlyName": "Selling",' in shown
    assert '+    "friendlyName": "Sales",' in shown


def test_a_missing_file_is_all_new_in_the_difference(tmp_path, configuration):
    assert difference(configuration, tmp_path).count("\n+") > 500
