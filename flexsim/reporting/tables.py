"""A report's tables with their columns, ready to be shown: on the page, as Markdown, as CSV."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from flexsim.reporting import words
from flexsim.reporting.run import Run

Show = Callable[[Any], str]


class Column(NamedTuple):
    """``key`` of the figure, what stands above it, how a value is shown, and the key of its definition."""

    key: str
    title: str
    show: Show
    definition: str


INTERVAL_COLUMNS: Final = (
    Column("offered", "Offered", words.count, "offered"),
    Column("answered", "Answered", words.count, "answered"),
    Column("handled", "Handled", words.count, "handled"),
    Column("abandoned", "Abandoned", words.count, "abandoned"),
    Column("lost", "Lost", words.count, "lost"),
    Column("removed", "Removed", words.count, "removed"),
    Column("service_level", "Service level", words.share, "service_level"),
    Column("asa", "ASA", words.duration, "asa"),
    Column("longest_wait", "Longest wait", words.duration, "longest_wait"),
    Column("aht", "AHT", words.duration, "aht"),
    Column("waiting_mean", "Waiting, mean", words.count, "waiting"),
    Column("waiting_most", "Waiting, most", words.count, "waiting"),
)
TOTAL_COLUMNS: Final = (
    *INTERVAL_COLUMNS,
    Column("agents", "Agents", words.count, "agents"),
    Column("occupancy", "Occupancy", words.share, "occupancy"),
)
QUEUE_COLUMNS: Final = (
    Column("offered", "Offered", words.count, "offered"),
    Column("answered", "Answered", words.count, "answered"),
    Column("handled", "Handled", words.count, "handled"),
    Column("abandoned", "Abandoned", words.count, "abandoned"),
    Column("lost", "Lost", words.count, "lost"),
    Column("abandonment", "Abandonment", words.share, "abandonment"),
    Column("service_level", "Service level", words.share, "service_level"),
    Column("asa", "ASA", words.duration, "asa"),
    Column("aht", "AHT", words.duration, "aht"),
    Column("waiting", "Waiting at the end", words.count, "waiting"),
)


def cells(columns: Sequence[Column], record: Mapping[str, Any]) -> list[str]:
    """The record's figures as they are shown."""
    return [column.show(record[column.key]) for column in columns]


def interval_labels(run: Run, starts: Sequence[float]) -> list[str]:
    """When each interval begins, on the run's own clocks; with the date where there is more than one."""
    moments = [run.local(start) for start in starts]
    if len({each.date() for each in moments}) > 1:
        return [words.moment(each, seconds=False) for each in moments]
    return [f"{each:%H:%M}" for each in moments]
