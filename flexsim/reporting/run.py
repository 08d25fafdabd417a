"""A run's folder as reports, exports and comparisons want it: found by path or by name, and read once."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flexsim.errors import ConfigurationError
from flexsim.measure.reading import LATEST
from flexsim.runs.folder import (
    EVENTS,
    MANIFEST,
    REPLICATIONS,
    SUMMARY,
    Manifest,
    read_centre,
    read_configuration_files,
    read_raw_lines,
    read_replications,
    read_summary,
)

RUNS: Final = Path("runs")  # where runs are left unless told otherwise
Progress = Callable[[int], None]  # is told how many bytes have been read

_TELL_EVERY: Final = 20_000  # lines
_LARGEST: Final = 1e15  # no figure of a run comes near it: seconds and numbers of tasks
_TARGET: Final = 0.8  # of the service level, where nothing is known: the domain's default


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a run's folder says beside its log. ``summary`` is empty for a run that did not come to its end."""

    path: Path
    manifest: Manifest
    summary: Mapping[str, Any]
    configuration: Mapping[str, Any]  # documents by file name
    replications: tuple[Mapping[str, Any], ...]
    zone: ZoneInfo
    zone_is_told: bool  # by the configuration; else it is UTC

    @property
    def name(self) -> str:
        return self.path.resolve().name

    @property
    def target(self) -> float:
        """Of the service level: the configuration's."""
        level = self._metadata.get("serviceLevel")
        target = level.get("target") if isinstance(level, Mapping) else None
        return float(target) if isinstance(target, int | float) else _TARGET

    @property
    def brand(self) -> str | None:
        brand = self._metadata.get("brand")
        return brand if isinstance(brand, str) else None

    @property
    def closing(self) -> Mapping[str, Any]:
        """The summary of what the log holds: that of replication 0, if there are several."""
        found = self.replications[0]["summary"] if self.replications else self.summary
        assert isinstance(found, Mapping)
        return found

    @property
    def size(self) -> int:
        """Bytes of the log."""
        log = self.path / EVENTS
        return log.stat().st_size if log.is_file() else 0

    @property
    def _metadata(self) -> Mapping[str, Any]:
        found = self.configuration.get("metadata.json")
        return found if isinstance(found, Mapping) else {}

    def lines(self, progress: Progress | None = None) -> Iterator[bytes]:
        """The log's lines; raises ConfigurationError where there is none."""
        lines = read_raw_lines(self.path)
        return lines if progress is None else _told(lines, progress)

    def counted_lines(self, progress: Progress | None = None) -> Iterable[bytes]:
        """The lines that the figures count: those up to closing time, if the run's summary says when that was."""
        events = self.closing.get("events")
        lines = self.lines(progress)
        return islice(lines, events) if isinstance(events, int) and events >= 0 else lines

    def local(self, moment: float) -> datetime:
        """The moment on the run's own clocks."""
        return datetime.fromtimestamp(moment, self.zone)

    def offset(self, moment: float) -> int:
        """Seconds that the run's clocks are ahead of UTC."""
        ahead = self.local(moment).utcoffset()
        return int(ahead.total_seconds()) if ahead else 0


def open_run(where: Path) -> Run:
    """The run in the folder ``where``, or of that name among the runs here.

    Raises ConfigurationError where there is none, or where what it holds cannot be read.
    """
    path = where
    if not (path / MANIFEST).is_file() and len(where.parts) == 1 and (RUNS / where / MANIFEST).is_file():
        path = RUNS / where
    if not path.is_dir():
        raise ConfigurationError(f"no such run: {where}; runs are folders, those of this folder are in {RUNS}/")
    manifest = _checked(path, read_centre(path))
    configuration = read_configuration_files(path)
    zone, told = _zone(configuration.get("metadata.json"))
    return Run(
        path=path,
        manifest=manifest,
        summary=_whole(path / SUMMARY, read_summary(path)) if (path / SUMMARY).is_file() else {},
        configuration=configuration,
        replications=tuple(_whole_replications(path)),
        zone=zone,
        zone_is_told=told,
    )


def _checked(path: Path, manifest: Manifest) -> Manifest:
    if not 0 <= manifest.started <= LATEST:
        raise ConfigurationError(f"{path / MANIFEST}: started is not a time that a calendar has: {manifest.started:g}")
    return manifest


def _whole_replications(path: Path) -> Iterator[Mapping[str, Any]]:
    for each in read_replications(path):
        _whole(path / REPLICATIONS, each["summary"])
        yield each


def _whole(file: Path, summary: Mapping[str, Any]) -> Mapping[str, Any]:
    """A summary whose figures, where it has them, are numbers or nothing."""
    queues = summary.get("queues", {})
    parts = {"total": summary.get("total", {}), **(queues if isinstance(queues, Mapping) else {"queues": queues})}
    parts |= {name: summary[name] for name in ("tasks", "agents") if name in summary}
    parts |= {name: {name: summary[name]} for name in ("agents_busy", "occupancy") if name in summary}
    for part, figures in parts.items():
        if not _are_figures(figures):
            raise ConfigurationError(f"{file}: what it says of {part!r:.80} are not the figures of a run")
    return summary


def _are_figures(found: Any) -> bool:
    """Numbers and nothings by name, and the waits under theirs."""
    return isinstance(found, Mapping) and all(
        each is None or _is_figure(each) or (name == "wait" and _are_figures(each)) for name, each in found.items()
    )


def _is_figure(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LARGEST


def _zone(metadata: Any) -> tuple[ZoneInfo, bool]:
    """The time zone of arrivals, else of agents; UTC where none is told or none of that name is known here."""
    holders = [metadata.get(name) for name in ("arrivals", "agents")] if isinstance(metadata, Mapping) else []
    for holder in holders:
        name = holder.get("timezone") if isinstance(holder, Mapping) else None
        if isinstance(name, str):
            try:
                return ZoneInfo(name), True
            except (ZoneInfoNotFoundError, ValueError, OSError):
                continue
    return ZoneInfo("UTC"), False


def _told(lines: Iterable[bytes], progress: Progress) -> Iterator[bytes]:
    waiting = size = 0
    for line in lines:
        size += len(line)
        waiting += 1
        if waiting == _TELL_EVERY:
            progress(size)
            waiting = size = 0
        yield line
    progress(size)
