import json
import sqlite3
import sys

import pyarrow.parquet as pq
import pytest

from flexsim.errors import ConfigurationError
from flexsim.traces.storing import COLUMNS, open_store
from tests.traces.conftest import MS, START, TRACE, request, span_id

SPANS = request((2, 1, 1, 4, {"error": True, "bytes": b"\x00\xff", "n": 5, "list": [1, "a"]}), (1, None, 0, 5))


def as_documents(names, rows):
    return [dict(zip(names, row, strict=True)) for row in rows]


def check(rows):
    child, root = rows
    assert (child["trace_id"], child["span_id"], child["parent_id"]) == (
        TRACE.hex(),
        span_id(2).hex(),
        span_id(1).hex(),
    )
    assert (child["start_ns"], child["end_ns"], child["status"], child["service"]) == (
        START + MS,
        START + 4 * MS,
        2,
        "app",
    )
    assert json.loads(child["attributes"]) == {"bytes": "00ff", "n": 5, "list": [1, "a"]}
    assert (root["parent_id"], root["received"]) == (None, 7.5)


def test_sqlite_holds_every_span_as_it_came_and_goes_on_in_the_same_file(tmp_path):
    path = tmp_path / "spans.sqlite"
    for _ in range(2):
        with open_store(path) as store:
            store.keep(SPANS, 7.5)
    with sqlite3.connect(path) as connection:
        found = as_documents(COLUMNS, connection.execute("SELECT * FROM spans"))
    connection.close()
    assert len(found) == 4
    check(found[:2])


def test_what_was_answered_a_second_ago_can_be_read_while_more_comes(tmp_path):
    path = tmp_path / "spans.db"
    with open_store(path) as store:
        for now in (1.0, 1.5, 2.5):
            store.keep(SPANS, now)
        connection = sqlite3.connect(path)
        assert connection.execute("SELECT count(*) FROM spans").fetchone() == (6,)
        connection.close()


def test_parquet_holds_the_same_in_a_file_for_each_run(tmp_path):
    for _ in range(2):
        with open_store(tmp_path / "spans") as store:
            store.keep(SPANS, 7.5)
    files = sorted((tmp_path / "spans").iterdir())
    assert [each.name for each in files] == ["spans-0000.parquet", "spans-0001.parquet"]
    check(pq.read_table(files[1]).to_pylist())


def test_times_that_no_column_can_hold_are_cut(tmp_path):
    far = request((1, None, 0, 5))
    far.resource_spans[0].scope_spans[0].spans[0].end_time_unix_nano = 2**64 - 1
    with open_store(tmp_path / "a.sqlite") as store:
        store.keep(far, 0.0)


@pytest.mark.parametrize("name", ["spans.txt", "missing/spans.sqlite"])
def test_what_cannot_be_written_is_refused_by_its_name(tmp_path, name):
    with pytest.raises(ConfigurationError, match=name), open_store(tmp_path / name):
        pass


def test_parquet_without_pyarrow_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'flexsim\[parquet\]'"), open_store(tmp_path / "spans"):
        pass


def test_thousands_of_attributes_are_each_what_they_were(tmp_path, monkeypatch):
    monkeypatch.setattr("flexsim.traces.storing._MOST_KEPT", 7)
    told = [
        (number, None, 0, 5, {"n": number % 11, "text": "x" * (number % 300), "same": True}) for number in range(1, 400)
    ]
    with open_store(tmp_path / "a.sqlite") as store:
        store.keep(request(*told), 0.0)
    connection = sqlite3.connect(tmp_path / "a.sqlite")
    found = [json.loads(each) for (each,) in connection.execute("SELECT attributes FROM spans ORDER BY rowid")]
    connection.close()
    assert found == [each[4] for each in told]
