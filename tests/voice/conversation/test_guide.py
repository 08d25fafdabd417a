"""docs/converse.md: what it shows is what happens, and what it lists is what there is."""

import json
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app
from flexsim.voice.conversation.happenings import Called, Connected, Ended, Informed, Said, SpeechBegan
from flexsim.voice.conversation.records import EndReason

TEXT = (Path(__file__).parents[3] / "docs" / "converse.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


def commands():
    lines = [line for block in blocks("console") for line in block.splitlines()]
    return [shlex.split(line.removeprefix("$ ")) for line in lines]


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """Everything that the guide shows, but what serves until it is stopped; done once, in its order."""
    folder = tmp_path_factory.mktemp("guide")
    (suite,) = blocks("yaml")
    (folder / "nightly.yaml").write_text(suite)
    shown = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for _, *words in commands():
            if "serve" not in words:
                found = CliRunner().invoke(app, words)
                assert found.exit_code == 0, f"{words}: {found.output}"
                shown[" ".join(words)] = found.stdout
    return folder, shown


def test_every_command_shown_runs(done):
    _, shown = done
    assert len(shown) == len(commands()) - 1


def test_a_recording_holds_the_files_that_are_listed(done):
    folder, _ = done
    listed = set(re.findall(r"`(\w+\.(?:wav|json|txt))`", TEXT.split("## Many")[0]))
    found = {each.name for each in (folder / "agent_conversations" / "typical-lost-card-s7").iterdir()}
    assert found == listed


def test_a_batch_leaves_what_is_said(done):
    folder, _ = done
    first, second = sorted((folder / "runs").iterdir())
    assert re.fullmatch(r"[0-9_-]+_converse-nightly(_2)?", second.name)
    counts = [json.loads((each / "summary.json").read_text())["conversations"] for each in (first, second)]
    assert sorted(counts) == [4, 5]


def test_the_program_runs_as_it_is(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (program,) = blocks("python")
    exec(compile(program, "docs/converse.md", "exec"), {})
    assert "agent_conversations/hurried-balance-s7" in capsys.readouterr().out


def test_every_end_is_explained():
    told = TEXT.split("How it ended:")[1].split("```")[0]
    assert set(re.findall(r"`(\w+)`", told)) == {each.value for each in EndReason}


def test_every_message_of_the_server_is_named():
    told = TEXT.split("Messages are")[1].split("\n\n")[0]
    kinds = {each.name for each in (Connected, SpeechBegan, Said, Called, Informed, Ended)}
    assert kinds | {"over"} <= set(re.findall(r"`(\w+)`", told))
