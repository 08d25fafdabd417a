"""Where sessions are kept."""

from flexsim.cli.workforce.storing import DEFAULT
from tests.cli.workforce.conftest import run


def test_a_flag_beats_the_setting_which_beats_the_file_here(folder, monkeypatch):
    assert DEFAULT == "sqlite:///workforce.db"
    run("migrate")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{folder}/setting.db")
    run("migrate")
    run("migrate", "--database", f"sqlite:///{folder}/flag.db")
    assert {each.name for each in folder.glob("*.db")} == {"workforce.db", "setting.db", "flag.db"}


def test_a_folder_that_is_not_there_is_named(folder):
    found = run("memory", "last", "--database", "sqlite:///nowhere/x.db")
    assert (found.exit_code, "there is no folder" in found.stderr) == (2, True)
