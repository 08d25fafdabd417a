"""A configuration as lint looks at it: every part with its place, and expressions parsed. Pure records.

``reading`` makes them of the configuration's files.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from flexsim.configuration.records import Configuration
from flexsim.people.customer import Customers, NewContact
from flexsim.randomness import Randomness
from flexsim.routecheck.findings import Place
from flexsim.routecheck.universe import Universe, tasks_of, workers_of
from flexsim.taskrouter.expressions import Expression
from flexsim.taskrouter.workflow import Target

WORKERS: Final = "workers.json"
QUEUES: Final = "queues.json"
WORKFLOW: Final = "workflow.json"
METADATA: Final = "metadata.json"
ROUTING: Final[Place] = ("configuration", "task_routing")

MONDAY: Final = 1_767_571_200.0  # 2026-01-05 00:00 UTC, a Monday: when the week begins that is looked at
SAMPLE: Final = 1_000  # contacts drawn to see what the domain's customers ask for


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """A worker; ``capacities`` are the ones given, by channel: TaskRouter gives 1 on every other."""

    place: Place
    name: str
    attributes: Mapping[str, Any]
    capacities: Mapping[str, int]

    def capacity(self, channel: str) -> int:
        """How many tasks of the channel at once."""
        return self.capacities.get(channel, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A queue; ``place`` is None for the one that every Flex workspace has and the configuration does not mention."""

    place: Place | None
    name: str
    expression: Expression | None  # None: empty, or it does not parse
    parses: bool
    members: tuple[Staff, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A target. ``queue`` is a name, None where that is missing; ``does`` is what the engine makes of the rest."""

    place: Place
    queue: str | None
    does: Target
    timeout: float  # seconds; infinite without one

    @property
    def may_skip(self) -> bool:
        return self.does.skip_if is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """``expression`` is None where it is missing or does not parse."""

    place: Place
    name: str
    expression: Expression | None
    steps: tuple[Step, ...]

    @property
    def keeps(self) -> bool:
        """Whether no task ever leaves it for a later filter: some target has no end and is never skipped."""
        return any(step.timeout == float("inf") and not step.may_skip for step in self.steps)

    @property
    def shown(self) -> str:
        """As sentences name it."""
        return f"'{self.name}'" if self.name else f"number {int(self.place[-1]) + 1}"


@dataclass(frozen=True, kw_only=True)
class Subject:
    """All of a configuration; ``default`` is the queue of the default filter, None where there is none."""

    configuration: Configuration
    documents: Mapping[str, Any]
    staff: tuple[Staff, ...]
    queues: Mapping[str, Queue]
    filters: tuple[Filter, ...]
    default: str | None

    @cached_property
    def tasks(self) -> Universe:
        """What the domain's tasks carry."""
        return tasks_of(self.configuration.domain)

    @cached_property
    def workers(self) -> Universe:
        """What the workers have."""
        return workers_of(each.attributes for each in self.staff)

    @cached_property
    def contacts(self) -> tuple[NewContact, ...]:
        """Contacts of the domain, drawn with the configuration's own seed."""
        customers = Customers(self.configuration.domain, Randomness(self.configuration.seed), MONDAY)
        return tuple(customers.next()[1] for _ in range(SAMPLE))

    @cached_property
    def channels(self) -> tuple[str, ...]:
        """The channels that customers use."""
        return tuple(str(each.value) for each in self.configuration.domain.dimensions["channel"].all_options())

    def steps(self) -> Iterator[tuple[Filter, int, Step]]:
        """Every target with its filter and its index in it."""
        return ((each, index, step) for each in self.filters for index, step in enumerate(each.steps))

    def queue(self, name: str | None) -> Queue | None:
        """The queue of this name, if there is one."""
        return None if name is None else self.queues.get(name)
