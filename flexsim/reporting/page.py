"""The report as one page: the headline, charts, tables, and the contacts that had it worst."""

from collections.abc import Mapping
from typing import Any, Final

from flexsim.pages import embedded, inside, templates
from flexsim.reporting import words
from flexsim.reporting.run import Run
from flexsim.reporting.tables import INTERVAL_COLUMNS, QUEUE_COLUMNS, TOTAL_COLUMNS, cells, interval_labels

_STYLES: Final = ("uplot/uPlot.min.css", "report/report.css")
_SCRIPTS: Final = ("uplot/uPlot.iife.min.js", "report/report.js")


def render_page(run: Run, document: Mapping[str, Any]) -> str:
    """The page for a report's document."""
    clock = _clock(run, document)
    environment = templates("report")
    environment.filters.update(
        count=words.count, duration=words.duration, share=words.share, span=words.span,
        moment=lambda at: words.moment(run.local(at)), clock=lambda at: f"{run.local(at):{clock}:%S}",
    )  # fmt: skip
    return environment.get_template("report.html.j2").render(
        document=document,
        run=run,
        **inside(_STYLES, _SCRIPTS),
        data=embedded(_data(run, document)),
        definitions=words.DEFINITIONS,
        queue_columns=QUEUE_COLUMNS,
        total_columns=TOTAL_COLUMNS,
        tiles=_tiles(document),
        queue_rows=[(name, cells(QUEUE_COLUMNS, figures)) for name, figures in document["queues"].items()],
        total_row=cells(QUEUE_COLUMNS, document["total"]),
        interval_rows=_interval_rows(run, document),
        captions=_captions(run, document),
        replicated=_replicated(document),
        worst=_worst(document),
        configuration=_configuration(run),
        more=_more(run),
    )


def _clock(run: Run, document: Mapping[str, Any]) -> str:
    """How a moment is written: with the day where the run has several."""
    days = {run.local(document[name]).date() for name in ("begin", "end")}
    return "%d %b %H:%M" if len(days) > 1 else "%H:%M"


def _data(run: Run, document: Mapping[str, Any]) -> dict[str, Any]:
    """What the script draws: charts as numbers, tables as they are shown."""
    tables = document["intervals"]["tables"]
    return {
        "timezone": document["timezone"]["name"],
        "target": document["target"],
        "charts": document["charts"],
        "width": document["intervals"]["width"],
        "columns": [column.title for column in TOTAL_COLUMNS],
        "definitions": [words.DEFINITIONS[column.definition][1] for column in TOTAL_COLUMNS],
        "labels": {
            width: interval_labels(run, [row["start"] for row in table["total"]]) for width, table in tables.items()
        },
        "tables": {
            width: {
                "": [cells(TOTAL_COLUMNS, row) for row in table["total"]],
                **{name: _aligned(table["total"], rows) for name, rows in table["queues"].items()},
            }
            for width, table in tables.items()
        },
    }


