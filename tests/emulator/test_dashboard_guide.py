"""What the guide to the dashboard says is so."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from flexsim.emulator.dashboard_actions import LARGEST_BURST
from flexsim.emulator.dashboard_history import MOST_EVENTS
from flexsim.emulator.server import LocalTaskRouter
from flexsim.measure.trails import COARSE, FINE, MOST_POINTS
from tests.test_house import parse

GUIDE = Path(__file__).parents[2] / "docs" / "dashboard.md"
TEXT = GUIDE.read_text(encoding="utf-8")
COMMANDS = re.findall(r"^    (flexsim .*)$", TEXT, re.MULTILINE)


@pytest.mark.parametrize("command", COMMANDS)
def test_its_commands_are_understood(command):
    parse(shlex.split(command))


def test_its_program_does_what_it_says():
    (program,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    with LocalTaskRouter() as router:
        router.workspace.tasks.create()
        sequence = next(router.workspaces.workspaces()).engine.sequence
        environ = {**os.environ, "TASKROUTER_URL": router.base_url}
        done = subprocess.run([sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout == f"1 waiting at event {sequence}\n"


def test_every_address_that_it_lists_answers():
    found = re.findall(r"`(?:GET )?((?:/|\?)[a-z?][^`]*)`", TEXT.split("## For programs")[1])
    addresses = [each if each.startswith("/") else f"/history{each}" for each in found]
    assert len(addresses) == 6
    with LocalTaskRouter() as router:
        router.workspace.workers.create("bob")
        router.workspace.tasks.create()
        for address in addresses:
            with requests.get(router.dashboard_url + address, timeout=10, stream=True) as answer:
                assert answer.status_code == 200, address


def test_its_numbers_are_those_of_the_code():
    assert f"up to {LARGEST_BURST:,} tasks" in TEXT
    assert f"its latest {MOST_EVENTS} events" in TEXT
    assert (FINE, COARSE, FINE * MOST_POINTS, COARSE * MOST_POINTS) == (5, 60, 4 * 3600, 2 * 86_400)
    script = (GUIDE.parents[1] / "flexsim" / "emulator" / "assets" / "state.js").read_text()
    assert "offered: 20, assigned: 900, wrapping: 180, away: 1200" in script


def test_its_picture_is_there_and_small():
    picture = GUIDE.with_name("dashboard.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 200_000
