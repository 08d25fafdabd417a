"""What is exported is what happened: it agrees with the summary, and the events make the same run again."""

import csv
import json
import tracemalloc
from itertools import pairwise

import pyarrow.parquet as pq
import pytest

from flexsim.errors import ConfigurationError
from flexsim.measure.reading import LogReader
from flexsim.measure.statistics import Statistics
from flexsim.measure.summary import summarize
from flexsim.reporting import export as exporting
from flexsim.reporting.document import Wishes
from flexsim.reporting.export import export_run
from flexsim.reporting.forms import ExportForm
from flexsim.reporting.run import open_run
from flexsim.reporting.schemas import TABLES
from tests.measure.conftest import START
from tests.measure.test_report import a_wild_day

from .conftest import leave


def exported(path, form, out):
    export_run(open_run(path), form, out, Wishes())
    return {name: READERS[form](out / f"{name}.{form.value}") for name in TABLES}


def read_jsonl(file):
    return [json.loads(line) for line in file.read_text().splitlines()]


def read_csv(file):
    with file.open(newline="", encoding="utf-8") as lines:
        return [{name: value or None for name, value in row.items()} for row in csv.DictReader(lines)]


def read_parquet(file):
    return pq.read_table(file).to_pylist()


READERS = {ExportForm.JSONL: read_jsonl, ExportForm.CSV: read_csv, ExportForm.PARQUET: read_parquet}


@pytest.fixture
def wild(root):
    centre, now = a_wild_day(11)
    return leave(root, "wild", centre, now=now), centre, now


@pytest.mark.parametrize("form", ExportForm)
def test_every_table_has_the_documented_columns(wild, form, tmp_path):
    for name, rows in exported(wild[0], form, tmp_path / "out").items():
        assert rows, name
        assert {tuple(row) for row in rows} == {tuple(field.name for field in TABLES[name])}, name


def test_the_three_forms_hold_the_same(wild, tmp_path):
    tables = {form: exported(wild[0], form, tmp_path / form.value) for form in ExportForm}

    def plain(value):
        if value is None or value == "":
            return None
        if hasattr(value, "isoformat"):
            return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        if isinstance(value, bool):
            return str(value).lower()
        try:
            return str(float(value))
        except ValueError:
            return value

    shown = {
        form: {name: [[plain(each) for each in row.values()] for row in rows] for name, rows in found.items()}
        for form, found in tables.items()
    }
    assert shown[ExportForm.JSONL] == shown[ExportForm.CSV]
    assert shown[ExportForm.JSONL] == shown[ExportForm.PARQUET]


def test_the_events_make_the_same_run_again(wild, tmp_path):
    path, centre, now = wild
    rows = exported(path, ExportForm.PARQUET, tmp_path / "out")["events"]
    assert len(rows) == len(centre.log)
    for row, line in zip(rows, centre.log, strict=True):
        record = json.loads(line)
        assert {key: value for key, value in row.items() if value is not None} == {
            key: str(value) if key == "from" else value for key, value in record.items() if value is not None
        }
    nullable = ("contact", "reason")
    lines = [
        json.dumps({key: each for key, each in row.items() if each is not None or key in nullable}) for row in rows
    ]
    reader = LogReader()
    statistics = Statistics(reader.names, 20.0)
    for event in reader.events(lines):
        statistics.add(event)
    assert summarize(statistics, now) == json.loads((path / "summary.json").read_text())


def test_tasks_agree_with_the_summary(wild, tmp_path):
    path, _, _ = wild
    total = json.loads((path / "summary.json").read_text())["total"]
    tasks = exported(path, ExportForm.JSONL, tmp_path / "out")["tasks"]
    answered = [task for task in tasks if task["accepted_at"]]
    handled = [task for task in answered if task["status"] == "completed"]
    assert (len(tasks), len(answered), len(handled)) == (total["offered"], total["answered"], total["handled"])
    assert (sum(task["abandoned"] for task in tasks), sum(task["lost"] for task in tasks)) == (
        total["abandoned"], total["lost"],
    )  # fmt: skip
    assert sum(task["queue_time"] for task in answered) / len(answered) == pytest.approx(total["asa"], abs=0.06)
    assert sum(task["handling_time"] for task in handled) / len(handled) == pytest.approx(total["aht"], abs=0.06)
    assert all(task["ended_at"] is None for task in tasks if task["status"] in {"pending", "reserved", "assigned"})
    assert len({task["task_sid"] for task in tasks}) == len(tasks)


def test_reservations_are_those_of_the_tasks(wild, tmp_path):
    tables = exported(wild[0], ExportForm.JSONL, tmp_path / "out")
    by_task = {task["task_sid"]: [] for task in tables["tasks"]}
    for reservation in tables["reservations"]:
        by_task[reservation["task_sid"]].append(reservation)
    for task in tables["tasks"]:
        mine = by_task[task["task_sid"]]
        assert len(mine) == task["reservations"]
        assert sum(each["status"] in {"rejected", "timeout"} for each in mine) == task["refusals"]
        assert any(each["accepted_at"] == task["accepted_at"] for each in mine) or task["accepted_at"] is None


def test_agents_states_cover_their_time(wild, tmp_path):
    path, _, now = wild
    stays = {}
    for state in exported(path, ExportForm.PARQUET, tmp_path / "out")["agent_states"]:
        stays.setdefault(state["agent"], []).append(state)
    assert len(stays) == 4
    for states in stays.values():
        assert states[0]["began_at"].timestamp() == START
        assert all(before["ended_at"] == after["began_at"] for before, after in pairwise(states))
        assert states[-1]["ended_at"] is None
        total = sum(state["activity_time"] or 0 for state in states)
        assert total == pytest.approx(states[-1]["began_at"].timestamp() - START, abs=0.01)
        assert states[-1]["began_at"].timestamp() <= now


def test_row_groups_are_written_as_rows_come(wild, tmp_path, monkeypatch):
    monkeypatch.setattr(exporting, "BATCH", 50)
    exported(wild[0], ExportForm.PARQUET, tmp_path / "out")
    file = pq.ParquetFile(tmp_path / "out" / "events.parquet")
    assert file.num_row_groups == -(-file.metadata.num_rows // 50)


def test_rows_are_not_kept_until_the_end(root, tmp_path, monkeypatch):
    centre, now = a_wild_day(5, 2100)
    path = leave(root, "wild-2100", centre, now=now)
    del centre
    peaks = {}
    for batch in (100, 1_000_000):  # rows: hundreds of batches, or one
        monkeypatch.setattr(exporting, "BATCH", batch)
        run = open_run(path)
        tracemalloc.start()
        export_run(run, ExportForm.JSONL, tmp_path / str(batch), Wishes())
        peaks[batch] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peaks[100] < 0.65 * peaks[1_000_000]


def test_a_log_that_is_broken_in_the_middle_leaves_no_half_tables(wild, tmp_path):
    with (wild[0] / "events.jsonl").open("a") as log:
        log.write("broken\n")
    with pytest.raises(ConfigurationError, match="of the event log is not an event of ours: broken"):
        exported(wild[0], ExportForm.CSV, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(wild, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match=r"cannot write to .*file"):
        exported(wild[0], ExportForm.CSV, tmp_path / "file")
