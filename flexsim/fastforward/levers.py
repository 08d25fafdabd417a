"""What can be changed about a centre by name: ``agents``, ``arrivals.rate``, ``talkTime.mean``, and so on.

Which levers there are follows from the domain. A change is a number to set (``25`` or ``=25``), to add (``+2``, ``-2``), or to
multiply by (``*0.9``, ``+10%``, ``-10%``). Whatever a lever does, the domain that results is checked like one from a file.

mean           of an exponential or lognormal dimension: its mean. Of an even or bell-shaped one, minimum and maximum are
               multiplied alike, so that mean and spread change by the same factor.
portion        the option's share of the draws; the others share the rest in the proportions that they had.
baseCapacity   of a channel: so many tasks at once for every agent.
shifts.1.share of all agents in the first shift; as portion.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from flexsim.configuration.records import Configuration
from flexsim.configuration.staff import with_agents
from flexsim.domain.loading import domain_from_json
from flexsim.domain.model import MEASURED, Dimension, Domain, Option, option_key
from flexsim.domain.writing import domain_to_json
from flexsim.errors import ConfigurationError

_CHANGE: Final = re.compile(r"(?P<operator>[=+*-]?)\s*(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)\s*(?P<percent>%?)")
_MEANS: Final = frozenset({"exponential", "lognormal"})  # curves that take a mean
_SUGGESTIONS: Final = 3

_Apply = Callable[[Configuration, float], Configuration]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """Something that can be changed: its present value, and what changes it."""

    name: str
    value: float
    apply: _Apply


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What was asked for (``text``), and what the lever's value was and is then."""

    name: str
    text: str
    before: float
    after: float


def levers(configuration: Configuration) -> dict[str, Lever]:
    """All levers of this configuration, by name."""
    domain = configuration.domain
    found = [Lever(name="agents", value=len(configuration.workers), apply=_set_agents)]
    if domain.arrivals is not None:
        found.append(Lever(name="arrivals.rate", value=domain.arrivals.rate_per_hour, apply=_set_rate))
    found.append(Lever(name="serviceLevel.threshold", value=domain.service_level.threshold, apply=_set_threshold))
    if domain.agents is not None and len(domain.agents.shifts) > 1:
        total = sum(shift.share for shift in domain.agents.shifts)
        found += [
            Lever(name=f"shifts.{number}.share", value=shift.share / total, apply=_share_setter(number - 1))
            for number, shift in enumerate(domain.agents.shifts, start=1)
        ]
    idle = {MEASURED} if domain.arrivals is None else {MEASURED, "arrivalGap"}
    for dimension in domain.dimensions.values():
        if dimension.name not in idle and dimension.phase != "deploy":
            found += _of_dimension(dimension)
    return {lever.name: lever for lever in found}


def changed(configuration: Configuration, wishes: Iterable[tuple[str, str]]) -> tuple[Configuration, list[Change]]:
    """The configuration with each lever (by name) changed as the text says, one after the other.

    Raises ConfigurationError, with suggestions, for a lever that is not there or a change that cannot be.
    """
    changes = []
    for name, text in wishes:
        known = levers(configuration)
        if name not in known:
            raise ConfigurationError(
                f"no such setting: {name}{_hint(name, known)}; flexsim what-if --list names them all"
            )
        lever = known[name]
        value = _changed_value(lever, text)
        configuration = _checked(lever.apply(configuration, value), f"{name}={text}")
        changes.append(Change(name=name, text=text, before=lever.value, after=value))
    return configuration, changes


def _changed_value(lever: Lever, text: str) -> float:
    found = _CHANGE.fullmatch(text.strip())
    if found is None or (found["percent"] and found["operator"] not in {"+", "-"}):
        raise ConfigurationError(
            f"{lever.name}={text} is not a change: give 25 to set, +2 or -2 to add, *0.9 or -10% to multiply"
        )
    number = float(found["number"])
    if found["percent"]:
        return lever.value * (1 + (number if found["operator"] == "+" else -number) / 100)
    match found["operator"]:
        case "+":
            return lever.value + number
        case "-":
            return lever.value - number
        case "*":
            return lever.value * number
    return number


def _hint(name: str, known: Mapping[str, Lever]) -> str:
    lower = {each.lower(): each for each in known}
    close = difflib.get_close_matches(name.lower(), lower, n=_SUGGESTIONS, cutoff=0.4)
    return f"; did you mean {' or '.join(lower[each] for each in close)}?" if close else ""


def _checked(configuration: Configuration, what: str) -> Configuration:
    """The same after the checks that a file would pass through."""
    domain = domain_from_json(domain_to_json(configuration.domain), f"what {what} makes")
    return replace(configuration, domain=domain)


# -- of the centre as a whole -------------------------------------------------------------------------------------------


def _set_agents(configuration: Configuration, value: float) -> Configuration:
    return with_agents(configuration, round(value))


