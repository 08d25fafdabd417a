"""Traces read back: from files of OTLP, as JSON or protobuf, gzipped or not, from what a collector stored, or from a collector.

Files are told by their names: ``.jsonl``, ``.ndjson`` or ``.json`` hold export requests as OTLP's JSON, one a line or one in
all; ``.pb``, ``.binpb`` or ``.otlp`` the same as protobuf, each
after its length (a varint, or four bytes as OpenTelemetry's Collector writes it) or one without; ``.sqlite`` or ``.db``, and ``.parquet`` or a folder
of these, what ``flexsim load collector --store`` left. Spans come by trace, in the order in which traces began to come.
"""

import contextlib
import gzip
import json
import sqlite3
import urllib.error
import urllib.parse
import urllib.request
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from flexsim.errors import ConfigurationError, TargetRefused, TargetUnreachable, TracesError
from flexsim.traces.json_in import parse_json
from flexsim.traces.otlp import parse, spans_of
from flexsim.traces.spans import Event, Link, Resource, Scope, Span, Status
from flexsim.traces.storing import COLUMNS

LARGEST: Final = 2 * 2**30  # bytes of a file, unpacked
_JSON: Final = frozenset({".json", ".jsonl", ".ndjson"})
_PROTOBUF: Final = frozenset({".pb", ".binpb", ".otlp"})
_SQLITE: Final = frozenset({".sqlite", ".sqlite3", ".db"})
_PATIENCE: Final = 30.0  # seconds
_FIRST_TAG: Final = 0x0A
_LONGEST_VARINT: Final = 35  # bits
_NO_SPAN: Final = (KeyError, TypeError, ValueError, AttributeError, RecursionError)  # what reading one can raise

Traces = dict[bytes, list[Span]]


def read_traces(path: Path) -> Traces:
    """The traces in a file or folder; raises ConfigurationError that says which one cannot be read, and why."""
    try:
        return _by_trace(_spans(path))
    except TracesError as error:
        raise TracesError(f"{path}: {error}") from error
    except (OSError, EOFError, zlib.error, sqlite3.Error) as error:
        why = getattr(error, "strerror", None) or " ".join(str(error).split())  # Parquet's have several lines
        raise ConfigurationError(f"cannot read {path}: {why}") from error


def fetch_trace(url: str, trace_id: str) -> Traces:
    """One trace from a running collector; raises TargetError where there is none, or it does not have it."""
    address = f"{url.rstrip('/')}/traces/{urllib.parse.quote(trace_id, safe='')}?format=json"
    if urllib.parse.urlsplit(address).scheme not in {"http", "https"}:
        raise ConfigurationError(f"a collector is at an http:// address, not {url}")
    try:
        with urllib.request.urlopen(address, timeout=_PATIENCE) as answer:  # noqa: S310 -- http or https, as seen above
            document = json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            raise TargetRefused(f"the collector at {url} has no trace {trace_id}", status=error.code) from error
    except (OSError, ValueError, RecursionError) as error:
        raise TargetUnreachable(f"no collector at {url}: {error}; start one with: flexsim load collector") from error
    try:
        return _by_trace(map(_of_document, document["spans"]))
    except _NO_SPAN as error:
        raise TargetRefused(f"what answers at {url} is no collector of ours: {error!r:.200}", status=200) from error


def _spans(path: Path) -> Iterator[Span]:
    if path.is_dir():
        files = sorted(path.glob("*.parquet"))
        if not files:
            raise TracesError("there is no .parquet file in this folder")
        return (each for file in files for each in _from_parquet(file))
    name = path.name.removesuffix(".gz")
    suffix = Path(name).suffix.lower()
    if suffix in _SQLITE:
        return _from_sqlite(path)
    if suffix == ".parquet":
        return _from_parquet(path)
    if suffix in _PROTOBUF:
        return (each for body in _bodies(_content(path)) for each in spans_of(parse(body)))
    if suffix in _JSON:
        return _from_json(_content(path))
    known = ", ".join(sorted({*_JSON, *_PROTOBUF, ".sqlite", ".db", ".parquet"}))
    raise TracesError(f"the name does not say what is in it; known are {known}, and a folder of .parquet files")


def _content(path: Path) -> bytes:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise TracesError(f"there is more than {LARGEST} bytes in it")
    return content


def _bodies(content: bytes) -> Iterator[bytes]:
    """Export requests in protobuf. One begins with 0x0a, the tag of its first field; a length of ten is that of none."""
    if not content or content[0] == _FIRST_TAG:
        yield content
        return
    measured = _big_endian if content[0] == 0 else _varint
    at = 0
    while at < len(content):
        length, at = measured(content, at)
        if at + length > len(content):
            raise TracesError(f"the file was cut short: {at + length - len(content)} bytes are missing")
        yield content[at : at + length]
        at += length


