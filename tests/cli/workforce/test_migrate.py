"""The command ``flexsim workforce migrate``."""

import json

import pytest

from flexsim.workforce.store.engines import open_engine
from flexsim.workforce.store.migrating import migrate, versions
from tests.cli.workforce.conftest import run
from tests.workforce.conftest import empty_database

LATEST = versions()[-1]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, folder):
    with empty_database(request.param, folder) as found:
        yield found


def test_a_database_is_made_and_then_is_up_to_date(url):
    first, second = (json.loads(run("migrate", "--database", url, "--json").stdout) for _ in "ab")
    assert (first["before"], first["version"], len(first["applied"])) == (None, LATEST, len(versions()))
    assert (second["before"], second["version"], second["applied"]) == (LATEST, LATEST, [])


def test_a_check_changes_nothing_and_fails_where_there_is_something_to_do(url):
    engine = open_engine(url)
    migrate(engine, "1")
    found = run("migrate", "--database", url, "--check")
    assert (found.exit_code, f"version 1 is not {LATEST}; run: flexsim workforce migrate" in found.stderr) == (1, True)
    migrate(engine)
    engine.dispose()
    assert run("migrate", "--database", url, "--check").exit_code == 0


def test_the_setting_says_where_and_what_was_done_is_told(folder, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{folder}/mine.db")
    found = run("migrate")
    assert (folder / "mine.db").is_file()
    assert "Version 1: sessions" in found.stdout
    assert f"is at version {LATEST} of {LATEST}" in found.stdout


@pytest.mark.parametrize(
    ("url", "code", "said"),
    [
        ("postgresql://me:secret@127.0.0.1:1/x", 3, "cannot use the database postgresql"),
        ("nonsense", 2, "DATABASE_URL is sqlite:///FILE or postgresql://"),
    ],
)
def test_a_database_that_cannot_be_used_is_named_without_its_password(folder, url, code, said):
    found = run("migrate", "--database", url)
    assert (found.exit_code, said in found.stderr, "secret" in found.stderr) == (code, True, False)
