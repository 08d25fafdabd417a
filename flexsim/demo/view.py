"""What the demo shows while it runs: the centre at a glance, for a terminal; one line of it, for a pipe.

Everything is drawn from a summary (``flexsim.measure.summary``), which comes from events alone. Nothing is printed here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from rich import box
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from flexsim.measure.statistics import OPEN_STATES

_LONGEST_BAR: Final = 28  # characters
_ROOMY: Final = 100  # columns of a terminal on which figures need not stand close
_BESIDE_BARS: Final = 60  # characters that the lowest part takes without its two bars
_TARGET: Final = 0.8  # where nobody says another
_WORRY: Final = 0.05  # so far below the target, the service level turns from yellow to red
_COLUMNS: Final = (
    "queue", "offered", "waiting", "longest\nwait", "handled", "abandoned", "service\nlevel", "ASA", "AHT",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One moment: the ``summary``, and what it does not know. Durations in real seconds."""

    brand: str
    address: str
    speed: float
    target: float  # of the service level, a share
    elapsed: float
    duration: float
    lost: int  # actions of the simulators that failed for good
    summary: Mapping[str, Any]


def draw(frame: Frame, width: int) -> RenderableType:
    """The whole picture, for a terminal of ``width`` columns (80 at least); as high as there are queues and activities."""
    return Panel(
        Group(_head(frame), "", queues(frame.summary, frame.target, width), "", _bars(frame.summary, width)),
        title=f"[bold]{escape(frame.brand)}[/bold]",
        subtitle=f"Ctrl-C ends it - {_left(frame)} left",
        box=box.HORIZONTALS,
        padding=0,
        width=width,
    )


def look(
    summary: Mapping[str, Any], address: str, *, width: int, trouble: str = "", hint: str | None = None
) -> RenderableType:
    """The same picture of a workspace that is only looked at; ``trouble`` says why it is not of now, if so."""
    facts = [f"[bold]{clock(summary['at'])}[/bold] UTC", escape(address)]
    if speed := summary.get("speed"):
        facts[0] += f" x {speed:g}"
    if "window" in summary:
        facts.append(f"the last {summary['window']} min")
    if summary["occupancy"] is not None:
        facts.append(f"occupancy {share(summary['occupancy'])}")
    head = Text.from_markup("   ".join(facts))
    if trouble:
        head = Text(trouble, style="bold red")
    return Panel(
        Group(head, "", queues(summary, summary.get("target", _TARGET), width), "", _bars(summary, width)),
        title=f"[bold]{escape(summary['name'])}[/bold]",
        subtitle=hint,
        box=box.HORIZONTALS,
        padding=0,
        width=width,
    )


def line(frame: Frame) -> str:
    """The most important figures in one line without colour."""
    losses = f"  lost requests {frame.lost}" if frame.lost else ""
    return look_line(frame.summary) + losses


def look_line(summary: Mapping[str, Any]) -> str:
    """The most important figures in one line without colour."""
    total, tasks = summary["total"], summary["tasks"]
    figures = {
        "offered": total["offered"],
        "waiting": total["waiting"],
        "longest": duration(total["longest_waiting"]),
        "assigned": tasks["assigned"] + tasks["wrapping"],
        "handled": total["handled"],
        "abandoned": total["abandoned"],
        "SL": share(total["service_level"]),
    }
    if summary["agents_busy"] is not None:
        # Of all: an agent may go offline with a task in hand.
        figures["busy"] = f"{summary['agents_busy']}/{sum(summary['agents'].values())}"
    shown = "  ".join(f"{name} {value}" for name, value in figures.items())
    return f"{clock(summary['at'])}  {shown}"