def _big_endian(content: bytes, at: int) -> tuple[int, int]:
    return int.from_bytes(content[at : at + 4]), at + 4


def _varint(content: bytes, at: int) -> tuple[int, int]:
    found = shift = 0
    while shift < _LONGEST_VARINT and at < len(content):
        byte = content[at]
        found |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return found, at
    raise TracesError(f"what ends at byte {at} is no length of a request")


def _from_json(content: bytes) -> Iterator[Span]:
    """One request in all, if that can be read, else one a line."""
    lines = [each for each in content.splitlines() if each.strip()]
    if len(lines) <= 1 or not lines[0].rstrip().endswith(b"}"):
        yield from spans_of(parse_json(content))
        return
    for number, line in enumerate(lines, 1):
        try:
            yield from spans_of(parse_json(line))
        except TracesError as error:
            raise TracesError(f"line {number}: {error}") from error


def _from_sqlite(path: Path) -> Iterator[Span]:
    with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        for row in connection.execute(f"SELECT {', '.join(COLUMNS)} FROM spans ORDER BY rowid"):  # noqa: S608 -- our names
            yield _of_row(dict(zip(COLUMNS, row, strict=True)))


def _from_parquet(path: Path) -> Iterator[Span]:
    try:
        import pyarrow  # noqa: ICN001, PLC0415 -- an extra, imported where it is asked for
        import pyarrow.parquet  # noqa: PLC0415 -- as above
    except ImportError as error:
        raise TracesError("Parquet needs the package pyarrow: pip install 'flexsim[parquet]'") from error
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            for batch in file.iter_batches():
                yield from map(_of_row, batch.to_pylist())
    except (pyarrow.ArrowException, UnicodeDecodeError) as error:
        raise TracesError(f"this is no Parquet file of spans: {' '.join(str(error).split())}") from error


def _of_row(row: Mapping[str, Any]) -> Span:
    names = {"attributes", "events", "links", "resource"}
    try:
        return _of_document(
            {
                **row,
                **{name: json.loads(row[name]) for name in names},
                "start": row["start_ns"],
                "end": row["end_ns"],
                "status": {"code": row["status"], "message": row["status_message"]},
                "scope": {"name": row["scope"]},
            }
        )
    except _NO_SPAN as error:
        raise TracesError(f"a row of it is no span of ours: {error!r:.200}") from error


def _of_document(told: Mapping[str, Any]) -> Span:
    """A span as ``summaries.span_document`` writes it."""
    events = (Event(time=each["time"], name=each["name"], attributes=each["attributes"]) for each in told["events"])
    return Span(
        trace_id=bytes.fromhex(told["trace_id"]),
        span_id=bytes.fromhex(told["span_id"]),
        parent_id=bytes.fromhex(told["parent_id"] or ""),
        name=told["name"],
        kind=told["kind"],
        start=told["start"],
        end=told["end"],
        attributes=told["attributes"],
        events=tuple(events),
        links=tuple(map(_link, told["links"])),
        status=Status(code=told["status"]["code"], message=told["status"]["message"]),
        resource=Resource(attributes=told["resource"]),
        scope=Scope(name=told["scope"]["name"], version=told["scope"].get("version", "")),
    )


def _link(told: Mapping[str, Any]) -> Link:
    return Link(
        trace_id=bytes.fromhex(told["trace_id"]), span_id=bytes.fromhex(told["span_id"]), attributes=told["attributes"]
    )


def _by_trace(spans: Iterable[Span]) -> Traces:
    found: Traces = {}
    for each in spans:
        found.setdefault(each.trace_id, []).append(each)
    return found


def read_documents(path: Path) -> list[dict[str, Any]]:
    """The objects in a file of JSON lines, or in one list; raises ConfigurationError that names the line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"cannot read {path}: {getattr(error, 'strerror', None) or error}") from error
    listed = text.lstrip().startswith("[")
    found: list[dict[str, Any]] = []
    for number, line in [(1, text)] if listed else enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            told = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ConfigurationError(f"line {number} of {path} is not JSON: {error}") from error
        found.extend(told if listed else [told])
        if not all(isinstance(each, dict) for each in found[-1:]):
            raise ConfigurationError(f"line {number} of {path} is no object: {line[:80]}")
    if not all(isinstance(each, dict) for each in found):
        raise ConfigurationError(f"{path} is a list of objects, a trace each")
    return found


def trace_named(traces: Traces, prefix: str) -> Sequence[Span]:
    """The one trace whose hexadecimal id begins so; raises ConfigurationError where there is none, or more than one."""
    fitting = [each for each in traces if each.hex().startswith(prefix.lower())]
    if len(fitting) != 1:
        what = "no trace" if not fitting else f"{len(fitting)} traces"
        raise ConfigurationError(f"there is {what} whose id begins with {prefix} among the {len(traces)}")
    return traces[fitting[0]]
