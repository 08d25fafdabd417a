"""docs/routing-checks.md and docs/routing.yaml: what they show is what happens."""

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app
from flexsim.configuration.files import read_configuration
from flexsim.routecheck.cases import read_suite
from flexsim.routecheck.findings import KINDS
from flexsim.routecheck.running import run_suite

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "routing-checks.md"
TEXT = GUIDE.read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


def edit(folder, change):
    file = folder / "workflow.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    change(document["configuration"]["task_routing"]["filters"])
    file.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def broken(filters):
    filters[0]["expression"] = "topic == 'Salse'"
    everything = {
        "filter_friendly_name": "Everything",
        "expression": "topic != null",
        "targets": [{"queue": "Support"}],
    }
    filters.insert(2, everything)


def with_orders(filters):
    orders = {
        "filter_friendly_name": "Orders",
        "expression": "intent == 'Place an order'",
        "targets": [
            {"queue": "Sales", "expression": "worker.routing.skills HAS 'Support'", "timeout": 20},
            {"queue": "Sales", "timeout": 100, "priority": 5},
        ],
    }
    filters.insert(0, orders)


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """The folder that the guide is about: its files, and the three configurations it speaks of."""
    for name, change in (("config", None), ("broken", broken), ("new-config", with_orders)):
        shutil.copytree(ROOT / "config", tmp_path / name)
        if change:
            edit(tmp_path / name, change)
    passing, failing = blocks("yaml")
    (tmp_path / "routing.yaml").write_text(passing, encoding="utf-8")
    (tmp_path / "failing.yaml").write_text(failing, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("block", blocks("console"), ids=lambda block: block.splitlines()[0])
def test_every_command_says_what_the_guide_says(shop, block):
    command, _, expected = block.partition("\n")
    result = CliRunner().invoke(app, shlex.split(command.removeprefix("$ flexsim ")))
    assert result.output == expected


def test_every_finding_stands_in_the_guide_as_it_is():
    rows = re.findall(r"^\| (FX\d+) \| (\w+) \| (.+) \| (.+) \|$", TEXT, re.MULTILINE)
    assert rows == [(each.code, each.severity.value, each.title, each.advice) for each in KINDS.values()]


def test_the_example_is_green_on_the_default_configuration():
    file = ROOT / "docs" / "routing.yaml"
    suite = read_suite(file.read_text(encoding="utf-8"), str(file))
    results = list(run_suite(suite, read_configuration(ROOT / "config")))
    assert [each.name for each in results if not each.passed] == []
    assert len(results) >= 8
