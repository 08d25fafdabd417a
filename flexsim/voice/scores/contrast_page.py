"""Groups side by side, as a page and as the rows of a terminal's table."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flexsim.measure.metrics import Kind
from flexsim.voice.scores import words
from flexsim.voice.scores.contrast import LATENCIES, SHOWN
from flexsim.voice.scores.figures import FIGURES
from flexsim.voice.scores.rendering import rendered

_STAR: Final = " *"


def contrast_page(title: str, document: Mapping[str, Any]) -> str:
    """The page for a comparison's document."""
    return rendered(
        "contrast.html.j2",
        [],
        title=title,
        document=document,
        columns=columns(document),
        rows=rows(document),
        notes=notes(document),
    )


def columns(document: Mapping[str, Any]) -> list[str]:
    """Above the rows: the groups, with how many conversations."""
    return ["Figure", *(f"{name} ({group['conversations']})" for name, group in document["groups"].items())]


def rows(document: Mapping[str, Any]) -> list[list[str]]:
    """A row for each figure; beside a group's value how far it is from the first's, with a star where that is more than chance."""
    groups = document["groups"]
    found = [["Goal reached", *(_success(document, name) for name in groups)]]
    deepest = max((int(k) for group in groups.values() for k in group["pass_k"]), default=0)
    found += [
        [f"pass^{k}", *(words.estimate(group["pass_k"].get(str(k))) for group in groups.values())]
        for k in range(2, deepest + 1)
    ]
    if deepest > 1:
        found.append(["Flake rate", *(words.estimate(group["flake_rate"]) for group in groups.values())])
    for name in LATENCIES:
        side = name.removeprefix("latency_")
        found.append(
            [
                f"{side.capitalize()} answers after, mean",
                *(_cell(document, each, name, groups[each]["latency"][side]["mean"]) for each in groups),
            ]
        )
        found.append(
            [
                f"{side.capitalize()} answers after, 9 of 10",
                *(words.seconds(group["latency"][side]["p90"]) for group in groups.values()),
            ]
        )
    found += [
        [FIGURES[name].title, *(_cell(document, each, name, groups[each]["figures"][name]) for each in groups)]
        for name in SHOWN
    ]
    found.append(["To blame", *(_blame(group["blame"]) for group in groups.values())])
    return found


def _success(document: Mapping[str, Any], name: str) -> str:
    here = words.estimate(document["groups"][name]["success"])
    difference = document["differences"].get(name, {}).get("success")
    return here if difference is None else f"{here}; {_apart(Kind.SHARE, difference)}"


def _cell(document: Mapping[str, Any], group: str, name: str, value: float | None) -> str:
    kind = FIGURES[name].kind if name in FIGURES else Kind.SECONDS
    shown = words.SHOW[kind](value)
    difference = document["differences"].get(group, {}).get("figures", {}).get(name)
    return shown if difference is None else f"{shown}; {_apart(kind, difference)}"


def _apart(kind: Kind, difference: Mapping[str, Any]) -> str:
    return words.signed(kind, difference["difference"]) + (_STAR if difference["more_than_chance"] else "")


def _blame(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {party}" for party, count in counted.items() if count) or words.NOTHING


def notes(document: Mapping[str, Any]) -> list[str]:
    """What must be known to read the rows."""
    found = [
        f"differences are from {document['baseline']}; * is more than chance at 95 %, with {document['comparisons']} comparisons in the table counted"
    ]
    paired: Sequence[str] = [name for name, each in document["differences"].items() if each["paired"]]
    if paired:
        found.append(f"the same tasks with the same seeds, compared in pairs: {', '.join(paired)}")
    return found
