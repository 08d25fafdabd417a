"""A run's tables for other tools: tasks, reservations, agents' states, events and intervals.

The log is read once and rows are written as lives end, in batches. Tasks, reservations, states and events are those of the
whole log; intervals are the report's, which end at closing time.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import orjson

from flexsim.errors import ConfigurationError
from flexsim.measure.contacts import CANCELED, COMPLETED, Contacts, Reservation, Spell, Task
from flexsim.measure.periods import Limits
from flexsim.measure.reading import LogReader
from flexsim.measure.report import ReportFold
from flexsim.reporting.document import Wishes, close_fold, intervals
from flexsim.reporting.forms import ExportForm
from flexsim.reporting.run import Progress, Run
from flexsim.reporting.schemas import EVENTS, INTERVALS, TABLES
from flexsim.reporting.sinks import Sink, check_parquet, open_sink
from flexsim.reporting.writing import discard

BATCH: Final = 20_000  # rows; a row group of Parquet

_EVENT_KEYS: Final = tuple(field.name for field in EVENTS)
_AS_TEXT: Final = tuple(place for place, key in enumerate(_EVENT_KEYS) if key in {"contact", "from"})
_INTERVAL_KEYS: Final = tuple(field.name for field in INTERVALS)[3:]


def export_run(
    run: Run, form: ExportForm, out: Path, wishes: Wishes, progress: Progress | None = None
) -> dict[str, int]:
    """Write every table into the folder ``out``; how many rows each has. All files are new afterwards, or none.

    Raises ConfigurationError where the run cannot be read, the folder not written, or the form needs what is not there.
    """
    if form is ExportForm.PARQUET:
        check_parquet()
    files = {name: out / f"{name}.{form.value}" for name in TABLES}
    beside = {name: file.with_name(f".{file.name}.new") for name, file in files.items()}
    try:
        out.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            tables = {name: _Table(open_sink(form, beside[name], fields)) for name, fields in TABLES.items()}
            for table in tables.values():
                stack.callback(table.close)
            _fill(run, tables, wishes, progress)
        for name, file in files.items():
            beside[name].replace(file)
    except OSError as error:
        raise ConfigurationError(f"cannot write to {out}: {error.strerror or error}") from error
    finally:
        for file in beside.values():
            discard(file)
    return {name: table.count for name, table in tables.items()}


class _Table:
    """Collects rows and hands them on in batches."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._rows: list[Any] = []
        self.count = 0

    def add(self, row: Iterable[Any]) -> None:
        self._rows.append(row)
        if len(self._rows) >= BATCH:
            self.flush()

    def flush(self) -> None:
        if self._rows:
            self._sink.write(self._rows)
            self.count += len(self._rows)
            self._rows = []

    def close(self) -> None:
        self._sink.close()


def _fill(run: Run, tables: dict[str, _Table], wishes: Wishes, progress: Progress | None) -> None:
    reader = LogReader()
    threshold = float(run.manifest.threshold) if wishes.threshold is None else wishes.threshold
    report = ReportFold(reader, Limits(threshold=threshold, short=wishes.short))
    writer = _Writer(reader, tables)
    contacts = Contacts(reader.names, writer)
    closing = run.closing.get("events")
    counted = closing if isinstance(closing, int) else float("inf")
    number = 0
    for event in reader.events(_kept(run.lines(progress), tables["events"])):
        number += 1  # noqa: SIM113 -- enumerate would make a tuple a line
        if number <= counted:
            report.add(event)
        contacts.add(event)
    writer.open(contacts)
    _intervals(run, report, tables["intervals"], wishes)
    for table in tables.values():
        table.flush()


def _kept(lines: Iterable[bytes], table: _Table) -> Iterator[bytes]:
    """The lines, each also put into the table of events once the reader has found it to be one."""
    loads = orjson.loads
    for line in lines:
        yield line
        record = loads(line)
        row = list(map(record.get, _EVENT_KEYS))
        for place in _AS_TEXT:
            if row[place] is not None and not isinstance(row[place], str):
                row[place] = orjson.dumps(row[place]).decode()
        table.add(row)


