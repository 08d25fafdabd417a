"""Rows of the lists of tasks and workers, written once for as long as what they show stays the same.

Lists are asked for again and again (a live view, a client that looks for work), and most rows of one have not changed since
the last. Writing a row costs ten times what it costs to see that it has not changed.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import orjson

from flexsim.emulator.rendering import Document, View, age, task_document, worker_document
from flexsim.taskrouter.resources import Task, Worker

R = TypeVar("R", Task, Worker)

KEPT: Final = 2000  # rows of a workspace, some 4 MB
_AGE: Final = b'"age":'  # within a value its quotes would be escaped


def task_row(view: View, task: Task) -> orjson.Fragment:
    """The task as ``task_document`` shows it."""
    queue = task.queue
    # All that is shown and can change, the age apart; not the version, which not everything moves.
    shows = (
        view.root, task.status, queue, queue and queue.name, task.queue_entered, task.updated, task.priority,
        task.virtual_start, task.reason, task.attributes_text, task.attributes, task.workflow, task.workflow.name,
        task.channel, task.channel.unique_name, task.direct,
    )  # fmt: skip
    before, after = _written(view, "WT", task, shows, task_document)
    return orjson.Fragment(b"%b%d%b" % (before, age(task, view.now), after))


def worker_row(view: View, worker: Worker) -> orjson.Fragment:
    """The worker as ``worker_document`` shows it."""
    activity = worker.activity
    shows = (
        view.root, worker.name, worker.attributes_text, worker.attributes, activity, activity.name,
        activity.available, worker.updated, worker.status_changed,
    )  # fmt: skip
    before, _ = _written(view, "WK", worker, shows, worker_document)
    return orjson.Fragment(before)


def _written(
    view: View, prefix: str, record: R, shows: tuple[Any, ...], document: Callable[[View, R], Document]
) -> tuple[bytes, bytes]:
    """The row up to the number that is its age, and from there on; one that has no age is all in the first."""
    rows, key = view.workspace.rows, (prefix, record.id)
    row = rows.get(key)
    if row is not None and row[0] == shows:
        return row[1], row[2]
    text = orjson.dumps(document(view, record))
    before, mark, rest = text.partition(_AGE)
    comma = rest.find(b",") if mark else 0
    if row is None and len(rows) >= KEPT:
        del rows[next(iter(rows))]  # the oldest
    rows[key] = (shows, before + mark, rest[comma:])
    return before + mark, rest[comma:]
