"""The data file: what is in it stays in it, and whatever is no data file is left as it is."""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from flexsim.emulator.journal import FORMAT, MEMORY, Journal
from flexsim.errors import ConfigurationError, FlexsimError

WRITER = """
import sys
from flexsim.emulator.journal import Journal

journal = Journal(sys.argv[1])
journal.keep({"server": {"seed": 1}})
for number in range(100_000):
    journal.append({"number": number})
    if number % 40 == 39:
        journal.keep({"server": {"through": number}})
    print(number, flush=True)
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "centre.db"


def made(path, inputs=3):
    with Journal(path) as journal:
        journal.keep({"server": {"seed": 7}})
        for number in range(inputs):
            journal.append({"number": number})
    return path


def refusal(path):
    """What is said of the file; whatever is beside it and in it stays."""
    before = {each: each.read_bytes() for each in path.parent.iterdir() if each.is_file()}
    with pytest.raises(ConfigurationError) as caught, Journal(path):
        pass
    assert {each: each.read_bytes() for each in path.parent.iterdir() if each.is_file()} == before
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_what_is_written_is_read_again_in_order(path):
    with Journal(made(path)) as journal:
        assert journal.snapshot() == {"server": {"seed": 7}}
        assert list(journal.lines()) == ['{"number":0}', '{"number":1}', '{"number":2}']
        assert journal.since_snapshot == 3


def test_a_new_file_holds_nothing(path):
    with Journal(path) as journal:
        assert (journal.snapshot(), list(journal.lines())) == ({}, [])


def test_an_empty_file_is_taken_as_a_new_one(path):
    path.touch()
    with Journal(path) as journal:
        journal.append({})
    with Journal(path) as journal:
        assert list(journal.lines()) == ["{}"]


def test_a_snapshot_replaces_the_last_one_and_the_inputs(path):
    with Journal(made(path)) as journal:
        journal.keep({"server": {"seed": 8}, "workspace/WS1": {}})
        assert journal.since_snapshot == 0
    with Journal(path) as journal:
        assert journal.snapshot() == {"server": {"seed": 8}, "workspace/WS1": {}}
        assert list(journal.lines()) == []


def test_a_snapshot_that_cannot_be_written_leaves_what_was_there(path):
    with Journal(made(path)) as journal:
        with pytest.raises(TypeError):
            journal.keep({"server": {"seed": object()}})
        assert journal.snapshot() == {"server": {"seed": 7}}
        assert journal.since_snapshot == len(list(journal.lines())) == 3
        assert not journal.failed


def test_a_journal_in_memory_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with Journal(MEMORY) as journal:
        journal.append({"number": 1})
        assert list(journal.lines()) == ['{"number":1}']
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", ["half \ud83d", 1 << 80, "Zoë\u2028☎", 0.1, [None, {"a": True}]])
def test_whatever_attributes_may_hold_is_kept(path, value):
    with Journal(path) as journal:
        journal.append({"value": value})
    with Journal(path) as journal:
        assert [json.loads(line) for line in journal.lines()] == [{"value": value}]


@pytest.mark.parametrize("after", [0, 17, 63])
def test_everything_that_was_acknowledged_before_a_kill_is_there(path, after):
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        acknowledged = int(line)
        if acknowledged >= after:
            break
    os.kill(process.pid, signal.SIGKILL)
    acknowledged += sum(1 for _ in process.stdout)
    process.wait()
    process.stdout.close()
    with Journal(path) as journal:
        through = journal.snapshot()["server"].get("through", -1)
        found = [int(line.removeprefix('{"number":').removesuffix("}")) for line in journal.lines()]
    assert found == list(range(through + 1, through + 1 + len(found)))
    last = found[-1] if found else through
    assert acknowledged <= last <= acknowledged + 1


def test_a_file_in_use_is_left_to_its_user(path):
    with Journal(made(path)) as journal:
        with pytest.raises(ConfigurationError, match="in use by another flexsim: stop that one first"), Journal(path):
            pass
        journal.append({"number": 3})
    with Journal(path) as journal:
        assert len(list(journal.lines())) == 4


def test_a_file_that_is_no_database_is_left_alone(path):
    path.write_text("a diary, which is dear to somebody\n" * 10)
    assert refusal(path) == f"{path} is not a data file of flexsim: name another one, or a new one"


def test_a_short_file_is_left_alone(path):
    path.write_bytes(b"SQLite format 3\0")
    assert "is not a data file of flexsim" in refusal(path)


def test_a_database_of_another_program_is_left_alone(path):
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE diary (day TEXT)")
        other.commit()
    assert refusal(path) == f"{path} is a database of another program: name another file, or a new one"


def test_a_file_of_a_newer_format_is_left_alone(path):
    with contextlib.closing(sqlite3.connect(made(path))) as newer:
        newer.execute(f"PRAGMA user_version = {FORMAT + 1}")
    assert "was written by a newer flexsim (format 2, this one reads up to 1): use that one" in refusal(path)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_truncated_file_is_left_alone(path, share):
    content = made(path, inputs=2000).read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    assert str(path) in refusal(path)


def test_a_damaged_file_is_left_alone(path):
    content = bytearray(made(path, inputs=2000).read_bytes())
    content[5000:9000] = b"\xff" * 4000
    path.write_bytes(content)
    assert refusal(path).startswith(f"{path} is damaged: ")


def test_a_missing_input_is_noticed(path):
    with contextlib.closing(sqlite3.connect(made(path))) as connection:
        connection.execute("DELETE FROM inputs WHERE serial = 2")
        connection.commit()
    with Journal(path) as journal, pytest.raises(ConfigurationError, match="input 2 is missing"):
        list(journal.lines())


def test_a_folder_and_a_place_that_is_not_there_are_named(tmp_path):
    with pytest.raises(ConfigurationError, match=f"cannot open {tmp_path}: Is a directory"):
        Journal(tmp_path)
    with pytest.raises(ConfigurationError, match=r"cannot make .*nowhere"):
        Journal(tmp_path / "nowhere" / "centre.db")


def test_after_a_failure_nothing_more_is_written(path):
    told = []
    with Journal(made(path)) as journal:
        journal.on_failure = told.append
        pages = journal._connection.execute("PRAGMA page_count").fetchone()[0]
        journal._connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(FlexsimError, match=f"cannot write {path}: database or disk is full"):
            journal.append({"ballast": "x" * 100_000})
        journal._connection.execute("PRAGMA max_page_count = 100000")
        with pytest.raises(FlexsimError, match="nothing is accepted any more"):
            journal.append({"number": "later"})
        assert journal.failed
    assert len(told) == 1
    with Journal(path) as journal:
        assert list(journal.lines()) == ['{"number":0}', '{"number":1}', '{"number":2}']


def test_a_file_that_another_has_changed_meanwhile_is_not_used_again(path):
    journal = Journal(made(path, inputs=0))
    kept = journal.snapshot()
    journal.close()
    journal.reopen(kept)
    journal.close()
    with Journal(path) as other:
        other.append({})
    with pytest.raises(ConfigurationError, match="has been changed by another process"):
        journal.reopen(kept)
    with Journal(Path(path)) as other:
        assert list(other.lines()) == ["{}"]
