"""How a plan is shown: a table with bars to look at, or rows for other programs."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

from flexsim.cli import output

_TEXTS: Final = frozenset({"", "start", "group", "in queue", "lowest in"})  # columns that hold no numbers
_BAR: Final = 12  # characters for the whole
_LEVELS: Final = 10  # lines of a chart, beside the one of 0 %
_CURVES: Final = {
    "service level": ("●", "bold green"),
    "occupancy": ("○", "cyan"),
    "abandonment": ("x", "red"),
}
_EIGHTHS: Final = " ▏▎▍▌▋▊▉"


def print_answer(document: Mapping[str, Any]) -> None:
    """The answer in a line or two, and a table of what fewer and more agents would do."""
    demand, goals, found = document["demand"], document["goals"], document["answer"]
    patience = "" if demand["patience"] is None else f", patience {demand['patience']:g} s"
    output.print_line(
        f"{demand['calls_per_hour']:g} calls an hour of {demand['aht']:g} s{patience}: a load of {demand['load']:.4g} erlangs"
    )
    output.print_line(f"goal: {goal_text(goals)}")
    output.print_line(_needed(document["formula"], found, document["shrinkage"]))
    if document["formula"] != "Erlang C":
        output.print_line(_needed("Erlang C, if nobody gave up", document["erlang_c"], document["shrinkage"]))
    columns = ("agents", "heads", "SL %", "", "ASA s", "wait %", "gone %", "occ %", "queue", "")
    shown = "served_within" if goals["of_offered"] else "service_level"
    rows = [
        (
            row["agents"],
            row["heads"],
            _percent(row[shown]),
            bar(row[shown]),
            _seconds(row["asa"]),
            _percent(row["wait_probability"]),
            _percent(row["abandonment"]),
            _percent(row["occupancy"]),
            _seconds(row["queue_length"]),
            "least" if row["agents"] == found["agents"] else "" if row["meets"] else "short",
        )
        for row in document["around"]
    ]
    print_table(columns, rows)
    if "curve" in document:
        output.print_line("")
        print_chart(document["curve"], found["agents"], shown)


def print_chart(rows: Sequence[Mapping[str, Any]], answer: int, shown: str) -> None:
    """Service level, occupancy and abandonment over the number of agents, with the answer marked below."""
    from rich.text import Text

    console = output.stdout()
    for step in range(_LEVELS, -1, -1):
        line = Text(f"{100 * step // _LEVELS:4d} % " if step % 2 == 0 else " " * 7)
        for row in rows:
            mark, style = _mark(row, step, shown)
            line.append(mark, style)
        console.print(line)
    first, last = rows[0]["agents"], rows[-1]["agents"]
    place = next(index for index, row in enumerate(rows) if row["agents"] == answer)
    output.print_line(" " * (7 + place) + f"^ {answer} agents; from {first} to {last}")
    legend = Text(" " * 7)
    for name, (mark, style) in _CURVES.items():
        legend.append(f"{mark} {name}   ", style)
    console.print(legend)


def _mark(row: Mapping[str, Any], step: int, shown: str) -> tuple[str, str]:
    """The curve that passes here; the first of several."""
    for name, (mark, style) in _CURVES.items():
        value = row[shown if name == "service level" else name]
        if round(value * _LEVELS) == step:
            return mark, style
    return " ", ""


def print_day(document: Mapping[str, Any]) -> None:
    """A line for each interval, with the agents as bars, and the totals."""
    rows = document["intervals"]
    most = max((row["agents"] for row in rows), default=0) or 1
    shown = "served_within" if document["goals"]["of_offered"] else "service_level"
    columns = ("start", "calls", "AHT s", "agents", "", "heads", "SL %", "ASA s", "gone %", "occ %")
    table = [
        (
            row["start"],
            round(row["calls"], 1),
            round(row["aht"]),
            row["agents"],
            bar(row["agents"] / most),
            row["heads"],
            _percent(row[shown]),
            _seconds(row["asa"]),
            _percent(row["abandonment"]),
            _percent(row["occupancy"]),
        )
        for row in rows
    ]
    print_table(columns, table)
    output.print_line(f"goal: {goal_text(document['goals'])}, in each interval by {document['formula']}")
    for line in _total_lines(document["total"], document["shrinkage"]):
        output.print_line(line)


def print_csv(rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows of one form as CSV with a heading; an empty field is what has no value."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    output.print_line(text.getvalue().rstrip("\n"))


def bar(part: float) -> str:
    """A bar as long as the part (0 to 1) of its full width, to an eighth of a character."""
    eighths = round(8 * _BAR * min(1.0, max(0.0, part)))
    return ("█" * (eighths // 8) + _EIGHTHS[eighths % 8]).rstrip()


def goal_text(goals: Mapping[str, Any]) -> str:
    """The goals in words."""
    texts = []
    if goals["service_level"] is not None:
        counted = " of all" if goals["of_offered"] else ""
        texts.append(f"{100 * goals['service_level']:g} %{counted} answered within {goals['within']:g} s")
    if goals["abandonment"] is not None:
        texts.append(f"no more than {100 * goals['abandonment']:g} % abandoned")
    if goals["asa"] is not None:
        texts.append(f"answered after {goals['asa']:g} s on average")
    if goals["occupancy"] is not None:
        texts.append(f"occupancy no more than {100 * goals['occupancy']:g} %")
    return ", ".join(texts)


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Numbers to the right, no lines between, so that it fits eighty characters and the bars form a curve."""
    from rich.table import Table

    table = Table(box=None, header_style="bold", padding=(0, 1), pad_edge=False)
    for name in columns:
        table.add_column(name, justify="left" if name in _TEXTS else "right", no_wrap=True)
    for row in rows:
        table.add_row(*(str(cell) for cell in row))
    output.stdout().print(table)


def _needed(formula: str, row: Mapping[str, Any], shrinkage: float) -> str:
    heads = f", {row['heads']} heads at {100 * shrinkage:g} % shrinkage" if shrinkage else ""
    return f"{formula}: {row['agents']} agents{heads}"


def _total_lines(total: Mapping[str, Any], shrinkage: float) -> list[str]:
    heads = f"; up to {total['most_heads']} heads at {100 * shrinkage:g} % shrinkage" if shrinkage else ""
    hours = f"{total['agent_hours']:,.1f} agents' hours, {total['paid_hours']:,.1f} paid hours"
    lines = [f"{total['calls']:,.0f} calls, {hours}; up to {total['most_agents']} agents{heads}"]
    if total["service_level"] is not None:
        lines.append(
            f"over all calls: {100 * total['service_level']:.1f} % answered in time, ASA {total['asa']:.1f} s,"
            f" {100 * total['abandonment']:.1f} % abandoned, occupancy {100 * total['occupancy']:.1f} %"
        )
    return lines


def _percent(value: float | None) -> float | str:
    return "-" if value is None else round(100.0 * value, 1)


def _seconds(value: float | None) -> float | str:
    return "-" if value is None else round(value, 1)
