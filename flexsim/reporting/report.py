"""Makes a run's report in the form that is asked for."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from flexsim.reporting import words
from flexsim.reporting.document import Wishes, fold_run, report_document
from flexsim.reporting.forms import Form
from flexsim.reporting.page import render_page
from flexsim.reporting.run import Progress, Run
from flexsim.reporting.tables import INTERVAL_COLUMNS, QUEUE_COLUMNS, TOTAL_COLUMNS, Column, cells, interval_labels


def make_report(run: Run, form: Form, wishes: Wishes, progress: Progress | None = None) -> str:
    """The whole report as text; raises ConfigurationError where the run cannot be read."""
    document = report_document(run, fold_run(run, wishes, progress), wishes)
    return _MAKERS[form](run, document)


def as_json(_: Run, document: Mapping[str, Any]) -> str:
    """The document, one line."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n"


def as_csv(run: Run, document: Mapping[str, Any]) -> str:
    """The interval table: a row for each interval of the total and of each queue; seconds, shares, ISO 8601 times."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["queue", "from", *(column.key for column in TOTAL_COLUMNS)])
    for name, rows in _chosen(document):
        for row in rows:
            begin = run.local(row["start"]).isoformat()
            writer.writerow([name, begin, *(row.get(column.key) for column in TOTAL_COLUMNS)])
    return file.getvalue()


def _chosen(document: Mapping[str, Any]) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    """The interval tables of the width that was chosen, the total's under no name."""
    table = document["intervals"]["tables"][document["intervals"]["width"]]
    yield "", table["total"]
    yield from table["queues"].items()


def as_markdown(run: Run, document: Mapping[str, Any]) -> str:
    """Headline, queues, intervals and the longest waits, as tables of GitHub's Markdown."""
    begin, end = (words.moment(run.local(document[name])) for name in ("begin", "end"))
    parts = [
        f"# {document['run']['brand'] or 'flexsim'}: {document['run']['name']}",
        f"{begin} to {end} {document['timezone']['name']}, {words.count(document['events'])} events, seed {document['run']['seed']}",
        _headline(document),
        "## Queues",
        _rows("Queue", QUEUE_COLUMNS, [*document["queues"].items(), ("All", document["total"])]),
        f"## Intervals of {words.span(document['intervals']['width'])}",
        _intervals(run, document),
        "## Longest waits",
        _longest(run, document),
    ]
    return "\n\n".join(parts) + "\n"


def _headline(document: Mapping[str, Any]) -> str:
    total = document["total"]
    values = {
        "offered": total["offered"], "answered": total["answered"], "handled": total["handled"],
        "service_level": total["service_level"], "asa": total["asa"], "longest_wait": total["longest_wait"],
        "aht": total["aht"], "abandonment": total["abandonment"], "occupancy": document["occupancy"],
    }  # fmt: skip
    replicated = document["replications"]["figures"] if document["replications"] else {}
    rows = []
    for key, value in values.items():
        cell, found = words.figure(key, value), replicated.get(key)
        if found and found["half_width"] is not None:
            cell += f" (mean {words.figure(key, found['mean'])} ± {words.size(key, found['half_width'])})"
        name, definition = words.DEFINITIONS[key]
        if key == "service_level":
            definition = f"{document['service_level']['definition']}, threshold {words.span(document['threshold'])}"
        rows.append([name, cell, definition])
    return table(["Figure", "", "What it is"], rows)


def _rows(first: str, columns: Sequence[Column], records: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    return table(
        [first, *(column.title for column in columns)], [[name, *cells(columns, record)] for name, record in records]
    )


def _intervals(run: Run, document: Mapping[str, Any]) -> str:
    _, rows = next(iter(_chosen(document)))
    labels = interval_labels(run, [row["start"] for row in rows])
    return _rows("From", INTERVAL_COLUMNS, zip(labels, rows, strict=True))


def _longest(run: Run, document: Mapping[str, Any]) -> str:
    rows = [
        [words.duration(each["waited"]), f"{run.local(each['created']):%H:%M:%S}", each["queue"] or words.NOTHING,
         each["state"], each["contact"] or each["task"]]
        for each in document["worst"]["longest_waits"]
    ]  # fmt: skip
    return table(["Waited", "Arrived", "Queue", "Became", "Contact"], rows) if rows else "None."


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of GitHub's Markdown: the first column to the left, the others to the right."""
    lines = [_line(titles), _line([":---"] + ["---:"] * (len(titles) - 1))]
    return "\n".join([*lines, *map(_line, rows)])


def _line(row: Sequence[str]) -> str:
    return "| " + " | ".join(map(_escaped, row)) + " |"


def _escaped(text: str) -> str:
    """As text in a cell: what Markdown or HTML would read as a mark is marked as none."""
    for mark in "\\|<>*_`[]":
        text = text.replace(mark, f"\\{mark}")
    return " ".join(text.split("\n"))


_MAKERS: Final[Mapping[Form, Callable[[Run, Mapping[str, Any]], str]]] = {
    Form.HTML: render_page,
    Form.JSON: as_json,
    Form.CSV: as_csv,
    Form.MD: as_markdown,
}
