"""The examples of the guides run as they stand."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app

from .conftest import busy_centre, configured, leave

DOCS = Path(__file__).parents[2] / "docs"
GUIDES = ("report", "export", "compare")


def examples(guide):
    return re.findall(r"^    (flexsim .*)$", (DOCS / f"{guide}.md").read_text(), re.MULTILINE)


@pytest.mark.parametrize("example", [each for guide in GUIDES for each in examples(guide)])
def test_the_example_runs(example, root, monkeypatch):
    for name in ("monday", "tuesday"):
        leave(root, name, busy_centre(), configuration=configured())
    monkeypatch.setattr("webbrowser.open", lambda _: True)
    found = CliRunner().invoke(app, shlex.split(example, comments=True)[1:])
    assert found.exit_code == 0, found.output


def test_each_guide_has_examples():
    assert all(len(examples(guide)) >= 3 for guide in GUIDES)


def test_links_between_the_guides_lead_somewhere():
    for guide in (*GUIDES, "figures"):
        for target, anchor in re.findall(r"\]\(([^)#]+\.md)(#[^)]*)?\)", (DOCS / f"{guide}.md").read_text()):
            text = (DOCS / target).read_text()
            assert not anchor or f"## {anchor[1:].replace('-', ' ')}" in text.lower()
