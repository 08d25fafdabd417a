"""What is deployed: workers, queues and a workflow, by name. No SIDs, so that it belongs to no project."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flexsim.domain.model import Domain


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerPlan:
    """One agent; ``capacities`` is how many tasks at once, by the task channel's unique name."""

    name: str
    attributes: Mapping[str, Any]
    capacities: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePlan:
    """A TaskQueue and the expression that says which workers serve it."""

    name: str
    target_workers: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowPlan:
    """``configuration`` is the workflow's document with queue *names* in its ``queue`` fields; the timeout in seconds."""

    name: str
    configuration: Mapping[str, Any]
    reservation_timeout: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """All that genconfig makes of a domain; ``seed`` is what it was drawn with."""

    domain: Domain
    seed: int
    workers: tuple[WorkerPlan, ...]
    queues: tuple[QueuePlan, ...]
    workflow: WorkflowPlan
