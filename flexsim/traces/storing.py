"""All spans that come, kept for later: in an SQLite file, or as Parquet files in a folder.

One row for each span as it came, copies included, in the order of arrival: ids in hexadecimal, times in nanoseconds since
1970, attributes, events, links and the resource as JSON. A row is in the file when its request is answered, for SQLite
within a second: what a crash can lose was answered less than a second before it.
"""

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, Protocol

import orjson

from flexsim.errors import ConfigurationError
from flexsim.traces.otlp import Request, attributes_of, event_of, link_of
from flexsim.traces.spans import SPAN_ID_BYTES
from flexsim.traces.summaries import event_document, link_document, plain

COLUMNS: Final = (
    "trace_id", "span_id", "parent_id", "name", "kind", "start_ns", "end_ns", "status", "status_message", "service", "scope", "attributes",
    "events", "links", "resource", "received",
)  # fmt: skip
_INTEGERS: Final = frozenset({"kind", "start_ns", "end_ns", "status"})
_SQLITE: Final = frozenset({".sqlite", ".sqlite3", ".db"})
_COMMIT: Final = 1.0  # seconds
_ROW_GROUP: Final = 10_000
_LARGEST: Final = 2**63 - 1  # the largest integer of both
_NO_SPAN: Final = bytes(SPAN_ID_BYTES)
_MOST_KEPT: Final = 20_000  # attributes whose JSON is kept
_SHORT: Final = 200  # bytes of one that is worth it


class Store(Protocol):
    """Keeps spans."""

    def keep(self, request: Request, now: float) -> None:
        """Keep the request's spans, which came ``now``."""


@contextlib.contextmanager
def open_store(path: Path) -> Iterator[Store]:
    """What the path's name asks for, closed at the end; raises ConfigurationError where it cannot be written."""
    try:
        if path.suffix.lower() in _SQLITE:
            with contextlib.closing(_SqliteStore(path)) as found:
                yield found
            return
        if path.suffix:
            raise ConfigurationError(
                f"--store is a file that ends in .sqlite or .db, or a folder for Parquet, not {path}"
            )
        with contextlib.closing(_ParquetStore(path)) as kept:
            yield kept
    except (OSError, sqlite3.Error) as error:
        raise ConfigurationError(f"cannot write {path}: {error}") from error


class _SqliteStore:
    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        kinds = ", ".join(
            f"{name} {'INTEGER' if name in _INTEGERS else 'REAL' if name == 'received' else 'TEXT'}" for name in COLUMNS
        )
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute(f"CREATE TABLE IF NOT EXISTS spans ({kinds})")
        self._connection.commit()
        self._insert = f"INSERT INTO spans VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608 -- our own names
        self._committed = 0.0
        self._rows_of = _Rows()

    def keep(self, request: Request, now: float) -> None:
        self._connection.executemany(self._insert, self._rows_of.of(request, now))
        if now - self._committed >= _COMMIT:
            self._connection.commit()
            self._committed = now

    def close(self) -> None:
        # At the end: kept up to date it costs 40 % on top of every insertion, made at once half of that.
        self._connection.execute("CREATE INDEX IF NOT EXISTS spans_of_trace ON spans (trace_id)")
        self._connection.commit()
        self._connection.close()


class _ParquetStore:
    """Row groups of 10,000 spans, in a file of their own for each run, so that a folder can be used again."""

    def __init__(self, folder: Path) -> None:
        arrow, parquet = _pyarrow()
        self._arrow = arrow
        types = {name: arrow.int64() if name in _INTEGERS else arrow.string() for name in COLUMNS}
        self._schema = arrow.schema([*(types | {"received": arrow.float64()}).items()])
        folder.mkdir(parents=True, exist_ok=True)
        number = len(list(folder.glob("spans-*.parquet")))
        self._writer = parquet.ParquetWriter(folder / f"spans-{number:04}.parquet", self._schema, compression="zstd")
        self._rows: list[tuple[Any, ...]] = []
        self._rows_of = _Rows()

    def keep(self, request: Request, now: float) -> None:
        self._rows.extend(self._rows_of.of(request, now))
        if len(self._rows) >= _ROW_GROUP:
            self._write()

    def close(self) -> None:
        if self._rows:
            self._write()
        self._writer.close()

    def _write(self) -> None:
        columns = [
            self._arrow.array(column, field.type)
            for column, field in zip(zip(*self._rows, strict=True), self._schema, strict=True)
        ]
        self._writer.write_batch(self._arrow.record_batch(columns, schema=self._schema))
        self._rows.clear()


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow  # noqa: ICN001, PLC0415 -- an extra, imported where it is asked for
        import pyarrow.parquet  # noqa: PLC0415 -- as above
    except ImportError as error:
        raise ConfigurationError(
            "Parquet needs the package pyarrow: pip install 'flexsim[parquet]'; a .sqlite file needs none"
        ) from error
    return pyarrow, pyarrow.parquet


class _Rows:
    """Makes rows of requests. An attribute's JSON is made once and kept: most are the same in thousands of spans."""

    def __init__(self) -> None:
        self._kept: dict[bytes, str] = {}

    def of(self, request: Request, now: float) -> Iterator[tuple[Any, ...]]:
        """A row for each span, in the order of ``COLUMNS``; times that no column can hold are cut."""
        for resource_spans in request.resource_spans:
            about = attributes_of(resource_spans.resource.attributes)
            resource, service = _json(plain(about)), str(about.get("service.name", ""))
            for scope_spans in resource_spans.scope_spans:
                scope = scope_spans.scope.name
                for span in scope_spans.spans:
                    parent = span.parent_span_id
                    yield (
                        span.trace_id.hex(),
                        span.span_id.hex(),
                        parent.hex() if parent and parent != _NO_SPAN else None,
                        span.name,
                        span.kind,
                        min(span.start_time_unix_nano, _LARGEST),
                        min(span.end_time_unix_nano, _LARGEST),
                        span.status.code,
                        span.status.message,
                        service,
                        scope,
                        self._attributes(span.attributes),
                        _json([event_document(event_of(each)) for each in span.events]) if span.events else "[]",
                        _json([link_document(link_of(each)) for each in span.links]) if span.links else "[]",
                        resource,
                        now,
                    )

    def _attributes(self, pairs: Iterable[Any]) -> str:
        found = []
        for each in pairs:
            key = each.SerializeToString()
            text = self._kept.get(key)
            found.append(self._made(each, key) if text is None else text)
        return f"{{{','.join(found)}}}"

    def _made(self, pair: Any, key: bytes) -> str:
        text = _json(plain(attributes_of([pair])))[1:-1]
        if len(key) <= _SHORT:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[key] = text
        return text


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
