"""How a workflow's document refers to task queues: by name in a configuration, by SID in a workspace. Pure."""

from collections.abc import Mapping
from typing import Any


def replace_queues(document: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The same configuration with each queue replaced as ``names`` says; one that it does not hold stays."""

    def renamed(target: Mapping[str, Any]) -> dict[str, Any]:
        queue = target.get("queue")
        return {**target, "queue": names.get(queue, queue)} if queue else dict(target)

    routing = dict(document.get("task_routing", {}))
    filters = [
        {**entry, "targets": [renamed(target) for target in entry["targets"]]} if "targets" in entry else dict(entry)
        for entry in filters_of(document)
    ]
    if routing.get("default_filter"):
        routing["default_filter"] = renamed(routing["default_filter"])
    return {**document, "task_routing": {**routing, "filters": filters}}


def filters_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The document's filters; empty where it has none."""
    return list(document.get("task_routing", {}).get("filters") or ())
