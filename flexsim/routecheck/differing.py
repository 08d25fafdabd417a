"""Which contacts two configurations would route differently, and in what: grouped, counted, with examples. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from flexsim.routecheck.explaining import name, shown
from flexsim.routecheck.routes import Hop, Route, Routes
from flexsim.taskrouter.expressions import lookup

EXAMPLES: Final = 3  # contacts shown of each group
# What can differ about the target that a task comes to first, in the order of weight.
_FIRST: Final[Mapping[str, Callable[[Hop], Any]]] = {
    "filter": lambda hop: hop.filter,
    "target": lambda hop: hop.target,
    "queue": lambda hop: hop.queue,
    "workers": lambda hop: hop.workers,
    "order": lambda hop: hop.order_by,
    "priority": lambda hop: hop.priority,
    "skipping": lambda hop: hop.skip_if,
    "timeout": lambda hop: hop.until,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A contact as far as routing looks at it; ``contact`` is its id, ``channel`` the task channel's unique name."""

    contact: str
    channel: str
    attributes: Mapping[str, Any]


@dataclass(slots=True, kw_only=True)
class Group:
    """Contacts that differ alike: in ``what``, from ``before`` to ``after``."""

    what: tuple[str, ...]
    before: Route
    after: Route
    count: int = 0
    examples: list[Contact] = field(default_factory=list)

    @property
    def lost(self) -> list[str]:
        """Workers who may get them first before and not after, by name."""
        return sorted(_first(self.before) - _first(self.after))

    @property
    def gained(self) -> list[str]:
        """Workers who may get them first after and not before, by name."""
        return sorted(_first(self.after) - _first(self.before))


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All groups, the largest first, of so many ``contacts``."""

    contacts: int
    groups: tuple[Group, ...]
    reads: tuple[tuple[str | int, ...], ...]  # the attributes that either of the workflows looks at

    @property
    def differing(self) -> int:
        """How many contacts would go another way."""
        return sum(each.count for each in self.groups)

    def as_dict(self) -> dict[str, Any]:
        """As ``flexsim diff-routing --json`` prints it."""
        return {
            "contacts": self.contacts,
            "differing": self.differing,
            "groups": [
                {
                    "differs": list(each.what),
                    "count": each.count,
                    "before": [hop.as_dict() for hop in each.before],
                    "after": [hop.as_dict() for hop in each.after],
                    "workersLost": each.lost,
                    "workersGained": each.gained,
                    "examples": [self._example(contact) for contact in each.examples],
                }
                for each in self.groups
            ],
        }

    def _example(self, contact: Contact) -> dict[str, Any]:
        read = {name(path): lookup(contact.attributes, path) for path in self.reads}
        return {"contact": contact.contact, "channel": contact.channel, "attributes": read}

    def example_text(self, contact: Contact) -> str:
        """A contact in a line: its id, its channel, and what routing looks at."""
        read = [f"{name(path)} {shown(lookup(contact.attributes, path))}" for path in self.reads]
        return ", ".join([contact.contact, contact.channel, *read])


def compare_routes(before: Routes, after: Routes, contacts: Iterable[Contact]) -> Comparison:
    """How each of ``contacts`` goes under either configuration."""
    groups: dict[tuple[Any, ...], Group] = {}
    count = 0
    for contact in contacts:
        count += 1
        routes = before.route(contact.channel, contact.attributes), after.route(contact.channel, contact.attributes)
        if routes[0] == routes[1]:
            continue
        group = groups.get(routes)
        if group is None:
            group = groups[routes] = Group(what=differences(*routes), before=routes[0], after=routes[1])
        group.count += 1
        if len(group.examples) < EXAMPLES:
            group.examples.append(contact)
    ordered = sorted(groups.values(), key=lambda each: -each.count)
    reads = tuple(dict.fromkeys((*before.reads, *after.reads)))
    return Comparison(contacts=count, groups=tuple(ordered), reads=reads)


def differences(before: Route, after: Route) -> tuple[str, ...]:
    """In what two ways differ; ``escalation`` is anything after the first target."""
    if not before or not after:
        return ("refused",) if before != after else ()
    found = [what for what, of in _FIRST.items() if of(before[0]) != of(after[0])]
    if before[1:] != after[1:]:
        found.append("escalation")
    return tuple(found)


def _first(route: Route) -> frozenset[str]:
    return route[0].workers if route else frozenset()
