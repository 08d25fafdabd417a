"""One run's folder: ``manifest.json`` at the start, ``events.jsonl`` as it happens, ``summary.json`` at the end.

Beside them ``config/``, the configuration's files as they were, so that two runs can be told apart; and, of a run of several
replications, ``replications.jsonl``: one line each with its number, its seed and its summary. The log is then that of
replication 0, and the summary that of all together.

A folder is never written twice: the name says when and what, and gets a number where that is taken. The log is flushed
at least every second of use, so that whoever reads along, or comes after a crash, finds all but the last moment.
"""

import hashlib
import json
import math
import os
import platform
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from operator import index
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from flexsim.clock import real_seconds
from flexsim.errors import ConfigurationError

MANIFEST: Final = "manifest.json"
EVENTS: Final = "events.jsonl"
SUMMARY: Final = "summary.json"
CONFIGURATION: Final = "config"
REPLICATIONS: Final = "replications.jsonl"

PAGE: Final = "report.html"

# Commands, by the first word of a manifest's, whose runs hold something else than a contact centre's contacts, and have pages of
# their own.
_WITHOUT_CONTACTS: Final[Mapping[str, str]] = {
    "load": "a swarm of agents",
    "converse": "a batch of conversations",
    "workforce": "a company of agents",
}

_LONGEST: Final = 1_000_000  # bytes of a line that are read at once; attributes do not stand in the log
_BATCH: Final = 1000  # lines; 500 to 2,000 cost the same
_FLUSH_EVERY: Final = 1.0  # real seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What it takes to repeat a run; ``started`` is UTC seconds, ``configuration`` a hash of the configuration's files."""

    command: str
    seed: int
    speed: float
    started: float
    configuration: str
    threshold: float  # of the service level, in seconds; the summary can be made again from the log with it
    versions: Mapping[str, str]
    warmup: float = 0.0  # seconds after the start that the summary leaves out (``Statistics.begin``)


def digest(text: str) -> str:
    """What a manifest names a configuration by: the SHA-256 of this text of it."""
    return hashlib.sha256(text.encode()).hexdigest()


def digest_of_files(files: Mapping[str, str]) -> str:
    """The same of a configuration's files, text by name."""
    return digest("".join(f"{name}\n{text}" for name, text in sorted(files.items())))


def versions(*packages: str) -> dict[str, str]:
    """Those of Python, of flexsim and of these packages."""
    return {"python": platform.python_version(), **{name: version(name) for name in ("flexsim", *packages)}}


class LogWriter:
    """One event log being written, in batches; use it as a context manager, so that nothing stays in memory."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("w", encoding="utf-8", newline="\n")
        self._waiting: list[str] = []
        self._flushed = real_seconds()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.flush()
        self._file.close()

    def write(self, lines: Iterable[str]) -> None:
        """Append lines (each with its line end)."""
        self._waiting += lines
        if len(self._waiting) >= _BATCH or real_seconds() - self._flushed >= _FLUSH_EVERY:
            self.flush()

    def write_fast(self, lines: Iterable[str]) -> None:
        """The same where lines come without a pause, so that a full batch is reason enough to flush."""
        waiting = self._waiting
        waiting += lines
        if len(waiting) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Hand everything to the operating system; call it every second or so while nothing is written."""
        self._file.write("".join(self._waiting))
        self._file.flush()
        self._waiting.clear()
        self._flushed = real_seconds()


class RunWriter(LogWriter):
    """A run being written: its log, and what lies beside it."""

    def __init__(self, path: Path) -> None:
        super().__init__(path / EVENTS)
        self.path = path

    def log_file(self, replication: int) -> Path:
        """Where this replication's event log belongs: that of 0 is the run's."""
        return self.path / _log_name(replication)

    def keep_configuration(self, files: Mapping[str, str]) -> None:
        """Leave the configuration's files in the run: text by name, as ``configuration.files.render`` gives it."""
        folder = self.path / CONFIGURATION
        folder.mkdir(exist_ok=True)
        for name, text in files.items():
            (folder / name).write_bytes(text.encode("utf-8"))

    def keep_replication(self, number: int, seed: int, summary: Mapping[str, Any]) -> None:
        """Add one replication's figures."""
        with (self.path / REPLICATIONS).open("a", encoding="utf-8", newline="\n") as file:
            file.write(_replication(number, seed, summary))

    def keep_only(self, replications: Iterable[tuple[int, int, Mapping[str, Any]]]) -> None:
        """These (number, seed, summary) are all: an interruption may have struck between adding one and counting it."""
        lines = "".join(_replication(*each) for each in replications)
        (self.path / REPLICATIONS).write_bytes(lines.encode("utf-8"))

    def finish(self, summary: Mapping[str, Any]) -> None:
        """Write the summary."""
        self.flush()
        _write(self.path / SUMMARY, summary)


def _log_name(replication: int) -> str:
    return EVENTS if replication == 0 else f"events_{replication:04d}.jsonl"


def kept_logs(path: Path) -> dict[int, str]:
    """The names of the run's event logs by replication, those that were kept."""
    count = max(1, len(read_replications(path)))
    return {number: name for number in range(count) if (path / (name := _log_name(number))).is_file()}


def _replication(number: int, seed: int, summary: Mapping[str, Any]) -> str:
    record = {"replication": number, "seed": seed, "summary": summary}
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"


