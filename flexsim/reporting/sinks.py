"""Where exported rows go: Parquet, CSV or JSON Lines, batch by batch, so that memory does not grow with the table."""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

import orjson

from flexsim.errors import ConfigurationError
from flexsim.measure.instants import iso
from flexsim.reporting.forms import ExportForm
from flexsim.reporting.schemas import Field, Kind

Rows = Sequence[Sequence[Any]]  # moments as UTC seconds


class Sink(Protocol):
    """A table being written."""

    def write(self, rows: Rows) -> None:
        """Append these rows; what they hold is in the order of the fields."""

    def close(self) -> None:
        """Nothing more comes."""


class ParquetSink:
    """One row group for each batch."""

    def __init__(self, file: Path, fields: Sequence[Field]) -> None:
        import pyarrow as pa  # noqa: PLC0415 -- an extra: only who asks for Parquet needs it
        import pyarrow.parquet as pq  # noqa: PLC0415 -- as above

        types = {
            Kind.TEXT: pa.string(),
            Kind.WHOLE: pa.int64(),
            Kind.NUMBER: pa.float64(),
            Kind.TRUTH: pa.bool_(),
            Kind.MOMENT: pa.timestamp("ms", tz="UTC"),
        }
        self._arrow = pa
        self._moments = [field.kind is Kind.MOMENT for field in fields]
        self._schema = pa.schema(
            [pa.field(field.name, types[field.kind], metadata={"meaning": field.meaning}) for field in fields]
        )
        self._writer = pq.ParquetWriter(file, self._schema, compression="zstd")

    def write(self, rows: Rows) -> None:
        columns = zip(*rows, strict=True)
        arrays = [
            self._arrow.array(
                [None if each is None else round(each * 1000) for each in column] if moment else column, kind
            )
            for column, moment, kind in zip(columns, self._moments, self._schema.types, strict=True)
        ]
        self._writer.write_batch(self._arrow.record_batch(arrays, schema=self._schema))

    def close(self) -> None:
        self._writer.close()


class CsvSink:
    """A head line, then a line for each row; empty where there is nothing, ``true`` and ``false``, ISO 8601 moments."""

    def __init__(self, file: Path, fields: Sequence[Field]) -> None:
        self._file = file.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, lineterminator="\n")
        self._writer.writerow([field.name for field in fields])
        self._shows = [(place, _CSV[field.kind]) for place, field in enumerate(fields) if field.kind in _CSV]

    def write(self, rows: Rows) -> None:
        self._writer.writerows(map(self._shown, rows))

    def _shown(self, row: Sequence[Any]) -> list[Any]:
        shown = list(row)
        for place, show in self._shows:
            if shown[place] is not None:
                shown[place] = show(shown[place])
        return shown

    def close(self) -> None:
        self._file.close()


class JsonLinesSink:
    """An object for each row; null where there is nothing, ISO 8601 moments."""

    def __init__(self, file: Path, fields: Sequence[Field]) -> None:
        self._file = file.open("wb")
        self._names = [field.name for field in fields]
        self._moments = [place for place, field in enumerate(fields) if field.kind is Kind.MOMENT]

    def write(self, rows: Rows) -> None:
        for row in rows:
            record = dict(zip(self._names, row, strict=True))
            for place in self._moments:
                if row[place] is not None:
                    record[self._names[place]] = iso(row[place])
            self._file.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))

    def close(self) -> None:
        self._file.close()


def open_sink(form: ExportForm, file: Path, fields: Sequence[Field]) -> Sink:
    """Begin a table; raises ConfigurationError for Parquet without pyarrow."""
    if form is ExportForm.PARQUET:
        check_parquet()
    return _SINKS[form](file, fields)


def check_parquet() -> None:
    """Raises ConfigurationError where pyarrow is not installed, saying what to do."""
    try:
        import pyarrow.parquet  # noqa: F401, PLC0415 -- whether it is there
    except ImportError as error:
        raise ConfigurationError(
            "Parquet needs pyarrow, which is not installed: pip install 'flexsim[parquet]', or --format csv or jsonl"
        ) from error


def _truth(value: bool) -> str:
    return "true" if value else "false"


_CSV: Final[dict[Kind, Callable[[Any], str]]] = {Kind.TRUTH: _truth, Kind.MOMENT: iso}
_SINKS: Final[dict[ExportForm, Callable[[Path, Sequence[Field]], Sink]]] = {
    ExportForm.PARQUET: ParquetSink,
    ExportForm.CSV: CsvSink,
    ExportForm.JSONL: JsonLinesSink,
}