def _set_rate(configuration: Configuration, value: float) -> Configuration:
    arrivals = configuration.domain.arrivals
    assert arrivals is not None, "the lever is there only with arrivals"
    return _with(configuration, arrivals=replace(arrivals, rate_per_hour=value))


def _set_threshold(configuration: Configuration, value: float) -> Configuration:
    return _with(configuration, service_level=replace(configuration.domain.service_level, threshold=value))


def _share_setter(index: int) -> _Apply:
    def apply(configuration: Configuration, value: float) -> Configuration:
        plan = configuration.domain.agents
        assert plan is not None, "the lever is there only with shifts"
        shares = _shared([shift.share for shift in plan.shifts], index, value)
        shifts = tuple(replace(shift, share=share) for shift, share in zip(plan.shifts, shares, strict=True))
        return _with(configuration, agents=replace(plan, shifts=shifts))

    return apply


def _with(configuration: Configuration, **changes: Any) -> Configuration:
    return replace(configuration, domain=replace(configuration.domain, **changes))


def _shared(shares: list[float], index: int, value: float) -> list[float]:
    """The shares with one of them set, adding up to 1; the others keep their proportions."""
    rest = sum(shares) - shares[index]
    if not 0.0 <= value <= 1.0 or (rest == 0.0 and value != 1.0):
        raise ConfigurationError(f"a share lies between 0 and 1, and the others need something to share: {value:g}")
    return [value if at == index else share / rest * (1.0 - value) for at, share in enumerate(shares)]


# -- of one dimension ---------------------------------------------------------------------------------------------------


def _of_dimension(dimension: Dimension) -> list[Lever]:
    if dimension.expr == "range":
        return _of_range(dimension)
    if dimension.parent is not None:
        return []
    found = []
    options = dimension.options[None]
    for index, option in enumerate(options):
        name = f"{dimension.name}.{option_key(option.value)}"
        if len(options) > 1:
            found.append(Lever(name=f"{name}.portion", value=option.portion, apply=_portion_setter(dimension, index)))
        found += [
            Lever(name=f"{name}.{key}", value=float(value), apply=_parameter_setter(dimension, index, key))
            for key, value in option.params.items()
            if key in {"baseDur", "baseCapacity"} and isinstance(value, int | float)
        ]
    return found


def _of_range(dimension: Dimension) -> list[Lever]:
    middle = (dimension.minimum + dimension.maximum) / 2.0
    mean = middle if dimension.mean is None or dimension.curve not in _MEANS else dimension.mean
    found = {"mean": mean, "min": dimension.minimum, "max": dimension.maximum}
    if dimension.curve == "lognormal":
        found["cv"] = 1.0 if dimension.cv is None else dimension.cv
    return [
        Lever(name=f"{dimension.name}.{key}", value=value, apply=_range_setter(dimension, key))
        for key, value in found.items()
    ]


def _range_setter(dimension: Dimension, key: str) -> _Apply:
    def apply(configuration: Configuration, value: float) -> Configuration:
        return _with_dimension(configuration, _with_range(dimension, key, value))

    return apply


def _with_range(dimension: Dimension, key: str, value: float) -> Dimension:
    if key == "min":
        return replace(dimension, minimum=value)
    if key == "max":
        return replace(dimension, maximum=value)
    if key == "cv":
        return replace(dimension, cv=value)
    if dimension.curve in _MEANS:
        return replace(dimension, mean=value)
    middle = (dimension.minimum + dimension.maximum) / 2.0
    if middle == 0.0 or value < 0.0:
        raise ConfigurationError(f"{dimension.name}.mean cannot become {value:g} by a factor; set its min and max")
    return replace(dimension, minimum=dimension.minimum * value / middle, maximum=dimension.maximum * value / middle)


def _portion_setter(dimension: Dimension, index: int) -> _Apply:
    def apply(configuration: Configuration, value: float) -> Configuration:
        options = dimension.options[None]
        portions = _shared([option.portion for option in options], index, value)
        changed = tuple(replace(option, portion=portion) for option, portion in zip(options, portions, strict=True))
        return _with_dimension(configuration, _with_options(dimension, changed))

    return apply


def _parameter_setter(dimension: Dimension, index: int, key: str) -> _Apply:
    def apply(configuration: Configuration, value: float) -> Configuration:
        options = list(dimension.options[None])
        number: float = round(value) if key == "baseCapacity" else value
        options[index] = replace(options[index], params={**options[index].params, key: number})
        configuration = _with_dimension(configuration, _with_options(dimension, tuple(options)))
        if key != "baseCapacity":
            return configuration
        channel = {str(options[index].value): round(value)}
        workers = tuple(
            replace(worker, capacities={**worker.capacities, **channel}) for worker in configuration.workers
        )
        return replace(configuration, workers=workers)

    return apply


def _with_options(dimension: Dimension, options: tuple[Option, ...]) -> Dimension:
    return replace(dimension, options={None: options})


def _with_dimension(configuration: Configuration, dimension: Dimension) -> Configuration:
    domain: Domain = configuration.domain
    return _with(configuration, dimensions={**domain.dimensions, dimension.name: dimension})
