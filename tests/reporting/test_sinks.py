"""Each form gives back what was written, in as many batches as it was written in."""

import csv
import json
import sys

import pyarrow.parquet as pq
import pytest

from flexsim.errors import ConfigurationError
from flexsim.measure.instants import iso
from flexsim.reporting.forms import ExportForm
from flexsim.reporting.schemas import Field, Kind
from flexsim.reporting.sinks import check_parquet, open_sink

FIELDS = tuple(Field(kind.name.lower(), kind, f"a {kind.value}") for kind in Kind)
ROWS = [
    ['a "b", c\nd', 7, 0.5, True, 1_767_600_000.0625],
    [None, None, None, None, None],
    ["é", -1, 1e9, False, 1_767_600_000.0],
]


def written(form, tmp_path):
    file = tmp_path / f"table.{form.value}"
    sink = open_sink(form, file, FIELDS)
    sink.write(ROWS[:2])
    sink.write(ROWS[2:])
    sink.close()
    return file


def test_json_lines(tmp_path):
    records = [json.loads(line) for line in written(ExportForm.JSONL, tmp_path).read_text().splitlines()]
    assert [list(record.values())[:4] for record in records] == [row[:4] for row in ROWS]
    assert [record["moment"] for record in records] == ["2026-01-05T08:00:00.062Z", None, "2026-01-05T08:00:00.000Z"]


def test_csv(tmp_path):
    with written(ExportForm.CSV, tmp_path).open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["text", "whole", "number", "truth", "moment"],
        ['a "b", c\nd', "7", "0.5", "true", "2026-01-05T08:00:00.062Z"],
        ["", "", "", "", ""],
        ["é", "-1", "1000000000.0", "false", "2026-01-05T08:00:00.000Z"],
    ]


def test_parquet(tmp_path):
    file = pq.ParquetFile(written(ExportForm.PARQUET, tmp_path))
    rows = [list(row.values()) for row in file.read().to_pylist()]
    assert [row[:4] for row in rows] == [row[:4] for row in ROWS]
    assert [row[4] and iso(row[4].timestamp()) for row in rows] == [
        "2026-01-05T08:00:00.062Z", None, "2026-01-05T08:00:00.000Z",
    ]  # fmt: skip
    assert file.num_row_groups == 2
    assert str(file.schema_arrow.field("moment").type) == "timestamp[ms, tz=UTC]"
    assert file.schema_arrow.field("text").metadata == {b"meaning": b"a text"}


def test_without_pyarrow_one_line_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'flexsim\[parquet\]', or --format csv or jsonl"):
        check_parquet()
    with pytest.raises(ConfigurationError, match="needs pyarrow"):
        open_sink(ExportForm.PARQUET, tmp_path / "x", FIELDS)
    open_sink(ExportForm.CSV, tmp_path / "x", FIELDS).close()
