"""A shell in a folder with a few recorded conversations."""

import shlex

from typer.testing import CliRunner

from flexsim.cli.app import app
from tests.voice.scores.studio import Studio, lost_card


def short(caller, seed, *, reached, answers=0.6):
    studio = (
        Studio(6.0).say("agent", 0.5, 1.0, "How can I help you?").say("caller", 1.5 + answers, 1.0, "My card is lost.")
    )
    goal = {"reached": reached, "criteria": [{"criterion": "card replaced", "met": reached, "why": ""}]}
    return studio.know(caller={"name": caller}, seed=seed, goal=goal, duration=6.0)


def shell_in(tmp_path, monkeypatch):
    """What runs ``flexsim converse`` followed by words, in that folder."""
    monkeypatch.chdir(tmp_path)
    lost_card().leave(tmp_path / "agent_conversations")
    for seed in range(3):
        short("elderly", seed, reached=seed > 0, answers=1.1).leave(
            tmp_path / "agent_conversations", f"elderly-lost-card-s{seed}"
        )
    for run, answers in (("monday", 0.5), ("tuesday", 0.9)):
        folder = tmp_path / "runs" / run
        for seed in range(2):
            short("typical", seed, reached=True, answers=answers).leave(folder / "conversations", f"typical-s{seed}")
        (folder / "manifest.json").write_text("{}")

    def run(line):
        return CliRunner().invoke(app, ["converse", *shlex.split(line)])

    return run
