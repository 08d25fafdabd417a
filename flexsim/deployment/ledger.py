"""What deploy must remember of a workspace, kept in the one thing there that is ours by name: the workflow.

Task queues, activities and channels have no attributes in which to say whose they are. A task queue that only our
workflow routes to, and whose worker expression picks its own name (``routing.skills HAS 'Sales'`` for ``Sales``), is
ours without further words. What cannot be seen is written down, before it is done: queues that are about to be created
or removed, queues that were there before us and that we only use, and activities and channels created on request. So an
interruption at any point leaves enough behind for the next run, and cleaning up removes what we made and nothing else.

The note is a filter of the workflow that no task ever passes: its expression compares an attribute that no task has.
Usually there is nothing to note, and then there is no such filter.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final
from urllib.parse import quote, unquote

from flexsim.configuration.references import filters_of
from flexsim.domain.model import option_key
from flexsim.errors import ExpressionError
from flexsim.taskrouter.expressions import Comparison, Constant, Reference, parse
from flexsim.taskrouter.port import TaskQueue, Workflow

FILTER_NAME: Final = "flexsim's notes (matches no task)"
_ATTRIBUTE: Final = "flexsim_notes"

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Names: ``queues`` are ours; ``borrowed`` are queues we use that are not; the rest we created on request."""

    queues: frozenset[str] = frozenset()
    borrowed: frozenset[str] = frozenset()
    activities: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.queues or self.borrowed or self.activities or self.channels)


def read_ledger(document: Document) -> Ledger:
    """The notes in a workflow's configuration; empty when there are none."""
    noted: dict[str, set[str]] = {each.name: set() for each in fields(Ledger)}
    for entry in filters_of(document):
        if entry.get("filter_friendly_name") == FILTER_NAME:
            text = str(entry.get("expression", "")).partition("'")[2].rpartition("'")[0]
            for kind, _, name in (word.partition(":") for word in text.split()):
                noted.get(kind, set()).add(unquote(name))
    return Ledger(**{kind: frozenset(names) for kind, names in noted.items()})


def with_ledger(document: Document, ledger: Ledger, queue: str) -> dict[str, Any]:
    """The same configuration with these notes in place of any other; ``queue`` is what the filter formally routes to."""
    filters = [entry for entry in filters_of(document) if entry.get("filter_friendly_name") != FILTER_NAME]
    if ledger:
        words = [f"{each.name}:{quote(name)}" for each in fields(Ledger) for name in sorted(getattr(ledger, each.name))]
        note = f"{_ATTRIBUTE} == '{' '.join(words)}'"
        filters.append({"filter_friendly_name": FILTER_NAME, "expression": note, "targets": [{"queue": queue}]})
    routing = dict(document.get("task_routing", {}))
    return {**document, "task_routing": {**routing, "filters": filters}}


def without_ledger(document: Document) -> dict[str, Any]:
    """The same configuration without any notes."""
    return with_ledger(document, Ledger(), "")


def own_queues(queues: Iterable[TaskQueue], workflows: Iterable[Workflow], ours: str) -> dict[str, TaskQueue]:
    """The task queues that are ours, by name, as the workflow called ``ours`` shows it."""
    mine = next((workflow for workflow in workflows if workflow.name == ours), None)
    if mine is None:
        return {}
    notes = read_ledger(mine.configuration)
    routed = filtered_queues(without_ledger(mine.configuration))
    foreign = {
        queue for other in workflows if other.sid != mine.sid for queue in referenced_queues(other.configuration)
    }
    found: dict[str, TaskQueue] = {}
    for queue in queues:
        seen = queue.sid in routed and queue.sid not in foreign and picks_its_own_name(queue.name, queue.target_workers)
        noted = queue.name in notes.queues and queue.name not in found
        if (seen or noted) and queue.name not in notes.borrowed:
            found[queue.name] = queue
    return found


def picks_its_own_name(name: str, target_workers: str) -> bool:
    """Whether a worker expression has the form that genconfig gives to the task queue of this name."""
    try:
        tree = parse(target_workers).tree
    except ExpressionError:
        return False
    return (
        isinstance(tree, Comparison)
        and isinstance(tree.left, Reference)
        and tree.operator in {"==", "HAS"}
        and isinstance(tree.right, Constant)
        and tree.right.value is not None
        and option_key(tree.right.value) == name
    )


def filtered_queues(document: Document) -> set[str]:
    """The queues that a configuration's filters route to, as it refers to them."""
    return {
        target["queue"] for entry in filters_of(document) for target in entry.get("targets", ()) if target.get("queue")
    }


def referenced_queues(document: Document) -> set[str]:
    """All queues in a configuration, the default filter's included."""
    default = default_queue(document)
    return filtered_queues(document) | ({default} if default else set())


def default_queue(document: Document) -> str | None:
    """The queue of the default filter, as the configuration refers to it."""
    return (document.get("task_routing", {}).get("default_filter") or {}).get("queue")
