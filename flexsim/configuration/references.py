"""How a workflow's document refers to task queues: by name in a configuration, by SID in a workspace. Pure."""

from collections.abc import Mapping
from typing import Any


def replace_queues(document: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The same configuration with each queue replaced as ``names`` says; one that it does not hold stays.

    So does what is not of a configuration's form: whoever reads the result says what is wrong with it.
    """

    def renamed(target: Any) -> Any:
        queue = target.get("queue") if isinstance(target, Mapping) else None
        return {**target, "queue": names.get(queue, queue)} if queue and isinstance(queue, str) else target

    def renamed_in(entry: Any) -> Any:
        targets = entry.get("targets") if isinstance(entry, Mapping) else None
        return {**entry, "targets": [renamed(each) for each in targets]} if isinstance(targets, list) else entry

    routing = dict(document.get("task_routing", {}))
    filters = routing.get("filters") or []
    routing["filters"] = [renamed_in(each) for each in filters] if isinstance(filters, list) else filters
    if routing.get("default_filter"):
        routing["default_filter"] = renamed(routing["default_filter"])
    return {**document, "task_routing": routing}


def filters_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The document's filters; empty where it has none."""
    return list(document.get("task_routing", {}).get("filters") or ())
