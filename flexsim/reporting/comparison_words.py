"""A comparison in words and tables, for terminals and for Markdown."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from flexsim.reporting import words
from flexsim.reporting.report import table

_TITLES: Final = {"wait_p90": "Wait, 90th percentile"}
_SHOWN: Final = 40  # changes
_LONGEST: Final = 60  # characters of a value


COLUMNS: Final = ("Figure", "A", "B", "B - A", "95 % interval", "")
QUEUE_COLUMNS: Final = ("Queue", *COLUMNS)


def figure_rows(figures: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """One row for each figure; a star where the difference is more than chance."""
    return [
        [
            title(each["name"]), words.figure(each["name"], each["a"]), words.figure(each["name"], each["b"]),
            signed(each["name"], each["difference"]),
            words.NOTHING if each["half_width"] is None else f"± {words.size(each['name'], each['half_width'])}",
            "*" if each["told_from_chance"] else "",
        ]
        for each in figures
    ]  # fmt: skip


def queue_rows(document: Mapping[str, Any]) -> list[list[str]]:
    """The same for each queue to which something came."""
    return [
        [queue, *row]
        for queue, figures in document["queues"].items()
        if any(each["name"] == "offered" and (each["a"] or each["b"]) for each in figures)
        for row in figure_rows(figures)
    ]


def title(name: str) -> str:
    return _TITLES.get(name) or words.DEFINITIONS[name][0]


def signed(name: str, number: float | None) -> str:
    if number is None:
        return words.NOTHING
    sign = "+" if number > 0 else "-" if number < 0 else ""
    return sign + words.size(name, number)


def notes(document: Mapping[str, Any]) -> list[str]:
    """What must be known to read the figures."""
    a, b = document["a"], document["b"]
    found = [
        f"A is {a['name']}, B is {b['name']}",
        _HOW[document["method"]].format(a=a["replications"], b=b["replications"]),
    ]
    if a["threshold"] != b["threshold"]:
        found.append(f"the service levels are of different thresholds: {a['threshold']:g} s and {b['threshold']:g} s")
    return found


_HOW: Final = {
    "paired": "{a} replications with the same seeds, compared in pairs; * more than chance at 95 %",
    "welch": "{a} and {b} replications with different seeds, compared by Welch's method; * more than chance at 95 %",
    None: "one of the runs has no replications: how much of a difference is chance cannot be told",
}


def change_lines(document: Mapping[str, Any]) -> list[str]:
    """What was changed from A to B."""
    lines = [f"{'.'.join(each['where'])}: {_from_to(each)}" for each in document["manifest"]]
    configuration = document["configuration"]
    changes = [f"{'.'.join(each['where'])}: {_from_to(each)}" for each in configuration["changes"]]
    lines += changes[:_SHOWN]
    if len(changes) > _SHOWN:
        lines.append(f"and {len(changes) - _SHOWN} more; --json tells all")
    if configuration["missing"]:
        same = {True: "the same, by its hash", False: "another, by its hash", None: "not known"}[configuration["same"]]
        lines.append(f"configuration: {same}; no copy of it was left by {', '.join(configuration['missing'])}")
    elif configuration["same"]:
        lines.append("configuration: the same")
    return lines


def _from_to(change: Mapping[str, Any]) -> str:
    if "a" not in change:
        return f"added {_short(change['b'])}"
    if "b" not in change:
        return f"removed {_short(change['a'])}"
    return f"{_short(change['a'])} -> {_short(change['b'])}"


def _short(thing: Any) -> str:
    text = json.dumps(thing, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def as_markdown(document: Mapping[str, Any]) -> str:
    """The whole comparison as Markdown."""
    parts = [f"# {document['a']['name']} and {document['b']['name']}", *_sentences(notes(document))]
    parts += [table(COLUMNS, figure_rows(document["total"])), "## Queues", table(QUEUE_COLUMNS, queue_rows(document))]
    parts += ["## What was changed", "\n".join(f"- `{line.replace('`', chr(39))}`" for line in change_lines(document))]
    return "\n\n".join(parts) + "\n"


def _sentences(lines: Sequence[str]) -> list[str]:
    return [f"{line[0].upper()}{line[1:]}." for line in lines]
