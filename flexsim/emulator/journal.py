"""The data file: the latest snapshot of a server, and every input it has accepted since.

It is a SQLite database in WAL mode that one process at a time may use. An input is in it before it is answered, so it
outlives the process, however that ends. It is not forced to the disk each time (``synchronous`` is NORMAL): when the
machine loses power the latest inputs may be missing, but the file is whole (sqlite.org/wal.html, "Performance
Considerations"). A snapshot replaces its predecessor and the inputs that it contains in one transaction.
"""

import contextlib
import json
import os
import sqlite3
import struct
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Self, TypeAlias

import orjson

from flexsim.errors import ConfigurationError, FlexsimError

Document: TypeAlias = dict[str, Any]

FORMAT: Final = 1
MEMORY: Final = ":memory:"

_APPLICATION: Final = 0x666C7873  # "flxs": SQLite's place for saying whose file it is
_MAGIC: Final = b"SQLite format 3\0"
_HEADER: Final = 100  # bytes; sqlite.org/fileformat.html, "The Database Header"
_SCHEMA: Final = (
    "CREATE TABLE inputs (serial INTEGER PRIMARY KEY, line TEXT NOT NULL)",
    "CREATE TABLE snapshot (part TEXT PRIMARY KEY, document TEXT NOT NULL)",
    f"PRAGMA application_id = {_APPLICATION}",
    f"PRAGMA user_version = {FORMAT}",
)


def encode(document: Any) -> str:
    """One line of JSON; raises ``TypeError`` or ``ValueError`` for what JSON cannot say."""
    try:
        return orjson.dumps(document).decode()
    except orjson.JSONEncodeError:  # lone surrogates and integers beyond 64 bits, which attributes may hold
        return json.dumps(document, separators=(",", ":"), allow_nan=False)


class Journal:
    """One open data file. Everything raises ``ConfigurationError`` on opening, ``FlexsimError`` on a failing disk."""

    def __init__(self, path: str | Path) -> None:
        """Open the file, or make it; ``:memory:`` is one that goes with the process."""
        self.path = str(path)
        self._failure: FlexsimError | None = None
        self.on_failure: Callable[[FlexsimError], None] = lambda _: None
        if self.path != MEMORY:
            _make_or_check(Path(self.path))
        self._connection: sqlite3.Connection | None = None
        self._open()
        with self._readable() as connection:
            self.since_snapshot: int = connection.execute("SELECT count(*) FROM inputs").fetchone()[0]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- reading ---

    def snapshot(self) -> dict[str, Document]:
        """The latest snapshot by part; empty in a new file."""
        with self._readable() as connection:
            rows = connection.execute("SELECT part, document FROM snapshot ORDER BY part")
            return {part: json.loads(document) for part, document in rows}

    def lines(self) -> Iterator[str]:
        """The inputs since the snapshot, in order."""
        with self._readable() as connection:
            expected: int | None = None
            for serial, line in connection.execute("SELECT serial, line FROM inputs ORDER BY serial"):
                if expected not in (None, serial):
                    raise ConfigurationError(f"{self.path} is damaged: input {expected} is missing")
                expected = serial + 1
                yield line

    # --- writing ---

    def append(self, document: Document) -> None:
        """Returns when the input outlives the process."""
        with self._writable() as connection:
            connection.execute("INSERT INTO inputs (line) VALUES (?)", (encode(document),))
        self.since_snapshot += 1

    def keep(self, parts: Mapping[str, Document]) -> None:
        """A new snapshot in place of the former one and of all inputs."""
        texts = [(part, encode(document)) for part, document in parts.items()]
        with self._writable() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                connection.execute("DELETE FROM snapshot")
                connection.execute("DELETE FROM inputs")
                connection.executemany("INSERT INTO snapshot VALUES (?, ?)", texts)
                connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):  # some errors have rolled back already
                    connection.execute("ROLLBACK")
                raise
        self.since_snapshot = 0

    # --- opening and closing ---

    @property
    def is_open(self) -> bool:
        return self._connection is not None

    @property
    def failed(self) -> bool:
        """Whether an input could not be written: what is in memory and in the file are no longer the same."""
        return self._failure is not None

    def close(self) -> None:
        """Let others use the file; harmless when it is closed."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def reopen(self, expected: Mapping[str, Document]) -> None:
        """Use the file again, in which there must still be ``expected`` and no input."""
        self._open()
        if self.snapshot() != expected or next(self.lines(), None) is not None:
            self.close()
            raise ConfigurationError(f"{self.path} has been changed by another process since it was closed here")

    def _open(self) -> None:
        try:
            # Used by the thread that builds the server and then by the one that serves, never by two at a time.
            connection = sqlite3.connect(self.path, timeout=0, isolation_level=None, check_same_thread=False)
        except sqlite3.Error as error:
            raise ConfigurationError(f"cannot open {self.path}: {error}") from error
        try:
            self._claim(connection)
        except sqlite3.Error as error:
            connection.close()
            if "locked" in str(error):
                raise ConfigurationError(f"{self.path} is in use by another flexsim: stop that one first") from error
            if "readonly" in str(error):
                raise ConfigurationError(f"{self.path} cannot be written: {error}") from error
            raise ConfigurationError(f"{self.path} is damaged: {error}; use a copy of it, or another file") from error
        except BaseException:
            connection.close()
            raise
        self._connection = connection

    def _claim(self, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")  # before WAL: then no shared memory is needed
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(found.splitlines()[-1])
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("COMMIT")
        if self.path == MEMORY:
            for statement in _SCHEMA:
                connection.execute(statement)

    @contextlib.contextmanager
    def _readable(self) -> Iterator[sqlite3.Connection]:
        assert self._connection is not None, "the journal is closed"
        try:
            yield self._connection
        except (sqlite3.Error, ValueError) as error:
            raise ConfigurationError(f"{self.path} is damaged: {error}") from error

    @contextlib.contextmanager
    def _writable(self) -> Iterator[sqlite3.Connection]:
        """After a failure nothing more is written: what came later makes no sense without what is missing."""
        if self._failure is not None:
            raise self._failure
        assert self._connection is not None, "the journal is closed"
        try:
            yield self._connection
        except sqlite3.Error as error:
            self._failure = FlexsimError(f"cannot write {self.path}: {error}; nothing is accepted any more")
            self.on_failure(self._failure)
            raise self._failure from error


def _make_or_check(path: Path) -> None:
    """Make sure of a file that is ours, before SQLite touches it."""
    try:
        if not path.exists() or path.stat().st_size == 0:
            _make(path)
            return
        with path.open("rb") as file:
            header = file.read(_HEADER)
    except OSError as error:
        raise ConfigurationError(f"cannot open {path}: {error.strerror}") from error
    if len(header) < _HEADER or not header.startswith(_MAGIC):
        raise ConfigurationError(f"{path} is not a data file of flexsim: name another one, or a new one")
    version, application = struct.unpack_from(">I4xI", header, 60)
    if application != _APPLICATION:
        raise ConfigurationError(f"{path} is a database of another program: name another file, or a new one")
    if version > FORMAT:
        raise ConfigurationError(
            f"{path} was written by a newer flexsim (format {version}, this one reads up to {FORMAT}): use that one"
        )


def _make(path: Path) -> None:
    """An empty data file appears whole, or not at all."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with contextlib.closing(sqlite3.connect(beside, isolation_level=None)) as connection:
            for statement in _SCHEMA:
                connection.execute(statement)
        beside.replace(path)
    except sqlite3.Error as error:
        raise ConfigurationError(f"cannot make {path}: {error}") from error
    finally:
        beside.unlink(missing_ok=True)
