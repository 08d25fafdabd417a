"""Between a checked, merged document and its records, both ways; pure, and it trusts the checks."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from flexsim.domain.model import (
    ALL,
    AgentPlan,
    Arrivals,
    Break,
    Center,
    Customers,
    Dimension,
    Domain,
    Influence,
    Option,
    ServiceLevel,
    Shift,
    Spike,
)
from flexsim.domain.naming import default_phase, option_value, parent_keys, resolve

_CENTER = {"agentsPhone": "agents_phone", "ivrVoice": "ivr_voice", "agentVoice": "agent_voice"}
_CUSTOMERS = {"phoneFormat": "phone_format", "customersPhone": "customers_phone"}


def domain_of(document: Mapping[str, Any], locale: str) -> Domain:
    """The records of a document that ``checks`` found nothing wrong with."""
    dimensions = document["dimensions"]
    arrivals = _arrivals(document["arrivals"]) if "arrivals" in document else None
    return Domain(
        brand=document["brand"],
        agent_count=int(document["agentCnt"]),
        real_voice=document.get("realVoice", False),
        queue_filter_dimension=_resolved(document["queueFilterDim"], "tasks", dimensions),
        queue_worker_dimensions=tuple(_resolved(name, "workers", dimensions) for name in document["queueWorkerDims"]),
        center=Center(**_renamed(document.get("center", {}), _CENTER)),
        customers=Customers(**_renamed(document.get("customers", {}), _CUSTOMERS)),
        dimensions={name: _dimension(name, dimensions) for name in dimensions},
        arrivals=arrivals,
        agents=_agents(document["agents"], arrivals) if "agents" in document else None,
        service_level=ServiceLevel(**document.get("serviceLevel", {})),
        locale=locale,
    )


def seconds_of(text: str) -> int:
    """``HH:MM`` as seconds after midnight."""
    hours, minutes = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60


def _resolved(name: str, entity: str, dimensions: Mapping[str, Any]) -> str:
    found = resolve(name, entity, dimensions)
    assert found is not None, f"the checks let an unknown dimension through: {name}"
    return found


def _renamed(document: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {names.get(key, key): value for key, value in document.items()}


def _dimension(name: str, dimensions: Mapping[str, Any]) -> Dimension:
    dimension = dimensions[name]
    entity = dimension.get("entity", "tasks")
    expr = dimension.get("expr", "enum")
    data_type = dimension.get("dataType", "string")
    is_range = expr == "range"
    parent = dimension.get("parent")
    return Dimension(
        name=name,
        entity=entity,
        phase=dimension.get("phase", default_phase(entity)),
        expr=expr,
        data_type="number" if is_range and data_type == "string" else data_type,
        curve=dimension.get("curve", "bell" if is_range else "uniform"),
        minimum=float(dimension.get("min", 0)),
        maximum=float(dimension.get("max", 1)),
        mean=dimension.get("mean"),
        cv=dimension.get("cv"),
        options={} if is_range else _options(name, dimensions),
        parent=None if is_range or parent is None else _resolved(parent, entity, dimensions),
        value_count=int(dimension.get("valueCnt", 1)),
        is_attribute=dimension.get("isAttribute", True),
        attribute_name=dimension.get("attrName", name),
        influences=tuple(
            Influence(
                factor=_resolved(influence["factor"], entity, dimensions),
                effect=influence.get("effect", "shift"),
                amount=float(influence["amount"]),
            )
            for influence in dimension.get("influences", ())
        ),
    )


def _options(name: str, dimensions: Mapping[str, Any]) -> dict[str | None, tuple[Option, ...]]:
    dimension = dimensions[name]
    data_type = dimension.get("dataType", "string")
    options, params = dimension["options"], dimension.get("optionParams", {})
    if "parent" not in dimension:
        return {None: _list(options[ALL], params.get(ALL), data_type)}
    # Merging may have left the list "all" of a default that had no parent; it is nobody's.
    return {
        key: _list(options[key], params.get(key), data_type) for key in options if key in parent_keys(name, dimensions)
    }


def _list(values: Sequence[Any], params: Sequence[Mapping[str, Any]] | None, data_type: str) -> tuple[Option, ...]:
    entries = [{} for _ in values] if params is None else [dict(entry) for entry in params]
    portions = [float(entry.pop("portion", 1.0)) for entry in entries]
    total = sum(portions)
    if math.isclose(total, 1.0):
        total = 1.0  # portions that are right stay as they are written
    return tuple(
        Option(value=option_value(value, data_type), portion=portion / total, params=entry)
        for value, portion, entry in zip(values, portions, entries, strict=True)
    )


def _arrivals(document: Mapping[str, Any]) -> Arrivals:
    usual = Arrivals(rate_per_hour=0.0)
    return Arrivals(
        rate_per_hour=float(document["ratePerHour"]),
        profile=tuple(map(float, document.get("profile", usual.profile))),
        weekday=tuple(map(float, document.get("weekday", usual.weekday))),
        spikes=tuple(
            Spike(start=seconds_of(spike["at"]), duration=spike["minutes"] * 60, factor=float(spike["factor"]))
            for spike in document.get("spikes", ())
        ),
        timezone=document.get("timezone", usual.timezone),
    )


def _agents(document: Mapping[str, Any], arrivals: Arrivals | None) -> AgentPlan:
    shifts = document["shifts"]
    shares = [float(shift.get("share", 1.0)) for shift in shifts]
    total = sum(shares)
    return AgentPlan(
        shifts=tuple(
            Shift(
                start=seconds_of(shift["start"]),
                end=seconds_of(shift["end"]),
                share=share / total,
                breaks=tuple(
                    Break(start=seconds_of(pause["at"]), duration=pause["minutes"] * 60)
                    for pause in shift.get("breaks", ())
                ),
            )
            for shift, share in zip(shifts, shares, strict=True)
        ),
        timezone=document.get("timezone", arrivals.timezone if arrivals else "UTC"),
    )
