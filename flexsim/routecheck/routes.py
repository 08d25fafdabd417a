"""Where a configuration sends a contact: every target it can come to if nobody takes it, and who may get it there. Pure.

The rules are the engine's own: which filter matches, which target follows, whom queue and target select.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from flexsim.configuration.records import Configuration
from flexsim.configuration.workspace import build_workspace, workflow_of
from flexsim.ids import Sids
from flexsim.routecheck.explaining import name
from flexsim.routecheck.observing import DEFAULT_FILTER
from flexsim.taskrouter.expressions import Path
from flexsim.taskrouter.inputs import NewTask
from flexsim.taskrouter.workflow import DEFAULT, Key, Order, Position, Routing, key_reader

_NOW: Final = 0.0  # nothing here takes time
_MOST_KNOWN: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One target on the way. ``until``: seconds after entering the filter; infinite where the task is never moved on."""

    filter: str
    target: int
    queue: str
    workers: frozenset[str]
    order_by: str
    priority: int | None
    skip_if: str
    until: float

    def as_dict(self) -> dict[str, Any]:
        """As ``flexsim diff-routing --json`` prints it."""
        return {
            "filter": self.filter,
            "target": self.target,
            "queue": self.queue,
            "workers": len(self.workers),
            "orderBy": self.order_by,
            "priority": self.priority,
            "skipIf": self.skip_if,
            "until": None if math.isinf(self.until) else self.until,
        }


Route: TypeAlias = tuple[Hop, ...]  # empty: the task is refused


class Routes:
    """Answers for one configuration. Contacts that no expression can tell apart are looked at once."""

    def __init__(self, configuration: Configuration) -> None:
        """Raises ConfigurationError where TaskRouter would refuse the configuration."""
        self._engine = build_workspace(configuration, Sids(configuration.seed, "routes"), _NOW)
        self._workflow = workflow_of(self._engine, configuration)
        self.routing: Routing = self._engine.workflows[self._workflow].routing
        self.reads = _reads(self.routing)
        self._key = key_reader(self.reads)
        self._known: dict[tuple[str, Key], Route] = {}

    def route(self, channel: str, attributes: Mapping[str, Any]) -> Route:
        """The way of a task of this channel (its unique name) with these attributes; empty if it would be refused."""
        key = (channel, self._key(attributes))
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            found = self._known[key] = self._follow(channel, attributes)
        return found

    def _follow(self, channel: str, attributes: Mapping[str, Any]) -> Route:
        number = self._engine.channel_by_name.get(channel)
        if number is None:
            return ()
        new = NewTask(workflow=self._workflow, channel=number, attributes=dict(attributes))
        hops = []
        position = self.routing.entry(attributes)
        while position is not None:
            hops.append(self._hop(new, position))
            stays = math.isinf(hops[-1].until) and not hops[-1].skip_if
            position = None if stays else self.routing.after_timeout(position, attributes)
        return tuple(hops)

    def _hop(self, new: NewTask, position: Position) -> Hop:
        target, workers = self.routing.target(position), self._engine.workers
        index, step = position
        return Hop(
            filter=DEFAULT_FILTER if index == DEFAULT else self.routing.filters[index].name or f"number {index + 1}",
            target=step + 1,
            queue=self._engine.queues[target.queue].name,
            workers=frozenset(workers[each].name for each in self._engine.candidates(new, position)),
            order_by=", ".join(_order(each) for each in target.order_by),
            priority=target.priority,
            skip_if=target.skip_if.text if target.skip_if else "",
            until=target.deadline,
        )


def _reads(routing: Routing) -> tuple[Path, ...]:
    """The task attributes that anything in the workflow looks at."""
    paths = [path for each in routing.filters for path in each.expression.paths]
    paths += [path for each in routing.filters for target in each.targets for path in target.reads]
    return tuple(dict.fromkeys(paths))


def _order(order: Order) -> str:
    return f"worker.{name(order.path)} {'DESC' if order.descending else 'ASC'}"
