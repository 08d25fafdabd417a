"""Makes a configuration of a domain: who the agents are, which queues there are, how tasks find them. Pure."""

import dataclasses
import json
from typing import Any, Final

from flexsim.configuration.records import Configuration, QueuePlan, WorkerPlan, WorkflowPlan
from flexsim.domain.checks import EVERYONE
from flexsim.domain.model import Dimension, Domain, Scalar, option_key
from flexsim.domain.people import Directory
from flexsim.domain.sampling import Sampler
from flexsim.randomness import Randomness

_TARGET_TIMEOUT: Final = 300  # seconds in a queue before the task leaves the workflow (reference/domain.md)
_RESERVATION_TIMEOUT: Final = 30  # simulated agents answer within a second or two; who does not is gone


def generate(domain: Domain, randomness: Randomness, agent_count: int | None = None) -> Configuration:
    """The configuration of ``domain``, with ``agent_count`` agents in place of the domain's own number if given.

    The same domain and seed give the same configuration; one agent more leaves the others as they are.
    """
    if agent_count is not None:
        domain = dataclasses.replace(domain, agent_count=agent_count)
    return Configuration(
        domain=domain,
        seed=randomness.seed,
        workers=_workers(domain, randomness),
        queues=_queues(domain),
        workflow=_workflow(domain),
    )


def constant(value: Scalar) -> str:
    """``value`` as a constant of TaskRouter's expressions; a text in the quotes that it does not hold itself."""
    if not isinstance(value, str):
        return json.dumps(value)
    quote = '"' if "'" in value and '"' not in value else "'"
    escaped = value.replace("\\", "\\\\").replace(quote, f"\\{quote}")
    return f"{quote}{escaped}{quote}"


def _workers(domain: Domain, randomness: Randomness) -> tuple[WorkerPlan, ...]:
    sampler = Sampler(domain)
    directory = Directory(domain, randomness.generator("agents", "who"))
    capacities = {
        str(option.value): int(option.params.get("baseCapacity", 1))
        for option in domain.dimensions["channel"].all_options()
    }
    workers = []
    for number in range(domain.agent_count):
        name = f"Agent_{number:03d}"
        values = sampler.draw("workers", "deploy", {}, randomness.generator("worker", name))
        attributes = {
            "flexsim": domain.brand,
            "contact_uri": f"client:{name}",
            "full_name": directory.agent_name(),
            **_with_levels(sampler.attributes("workers", values)),
        }
        workers.append(WorkerPlan(name=name, attributes=attributes, capacities=capacities))
    return tuple(workers)


def _with_levels(attributes: dict[str, Any]) -> dict[str, Any]:
    """Flex expects ``routing.levels`` wherever there is ``routing.skills``."""
    routing = attributes.get("routing")
    if isinstance(routing, dict) and "skills" in routing:
        routing.setdefault("levels", {})
    return attributes


def _queues(domain: Domain) -> tuple[QueuePlan, ...]:
    dimension = domain.dimensions[domain.queue_worker_dimensions[0]]
    return tuple(
        QueuePlan(name=option_key(option.value), target_workers=_is(dimension, option.value))
        for option in dimension.all_options()
    )


def _workflow(domain: Domain) -> WorkflowPlan:
    dimension = domain.dimensions[domain.queue_filter_dimension]
    filters = [
        {
            "filter_friendly_name": f"{option_key(option.value)} Filter",
            "expression": _is(dimension, option.value),
            "targets": [{"queue": option_key(option.value), "timeout": _TARGET_TIMEOUT}],
        }
        for option in dimension.all_options()
    ]
    return WorkflowPlan(
        name=f"{domain.brand} Workflow",
        configuration={"task_routing": {"filters": filters, "default_filter": {"queue": EVERYONE}}},
        reservation_timeout=_RESERVATION_TIMEOUT,
    )


def _is(dimension: Dimension, value: Scalar) -> str:
    operator = "HAS" if dimension.value_count > 1 else "=="
    return f"{dimension.attribute_name} {operator} {constant(value)}"
