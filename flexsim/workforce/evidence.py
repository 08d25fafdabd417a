"""What a run of the workforce leaves in its folder, and how that is read again.

``manifest.json`` and ``summary.json`` as of every run; ``session.json``, what was begun; ``events.jsonl``, one line for each turn,
whole, written when it is over: what was said, decided and remembered, and what the company had come to.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from flexsim.errors import ConfigurationError
from flexsim.runs.folder import Manifest, begin_run, digest, read_raw_lines, versions
from flexsim.workforce.documents import session_document, session_of, turn_document, turn_of
from flexsim.workforce.figures import summary
from flexsim.workforce.records import Session, Turn

SESSION: Final = "session.json"
RUNS: Final = Path("runs")
COMMAND: Final = "workforce"


class Evidence:
    """A run's folder being written."""

    def __init__(self, out: Path, session: Session, started: float) -> None:
        document = json.dumps(session_document(session), ensure_ascii=False, indent=1)
        manifest = Manifest(
            command=COMMAND, seed=session.seed, speed=0.0, started=started,
            configuration=digest(document), threshold=20.0,
            versions=versions(),
        )  # fmt: skip
        self._run = begin_run(out, manifest)
        self._session = session
        (self.path / SESSION).write_text(document + "\n", encoding="utf-8")

    @property
    def path(self) -> Path:
        """The folder."""
        return self._run.path

    def __enter__(self) -> Self:
        self._run.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run.__exit__(kind, error, trace)

    def add(self, turn: Turn) -> None:
        """A turn is over: its line is on the disk before the next one begins."""
        self._run.write([json.dumps(turn_document(turn), ensure_ascii=False, separators=(",", ":")) + "\n"])
        self._run.flush()

    def finish(self, turns: Sequence[Turn]) -> dict[str, Any]:
        """The run is over; gives the summary that it leaves."""
        found = summary(self._session, turns)
        self._run.finish(found)
        return found


def run_named(name: str) -> Path | None:
    """The folder meant: a path, or a name in ``runs/``; None where it is neither."""
    return next((path for path in (Path(name), RUNS / name) if (path / SESSION).is_file()), None)


def read_run(path: Path) -> tuple[Session, tuple[Turn, ...]]:
    """A run's session and its turns; raises ConfigurationError where the folder holds none."""
    file = path / SESSION
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigurationError(f"cannot read {file}; is {path} a run of flexsim workforce run?") from error
    if not isinstance(document, dict):
        raise ConfigurationError(f"{file} does not hold an object")
    return session_of(document, str(file)), tuple(_turns(path))


def _turns(path: Path) -> list[Turn]:
    found = []
    for number, line in enumerate(read_raw_lines(path), start=1):
        where = f"line {number} of {path / 'events.jsonl'}"
        try:
            document = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ConfigurationError(f"{where} is not JSON") from error
        found.append(turn_of(document, where))
    return found
