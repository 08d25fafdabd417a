"""The documentation is a site: it builds strictly, leads to every guide, and describes every command there is."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from flexsim.cli.app import COMMANDS, GROUPS
from flexsim.settings import variables

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The built site's folder; a broken link or anchor is a warning, and a warning an error."""
    folder = tmp_path_factory.mktemp("site")
    command = [BIN / "mkdocs", "build", "--strict", "--site-dir", folder]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def test_every_command_and_setting_is_in_the_reference(site):
    commands = (site / "reference" / "commands" / "index.html").read_text(encoding="utf-8")
    names = [name for name in COMMANDS if name not in GROUPS]
    names += [f"{group} {name}" for group in GROUPS for name in GROUPS[group]]
    assert [name for name in names if f"flexsim {name}" not in commands] == []
    settings = (site / "reference" / "settings" / "index.html").read_text(encoding="utf-8")
    assert [name for name in variables() if name not in settings] == []


def test_every_schema_can_be_had_from_the_site(site):
    for path in (ROOT / "flexsim").rglob("*.schema.json"):
        assert (site / "files" / path.relative_to(ROOT)).read_bytes() == path.read_bytes()


def test_nothing_is_fetched_from_elsewhere(site):
    page = (site / "index.html").read_text(encoding="utf-8")
    assert "fonts.googleapis" not in page
    assert 'src="http' not in page


def test_the_contents_name_every_guide():
    (contents,) = yaml.safe_load_all((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    named = {page for section in contents["nav"] for page in _pages(section)}
    guides = {path.name for path in (ROOT / "docs").glob("*.md")}
    assert guides <= named


def _pages(entry):
    if isinstance(entry, str):
        return [entry]
    values = entry if isinstance(entry, list) else entry.values()
    return [page for each in values for page in _pages(each)]