def begin_run(root: Path, manifest: Manifest) -> RunWriter:
    """Make a new folder under ``root``, named after the start and the command, and write the manifest.

    Raises ConfigurationError where the folder cannot be made.
    """
    try:
        path = _new_folder(root, f"{datetime.fromtimestamp(manifest.started, UTC):%Y-%m-%d_%H%M%S}_{manifest.command}")
        _write(path / MANIFEST, asdict(manifest))
        return RunWriter(path)
    except OSError as error:
        raise ConfigurationError(f"cannot make a run's folder under {root}: {error.strerror}") from error


def _new_folder(root: Path, name: str) -> Path:
    root.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        path = root / (name if number == 1 else f"{name}_{number}")
        try:
            path.mkdir()
        except FileExistsError:
            number += 1
        else:
            return path


def read_manifest(path: Path) -> Manifest:
    """The manifest of the run in the folder ``path``; raises ConfigurationError if there is none, or it is of other types."""
    try:
        manifest = Manifest(**_read(path / MANIFEST))
    except TypeError as error:
        raise ConfigurationError(f"{path / MANIFEST} is not the manifest of a run: {error}") from error
    for name, (holds, what) in _TYPES.items():
        if not holds(getattr(manifest, name)):
            raise ConfigurationError(f"{path / MANIFEST}: {name} is not {what}: {getattr(manifest, name)!r:.80}")
    return manifest


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < math.inf


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _are_texts(value: Any) -> bool:
    return isinstance(value, Mapping) and all(map(_is_text, value.values()))


_TYPES: Final[Mapping[str, tuple[Callable[[Any], bool], str]]] = {
    "command": (_is_text, "a text"),
    "seed": (_is_whole, "a whole number"),
    **dict.fromkeys(("speed", "started", "threshold", "warmup"), (_is_number, "a number")),
    "configuration": (_is_text, "a text"),
    "versions": (_are_texts, "an object of texts"),
}


def read_centre(path: Path) -> Manifest:
    """The manifest of a run of a contact centre; raises ConfigurationError for any other run, and says where its page is."""
    manifest = read_manifest(path)
    what = _WITHOUT_CONTACTS.get(manifest.command.partition("-")[0])
    if what is not None:
        page = path / PAGE
        where = f"its page is {page}" if page.is_file() else "it has left no page"
        raise ConfigurationError(f"{path} is the run of {what}, which has no contacts; {where}")
    return manifest


def read_summary(path: Path) -> dict[str, Any]:
    """The summary of the run in the folder ``path``; raises ConfigurationError if it has none."""
    return _read(path / SUMMARY)


def read_configuration_files(path: Path) -> dict[str, Any]:
    """The documents of the run's configuration by the names of their files; empty for a run that left none.

    Raises ConfigurationError where one is not JSON.
    """
    folder = path / CONFIGURATION
    return {file.name: _parse(file) for file in sorted(folder.glob("*.json"))} if folder.is_dir() else {}


def read_replications(path: Path) -> list[dict[str, Any]]:
    """The run's replications, each with ``replication``, ``seed`` and ``summary``; empty for a run that has none.

    Raises ConfigurationError naming the line that is not one.
    """
    file = path / REPLICATIONS
    if not file.is_file():
        return []
    found = []
    for number, line in enumerate(file.read_bytes().splitlines(), start=1):
        try:
            record = _loads(line)
            facts = {name: index(record[name]) for name in ("replication", "seed")}
            found.append({**facts, "summary": {**record["summary"]}})
        except (ValueError, RecursionError, KeyError, TypeError) as error:
            raise ConfigurationError(f"line {number} of {file} is not a replication of ours") from error
    return found


def read_lines(path: Path) -> Iterator[str]:
    """The lines of the run's event log; a last line that was cut off by a crash is left out.

    What is not UTF-8 in a line is replaced: whoever reads the line will say that it is none of ours.
    """
    return (line.decode("utf-8", "replace") for line in read_raw_lines(path))


def read_raw_lines(path: Path, name: str = EVENTS) -> Iterator[bytes]:
    """The same lines undecoded, which is all that a JSON reader needs; one longer than any of ours comes in pieces."""
    for line in read_log(path, _LONGEST, name):
        if line.endswith(b"\n") or len(line) == _LONGEST:
            yield line


def read_log(path: Path, longest: int, name: str = EVENTS) -> Iterator[bytes]:
    """The run's event log of this name as it is: lines with their ends, a last one that was cut off too; longer ones in pieces.

    Raises ConfigurationError where it cannot be read.
    """
    try:
        with (path / name).open("rb") as log:
            yield from iter(partial(log.readline, longest), b"")
    except OSError as error:
        raise ConfigurationError(f"cannot read {path / name}: {error.strerror}") from error


def _read(path: Path) -> dict[str, Any]:
    found = _parse(path)
    if not isinstance(found, dict):
        raise ConfigurationError(f"{path} does not hold an object")
    return found


def _parse(path: Path) -> Any:
    try:
        return _loads(path.read_bytes())
    except OSError as error:
        raise ConfigurationError(f"cannot read {path}: {error.strerror}; is {path.parent} a run's folder?") from error
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"{path} is not JSON: {error}") from error


def _loads(content: bytes) -> Any:
    """What JSON says; raises ValueError, too, for the numbers that it does not know, which no report could write again."""
    return json.loads(content, parse_constant=_finite, parse_float=_finite)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:40]} is not a number that JSON knows")
    return number


def _write(path: Path, document: Mapping[str, Any]) -> None:
    """All of it or nothing: a reader never sees half a document."""
    beside = path.with_suffix(".tmp")
    with beside.open("w", encoding="utf-8") as file:
        json.dump(document, file, indent=2, ensure_ascii=False)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
