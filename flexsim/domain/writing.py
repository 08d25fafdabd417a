"""A domain as a document again: whole, with every default spelled out, so that it means the same under any locale. Pure."""

from collections.abc import Mapping
from typing import Any

from flexsim.domain.model import ALL, AgentPlan, Arrivals, Break, Dimension, Domain, Option, Spike


def domain_to_json(domain: Domain) -> dict[str, Any]:
    """The merged document, as ``metadata.json`` holds it; ``domain_from_json`` gives the same domain back."""
    center, customers, level = domain.center, domain.customers, domain.service_level
    document: dict[str, Any] = {
        "brand": domain.brand,
        "agentCnt": domain.agent_count,
        "realVoice": domain.real_voice,
        "queueFilterDim": domain.queue_filter_dimension,
        "queueWorkerDims": list(domain.queue_worker_dimensions),
        "center": _given(
            country=center.country,
            state=center.state,
            city=center.city,
            zip=center.zip,
            agentsPhone=center.agents_phone,
            ivrVoice=center.ivr_voice,
            agentVoice=center.agent_voice,
        ),
        "customers": _given(
            country=customers.country,
            phoneFormat=customers.phone_format,
            customersPhone=customers.customers_phone,
            voice=customers.voice,
        ),
        "dimensions": {name: _dimension(dimension) for name, dimension in domain.dimensions.items()},
        "serviceLevel": {"threshold": plain(level.threshold), "target": plain(level.target)},
    }
    if domain.arrivals is not None:
        document["arrivals"] = _arrivals(domain.arrivals)
    if domain.agents is not None:
        document["agents"] = _agents(domain.agents)
    document["flexsim"] = {"locale": domain.locale}
    return document


def plain(number: float) -> float:
    """A number as people write it: 3, not 3.0."""
    return int(number) if float(number).is_integer() else number


def _given(**texts: str) -> dict[str, str]:
    return {name: text for name, text in texts.items() if text}


def _dimension(dimension: Dimension) -> dict[str, Any]:
    document: dict[str, Any] = {
        "entity": dimension.entity,
        "phase": dimension.phase,
        "expr": dimension.expr,
        "dataType": dimension.data_type,
        "curve": dimension.curve,
        "min": plain(dimension.minimum),
        "max": plain(dimension.maximum),
    }
    document |= {
        key: plain(number) for key, number in (("mean", dimension.mean), ("cv", dimension.cv)) if number is not None
    }
    if dimension.parent is not None:
        document["parent"] = dimension.parent
    if dimension.expr == "enum":
        document["options"] = {_key(key): [option.value for option in each] for key, each in dimension.options.items()}
        document["optionParams"] = {_key(key): list(map(_params, each)) for key, each in dimension.options.items()}
    document["valueCnt"] = dimension.value_count
    document["isAttribute"] = dimension.is_attribute
    if dimension.attribute_name != dimension.name:
        document["attrName"] = dimension.attribute_name
    if dimension.influences:
        document["influences"] = [
            {"factor": each.factor, "effect": each.effect, "amount": plain(each.amount)}
            for each in dimension.influences
        ]
    return document


def _params(option: Option) -> Mapping[str, Any]:
    return {"portion": plain(option.portion), **option.params}


def _arrivals(arrivals: Arrivals) -> dict[str, Any]:
    return {
        "ratePerHour": plain(arrivals.rate_per_hour),
        "profile": [plain(each) for each in arrivals.profile],
        "weekday": [plain(each) for each in arrivals.weekday],
        "spikes": [{**_span(spike), "factor": plain(spike.factor)} for spike in arrivals.spikes],
        "timezone": arrivals.timezone,
    }


def _agents(agents: AgentPlan) -> dict[str, Any]:
    shifts = [
        {
            "start": clock_text(shift.start),
            "end": clock_text(shift.end),
            "share": plain(shift.share),
            "breaks": [_span(pause) for pause in shift.breaks],
        }
        for shift in agents.shifts
    ]
    return {"shifts": shifts, "timezone": agents.timezone}


def _span(span: Spike | Break) -> dict[str, Any]:
    return {"at": clock_text(span.start), "minutes": span.duration // 60}


def clock_text(seconds: int) -> str:
    """Seconds after midnight as ``HH:MM``."""
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}"


def _key(parent_option: str | None) -> str:
    return ALL if parent_option is None else parent_option