def _interval_rows(run: Run, document: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    rows = document["intervals"]["tables"][document["intervals"]["width"]]["total"]
    labels = interval_labels(run, [row["start"] for row in rows])
    return [(label, cells(TOTAL_COLUMNS, row)) for label, row in zip(labels, rows, strict=True)]


def _replicated(document: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    found = document["replications"]["figures"] if document["replications"] else {}
    return [
        (name, words.figure(name, each["mean"]), _half_width(name, each["half_width"])) for name, each in found.items()
    ]


def _half_width(name: str, value: float | None) -> str:
    return words.NOTHING if value is None else f"± {words.size(name, value)}"


def _aligned(total: list[dict[str, Any]], rows: list[dict[str, Any]]) -> list[list[str]]:
    """A queue's rows, one for each of the total's: a sparse table leaves out where nothing came."""
    by_start = {row["start"]: row for row in rows}
    empty = [words.NOTHING] * len(INTERVAL_COLUMNS)
    return [cells(INTERVAL_COLUMNS, by_start[row["start"]]) if row["start"] in by_start else empty for row in total]


def _tiles(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The headline: key, value, the words below, and whether it is good or bad where there is a target."""
    total, replicated = document["total"], document["replications"]
    level, target = total["service_level"], document["target"]
    threshold = words.span(document["threshold"])
    met = None if level is None else level >= target
    judged = {None: "", True: "meets", False: "misses"}[met]
    tiles: list[dict[str, Any]] = [
        {"key": "service_level", "value": words.share(level), "below": f"in {threshold}; {judged} {words.share(target)}"
         if judged else f"in {threshold}", "good": met},
        {"key": "offered", "value": words.count(total["offered"]), "below": f"{words.count(total['answered'])} answered"},
        {"key": "handled", "value": words.count(total["handled"]), "below": f"{words.count(total['waiting'])} waiting at the end"},
        {"key": "asa", "value": words.duration(total["asa"]), "below": f"9 of 10 within {words.duration(total['wait']['p90'])}"},
        {"key": "longest_wait", "value": words.duration(total["longest_wait"]), "below": "of the answered" if replicated else "of the answered and the abandoned"},
        {"key": "aht", "value": words.duration(total["aht"]),
         "below": f"talk {words.duration(total['talk'])}, wrap-up {words.duration(total['wrap'])}"},
        {"key": "abandonment", "value": words.share(total["abandonment"]),
         "below": f"{words.count(total['abandoned'])} abandoned, {words.count(total['lost'])} lost"},
        {"key": "occupancy", "value": words.share(document["occupancy"]), "below": "of agents available or busy"},
    ]  # fmt: skip
    for tile in tiles:
        tile.setdefault("good", None)
        tile["interval"] = _interval(replicated, tile["key"])
    return tiles


def _interval(replicated: Mapping[str, Any] | None, key: str) -> str | None:
    found = replicated["figures"].get(key) if replicated else None
    if not found or found["half_width"] is None:
        return None
    return f"mean {words.figure(key, found['mean'])} ± {words.size(key, found['half_width'])}"


def _captions(run: Run, document: Mapping[str, Any]) -> dict[str, str]:
    """Each chart in a sentence, for those who cannot see it."""
    charts, clock = document["charts"], _clock(run, document)
    every, step = charts["contacts"][""], words.span(charts["step"])
    times = [f"{run.local(at):{clock}}" for at in charts["times"]]
    low = [(level, at) for level, at in zip(every["service_level"], times, strict=True) if level is not None]
    lowest = min(low, key=lambda each: each[0], default=None)
    return {
        "contacts": f"In steps of {step}. Most arrivals: {_most(every['offered'], times)}.",
        "service_level": f"Of those who came in each {step}."
        + (f" Lowest: {words.share(lowest[0])} at {lowest[1]}." if lowest else ""),
        "waiting": f"Mean and most at once, in steps of {step}. Longest queue: {_most(every['waiting_most'], times)}.",
        "agents": f"Mean number in each {step}, one activity upon the other.",
    }


def _most(values: list[float], times: list[str]) -> str:
    value, at = max(zip(values, times, strict=True), key=lambda each: each[0])
    return f"{words.count(value)} at {at}"


_WORST: Final = (
    ("longest_waits", "Longest waits", "waited"),
    ("most_refused", "Most often refused", "refusals"),
    ("most_moved", "Most moves between queues", "moves"),
)


def _worst(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = []
    for key, title, what in _WORST:
        contacts = [{**each, "bars": _bars(each["story"]["spans"])} for each in document["worst"][key]]
        found.append({"key": key, "title": title, "what": what, "contacts": contacts})
    return found


def _bars(spans: list[list[Any]]) -> list[dict[str, Any]]:
    """Spans as parts of a line 1000 long."""
    if not spans:
        return []
    begin, end = spans[0][1], spans[-1][2]
    scale = 1000 / max(0.001, end - begin)
    return [
        {"kind": kind, "x": round((start - begin) * scale, 2), "width": round(max(2.0, (until - start) * scale), 2),
         "length": until - start}
        for kind, start, until in spans
    ]  # fmt: skip


def _configuration(run: Run) -> list[tuple[str, str]]:
    """What the configuration comes to, in a few lines; empty when the run left none."""
    found = []
    for name, what in (("workers.json", "agents"), ("queues.json", "queues")):
        if isinstance(run.configuration.get(name), list):
            found.append((what, words.count(len(run.configuration[name]))))
    return found


def _more(run: Run) -> list[tuple[str, str]]:
    """The rest of the manifest."""
    manifest = run.manifest
    return [
        ("command", f"flexsim {manifest.command}"),
        ("seed", str(manifest.seed)),
        ("speed", f"{manifest.speed:g} simulated seconds in a real second"),
        ("started", words.moment(run.local(manifest.started))),
        ("configuration", manifest.configuration or words.NOTHING),
        *((name, str(version)) for name, version in manifest.versions.items()),
    ]
