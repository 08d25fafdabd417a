"""The pytest plugin, as a project that has only flexsim and pytest installed sees it; and the guide's examples."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

from flexsim.emulator import pytest_plugin

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "testing.md"


# Other plugins that happen to be installed, and take seconds to import.
OTHERS = [each.name for each in entry_points(group="pytest11") if each.name != "flexsim"]


def run_pytest(folder, *arguments):
    """Pytest in a process of its own, which finds our plugin by itself; exit code and what it said."""
    without = [f"-pno:{name}" for name in OTHERS]
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", *without, *arguments]
    found = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100, check=False)
    return found.returncode, found.stdout + found.stderr


def examples():
    return re.findall(r"^```python\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_pytest_is_told_of_the_plugin():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["pytest11"] == {"flexsim": pytest_plugin.__name__}


def test_the_guides_tests_pass_in_a_folder_of_their_own(tmp_path):
    tests = [each for each in examples() if "def test_" in each]
    for number, text in enumerate(tests):
        (tmp_path / f"test_guide_{number}.py").write_text(text)
    code, said = run_pytest(tmp_path)
    assert code == 0, said
    count = sum(text.count("def test_") for text in tests)
    assert count >= 4
    assert f"{count} passed" in said


def test_the_guides_programs_print_what_the_guide_says():
    programs = [each for each in examples() if "def test_" not in each]
    printed = re.findall(r"^prints `(.+?)`", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(programs) == len(printed)
    for program, expected in zip(programs, printed, strict=True):
        found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
        assert found.stdout.strip() == expected


def test_each_test_begins_with_an_empty_workspace_and_the_same_sids(tmp_path):
    (tmp_path / "test_twice.py").write_text(
        "import pytest\n"
        "seen = []\n"
        "@pytest.mark.parametrize('turn', [1, 2, 3])\n"
        "def test_it(turn, flexsim_taskrouter, flexsim_client):\n"
        "    assert flexsim_taskrouter.workspace.tasks.list() == []\n"
        "    workspace = flexsim_client.taskrouter.v1.workspaces(flexsim_taskrouter.workspace_sid)\n"
        "    seen.append((workspace.tasks.create().sid, flexsim_taskrouter.port))\n"
        "    flexsim_taskrouter.add_account()\n"
        "    flexsim_taskrouter.reset(seed=turn)\n"
        "    assert seen == [seen[0]] * turn\n"
    )
    code, said = run_pytest(tmp_path)
    assert code == 0, said


def test_the_sessions_server_keeps_what_is_in_it(tmp_path):
    (tmp_path / "test_kept.py").write_text(
        "def test_one(flexsim_server):\n"
        "    flexsim_server.workspace.tasks.create()\n"
        "def test_two(flexsim_server):\n"
        "    assert len(flexsim_server.workspace.tasks.list()) == 1\n"
    )
    code, said = run_pytest(tmp_path)
    assert code == 0, said


def test_who_uses_no_fixture_pays_next_to_nothing(tmp_path):
    (tmp_path / "test_other.py").write_text(
        "import sys\n"
        "def test_nothing_heavy_is_there():\n"
        "    heavy = ('twilio', 'aiohttp', 'starlette', 'uvicorn', 'orjson', 'asyncio', 'flexsim.errors')\n"
        "    assert [name for name in heavy if name in sys.modules] == []\n"
        "    assert 'flexsim.emulator.pytest_plugin' in sys.modules\n"
    )
    code, said = run_pytest(tmp_path)
    assert code == 0, said


def test_every_fixture_says_what_it_is(tmp_path):
    _, said = run_pytest(tmp_path, "--fixtures")
    for name in ("flexsim_taskrouter", "flexsim_client", "flexsim_server"):
        assert re.search(rf"^{name}\b.*\n    \S", said, re.MULTILINE), said