def _intervals(run: Run, report: ReportFold, table: _Table, wishes: Wishes) -> None:
    if report.begin is None:
        return
    close_fold(run, report)
    found = intervals(run, report, wishes)
    width = found["width"]
    chosen = found["tables"][width]
    for queue, rows in [(None, chosen["total"]), *chosen["queues"].items()]:
        for row in rows:
            table.add([queue, row["start"], width // 60, *(row.get(key) for key in _INTERVAL_KEYS)])


class _Writer:
    """Hears of lives and writes each down when it is over."""

    def __init__(self, reader: LogReader, tables: dict[str, _Table]) -> None:
        self._reader = reader
        self._tasks = tables["tasks"]
        self._reservations = tables["reservations"]
        self._states = tables["agent_states"]

    def open(self, contacts: Contacts) -> None:
        """What is not over when the log ends is written as it stands."""
        for task in contacts.tasks.values():
            self.ended(task)
        for reservation in contacts.reservations.values():
            self.reservation_ended(reservation)
        for spell in contacts.spells.values():
            self.spell_ended(spell)

    def created(self, task: Task) -> None:
        pass

    def entered(self, task: Task, left: int | None) -> None:
        pass

    def accepted(self, task: Task) -> None:
        pass

    def busy(self, spell: Spell, now: float) -> None:
        pass

    def spell_began(self, spell: Spell) -> None:
        pass

    def ended(self, task: Task) -> None:
        reader = self._reader
        arrival = reader.arrivals.get(task.id)
        gone = task.state == CANCELED and task.accepted is None
        talk, wrap = _times(task.accepted, task.wrapping, task.ended if task.state == COMPLETED else None)
        self._tasks.add(
            (
                reader.tasks.by_id.get(task.id),
                *((arrival.contact, arrival.channel, arrival.workflow, arrival.priority) if arrival else (None,) * 4),
                None if task.queue is None else reader.names.queues[task.queue],
                task.created,
                None if task.queue is None else task.entered,
                task.accepted,
                task.wrapping,
                task.ended,
                task.state,
                task.reason,
                gone and not task.lost,
                gone and task.lost,
                None if task.worker is None else reader.workers.by_id[task.worker],
                None if task.worker is None else reader.names.workers.get(task.worker),
                _since(task.created, task.accepted),
                _since(task.created, task.ended) if gone else None,
                talk,
                wrap,
                None if talk is None or wrap is None else round(talk + wrap, 3),
                task.reservations,
                task.refused,
                task.moves,
            )
        )

    def reservation_ended(self, reservation: Reservation) -> None:
        reader = self._reader
        arrival = reader.arrivals.get(reservation.task)
        talk, wrap = _times(reservation.accepted, reservation.wrapping, reservation.ended)
        answered = reservation.ended if reservation.accepted is None else reservation.accepted
        self._reservations.add(
            (
                reader.reservations.by_id.get(reservation.id),
                reader.tasks.by_id.get(reservation.task),
                *((arrival.contact, arrival.channel) if arrival else (None, None)),
                None if reservation.queue is None else reader.names.queues[reservation.queue],
                reader.workers.by_id.get(reservation.worker),
                reader.names.workers.get(reservation.worker),
                reservation.created,
                reservation.accepted,
                reservation.wrapping,
                reservation.ended,
                reservation.status,
                _since(reservation.created, answered),
                talk,
                wrap,
            )
        )

    def spell_ended(self, spell: Spell) -> None:
        names = self._reader.names
        self._states.add(
            (
                self._reader.workers.by_id[spell.worker],
                names.workers.get(spell.worker),
                names.activities[spell.activity],
                spell.available,
                spell.began,
                spell.ended,
                _since(spell.began, spell.ended),
            )
        )


def _times(accepted: float | None, wrapping: float | None, ended: float | None) -> tuple[float | None, float | None]:
    """Talk and wrap-up of what was accepted and is over."""
    if accepted is None or ended is None:
        return None, None
    wrapping = ended if wrapping is None else wrapping
    return _since(accepted, wrapping), _since(wrapping, ended)


def _since(begin: float, end: float | None) -> float | None:
    return None if end is None else round(end - begin, 3)
