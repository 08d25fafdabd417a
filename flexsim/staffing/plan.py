"""The answer of ``flexsim plan`` by formula: how many agents, and what one more or one less would do."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flexsim.staffing.demand import MOST_AGENTS, Demand
from flexsim.staffing.erlang_c import ErlangC
from flexsim.staffing.model import Model
from flexsim.staffing.requirements import Requirement, heads, totals
from flexsim.staffing.sizing import Goals, least_agents, model_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """``model`` is the group that is asked for: Erlang A where there is a patience, else Erlang C.

    ``patient`` is what Erlang C would ask for, the same where nobody gives up; ``around`` are groups of fewer and more agents, in order.
    """

    demand: Demand
    goals: Goals
    shrinkage: float
    model: Model
    patient: Model
    around: tuple[Model, ...]


def answer(demand: Demand, goals: Goals, *, shrinkage: float = 0.0, each_side: int = 3) -> Answer:
    """The least group of agents that meets the goals, with so many neighbours on ``each_side``.

    The demand must have a rate above 0. Raises ConfigurationError where no number of agents is enough.
    """
    agents = least_agents(demand, goals)
    heads(agents, shrinkage)  # refuses what is no shrinkage
    lowest, highest = max(1, agents - each_side), min(MOST_AGENTS, agents + each_side)
    calm = Demand(rate=demand.rate, service=demand.service)
    return Answer(
        demand=demand,
        goals=goals,
        shrinkage=shrinkage,
        model=model_of(demand, agents),
        patient=ErlangC(calm, least_agents(calm, goals)),
        around=tuple(model_of(demand, number) for number in range(lowest, highest + 1)),
    )


def curve(demand: Demand, goals: Goals, agents: int, *, most: int = 60) -> tuple[Model, ...]:
    """Groups from those who serve hardly anybody in time to those who serve nearly all, ``agents`` among them.

    No more than ``most`` or so of them, evenly apart. The demand must have a rate above 0.
    """
    ends = [
        least_agents(demand, Goals(service_level=level, within=goals.within, of_offered=goals.of_offered))
        for level in (0.02, 0.99)
    ]
    lowest, highest = min(ends[0], agents), max(ends[1], agents)
    apart = max(1, math.ceil((highest - lowest) / most))
    first = agents - (agents - lowest) // apart * apart
    return tuple(model_of(demand, number) for number in range(first, highest + 1, apart))


def formula_of(model: Model) -> str:
    """The name that the field knows it by."""
    return "Erlang C" if isinstance(model, ErlangC) else "Erlang A"


def row(model: Model, goals: Goals, shrinkage: float) -> dict[str, Any]:
    """The figures of one group as a plain record: shares from 0 to 1, seconds; None for what has no end."""
    return {
        "agents": model.agents,
        "heads": heads(model.agents, shrinkage),
        "service_level": model.service_level(goals.within),
        "served_within": model.served_within(goals.within),
        "wait_probability": model.wait_probability,
        "asa": _finite(model.asa),
        "mean_wait": _finite(model.mean_wait),
        "abandonment": model.abandonment,
        "occupancy": model.occupancy,
        "queue_length": _finite(model.queue_length),
        "meets": goals.met(model),
    }


def answer_document(found: Answer) -> dict[str, Any]:
    """All of an answer, ready for JSON."""
    demand, goals, shrinkage = found.demand, found.goals, found.shrinkage
    return {
        "demand": {
            "calls_per_hour": demand.rate * 3600.0,
            "aht": demand.service,
            "load": demand.load,
            "patience": demand.patience,
        },
        "goals": goals_document(goals),
        "shrinkage": shrinkage,
        "formula": formula_of(found.model),
        "answer": row(found.model, goals, shrinkage),
        "erlang_c": row(found.patient, goals, shrinkage),
        "around": [row(model, goals, shrinkage) for model in found.around],
    }


def goals_document(goals: Goals) -> dict[str, Any]:
    """The goals that were given."""
    return {
        "service_level": goals.service_level,
        "within": goals.within,
        "of_offered": goals.of_offered,
        "abandonment": goals.abandonment,
        "asa": goals.asa,
        "occupancy": goals.occupancy,
    }


def requirement_row(each: Requirement, goals: Goals, shrinkage: float) -> dict[str, Any]:
    """One interval and the figures of the group that it needs; None where nobody comes."""
    nobody: dict[str, Any] = dict.fromkeys(_FIGURES) | {"agents": 0, "heads": 0, "meets": True}
    interval = each.interval
    return {
        "start": interval.start,
        "seconds": interval.seconds,
        "calls": interval.calls,
        "aht": interval.service,
        **(nobody if each.model is None else row(each.model, goals, shrinkage)),
        "paid_hours": each.paid_hours,
    }


def day_document(
    requirements: Sequence[Requirement], goals: Goals, shrinkage: float, patience: float | None
) -> dict[str, Any]:
    """All intervals and their totals, ready for JSON; ``patience`` is what they were planned with."""
    total = totals(requirements, goals)
    return {
        "goals": goals_document(goals),
        "shrinkage": shrinkage,
        "patience": patience,
        "formula": "Erlang C" if patience is None else "Erlang A",
        "intervals": [requirement_row(each, goals, shrinkage) for each in requirements],
        "total": {name: getattr(total, name) for name in total.__slots__},
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


_FIGURES = (
    "agents", "heads", "service_level", "served_within", "wait_probability", "asa", "mean_wait", "abandonment", "occupancy",
    "queue_length", "meets",
)  # fmt: skip