def queues(summary: Mapping[str, Any], target: float, width: int) -> Table:
    """The figures by queue, and of all; ``target`` is the service level's, ``width`` the terminal's."""
    gap = 2 if width >= _ROOMY else 0
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 0, 0, gap), pad_edge=False, header_style="bold")
    for name in _COLUMNS:
        if name == "queue":
            table.add_column(name, vertical="bottom", no_wrap=True)
        else:
            widest = max(map(len, name.split("\n")))
            table.add_column(name, justify="right", vertical="bottom", no_wrap=True, min_width=max(5, widest))
    for name, figures in summary["queues"].items():
        table.add_row(*_cells(escape(name), figures, target))
    table.add_section()
    table.add_row(*_cells("all", summary["total"], target), style="bold")
    return table


def _cells(name: str, figures: Mapping[str, Any], target: float) -> list[RenderableType]:
    waiting, level = figures["waiting"], figures["service_level"]
    return [
        name,
        str(figures["offered"]),
        Text(str(waiting), style="yellow" if waiting else ""),
        duration(figures["longest_waiting"]),
        str(figures["handled"]),
        Text(str(figures["abandoned"]), style="red" if figures["abandoned"] else ""),
        Text(share(level), style=_judgement(level, target)),
        duration(figures["asa"]),
        duration(figures["aht"]),
    ]


def _judgement(level: float | None, target: float) -> str:
    if level is None:
        return "dim"
    if level >= target:
        return "green"
    return "yellow" if level >= target - _WORRY else "red"


def _head(frame: Frame) -> RenderableType:
    facts = [
        f"[bold]{clock(frame.summary['at'])}[/bold] UTC x {frame.speed:g}",
        f"local TaskRouter {frame.address}",
        f"occupancy {share(frame.summary['occupancy'])}",
    ]
    if frame.lost:
        facts.append(f"[red]requests lost {frame.lost}[/red]")
    return Text.from_markup("   ".join(facts))


def _bars(summary: Mapping[str, Any], width: int) -> RenderableType:
    longest = max(6, min(_LONGEST_BAR, (width - _BESIDE_BARS) // 2))
    table = Table.grid(padding=(0, 3))
    agents = {name: count for name, count in summary["agents"].items() if count}
    busy = {} if summary["agents_busy"] is None else {"with a task": summary["agents_busy"]}
    tasks = summary["tasks"]
    table.add_row(
        _bar_chart("agents by activity", {**agents, **busy}, longest, "cyan"),
        _bar_chart("open tasks by state", {state: tasks[state] for state in OPEN_STATES}, longest, "magenta"),
        _counts("ended", {state: count for state, count in tasks.items() if state not in OPEN_STATES}),
    )
    return table


def _bar_chart(title: str, counts: Mapping[str, int], longest: int, style: str) -> RenderableType:
    most = max([*counts.values(), 1])
    rows = Table.grid(padding=(0, 1))
    rows.add_column(max_width=13, no_wrap=True)
    rows.add_column(width=4, justify="right")
    rows.add_column(width=longest)
    for name, count in counts.items():
        length = round(count / most * longest)
        rows.add_row(escape(name), str(count), Text("█" * length or "▏" * bool(count), style=style))
    return Group(f"[bold]{title}[/bold]", rows)


def _counts(title: str, counts: Mapping[str, int]) -> RenderableType:
    rows = Table.grid(padding=(0, 1))
    rows.add_column()
    rows.add_column(justify="right", min_width=5)
    for name, count in counts.items():
        rows.add_row(name, str(count))
    return Group(f"[bold]{title}[/bold]", rows)


def _left(frame: Frame) -> str:
    return duration(max(0.0, frame.duration - frame.elapsed))


def clock(moment: float) -> str:
    """The time of day, UTC."""
    return f"{datetime.fromtimestamp(moment, UTC):%H:%M:%S}"


def duration(seconds: float | None) -> str:
    """Minutes and seconds; a dash for none."""
    if seconds is None:
        return "-"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def share(value: float | None) -> str:
    """A percentage; a dash for none."""
    return "-" if value is None else f"{value:.0%}"
