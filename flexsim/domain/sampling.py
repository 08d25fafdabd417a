"""Draws the dimensions of tasks and workers, each phase in dependency order, and turns values into attributes.

Every draw takes the numbers that the caller hands in; the same domain, numbers and known values give the same draws. What
can be worked out once is worked out when the sampler is made: a simulated day draws a million values.
"""

import bisect
import itertools
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from flexsim.domain import distributions
from flexsim.domain.model import (
    EFFECTS,
    MEASURED,
    PHASES,
    Dimension,
    Domain,
    Effect,
    Entity,
    Option,
    Phase,
    Scalar,
    Value,
    option_key,
)
from flexsim.domain.ordering import in_order
from flexsim.randomness import Uniform

_Push = Callable[[Mapping[str, Value]], float]
_Curve = Callable[[Mapping[str, Value], Uniform], float]
_Draw = Callable[[Mapping[str, Value], Uniform], Scalar]

_BELL_DEVIATION: Final = 0.1  # of the range
_BELOW_ONE: Final = math.nextafter(1.0, 0.0)


class Sampler:
    """Draws for one domain. It keeps no state between draws, so one sampler serves every task and worker."""

    __slots__ = ("_attributes", "_hidden", "_plans")

    def __init__(self, domain: Domain) -> None:
        dimensions = domain.dimensions
        self._plans = {
            (entity, phase): [
                (dimension.name, _all_values(dimension, _drawer(dimension, dimensions)))
                for dimension in _planned(dimensions, entity, phase)
            ]
            for entity, phases in PHASES.items()
            for phase in phases
        }
        self._attributes = {
            entity: [
                (dimension.name, dimension.attribute_name.split("."))
                for dimension in dimensions.values()
                if dimension.entity == entity and dimension.is_attribute
            ]
            for entity in PHASES
        }
        self._hidden = {
            entity: [
                dimension.name
                for dimension in dimensions.values()
                if dimension.entity == entity and not dimension.is_attribute
            ]
            for entity in PHASES
        }

    def draw(self, entity: Entity, phase: Phase, known: Mapping[str, Value], rng: Uniform) -> dict[str, Value]:
        """The values that this phase newly draws, by dimension name; parents and factors first.

        ``known`` holds what earlier phases drew and what was measured: ``waitTime`` must be in it where it has influence.
        """
        values = dict(known)
        self.add(entity, phase, values, rng)
        return {name: values[name] for name, _ in self._plans[entity, phase]}

    def add(self, entity: Entity, phase: Phase, values: dict[str, Value], rng: Uniform) -> None:
        """Draw like ``draw``, into ``values``, which holds what is known."""
        for name, draw in self._plans[entity, phase]:
            values[name] = draw(values, rng)

    def attributes(self, entity: Entity, values: Mapping[str, Value]) -> dict[str, Any]:
        """The attributes that those of ``values`` become which are to be attributes, nested where the name has dots."""
        attributes: dict[str, Any] = {}
        for name, path in self._attributes[entity]:
            if name in values:
                inner = attributes
                for step in path[:-1]:
                    inner = inner.setdefault(step, {})
                inner[path[-1]] = values[name]
        return attributes

    def hidden(self, entity: Entity, values: Mapping[str, Value]) -> dict[str, Value]:
        """Those of ``values`` that are no attributes of their own; they travel in the task attribute ``flexsim_values``."""
        return {name: values[name] for name in self._hidden[entity] if name in values}


def _planned(dimensions: Mapping[str, Dimension], entity: Entity, phase: Phase) -> list[Dimension]:
    members = {
        name: dimension
        for name, dimension in dimensions.items()
        if (dimension.entity, dimension.phase) == (entity, phase) and name != MEASURED
    }
    ordered, stuck = in_order({name: _needs(dimension) for name, dimension in members.items()})
    assert not stuck, f"the checks let a cycle through: {stuck}"
    return [members[name] for name in ordered]


def _needs(dimension: Dimension) -> list[str]:
    factors = [influence.factor for influence in dimension.influences]
    return factors if dimension.parent is None else [dimension.parent, *factors]


def _all_values(dimension: Dimension, draw: _Draw) -> Callable[[Mapping[str, Value], Uniform], Value]:
    """Draws the dimension's value, or the list of its values."""
    count = dimension.value_count
    if count == 1:
        return draw
    return lambda values, rng: _without_repeats(draw(values, rng) for _ in range(count))


def _without_repeats(values: Iterable[Scalar]) -> list[Scalar]:
    return list({option_key(value): value for value in values}.values())


# -- how one value is drawn ---------------------------------------------------------------------------------------------


def _drawer(dimension: Dimension, dimensions: Mapping[str, Dimension]) -> _Draw:
    pushes = {effect: _push(dimension, effect, dimensions) for effect in EFFECTS}
    plain = not any(pushes.values())
    low, high = dimension.minimum, dimension.maximum
    if plain and dimension.expr == "range" and dimension.data_type == "number":
        return _plain_curve(dimension, low, high)
    curve = _plain_curve(dimension, -math.inf, math.inf) if plain else _curve(dimension, pushes)
    if dimension.expr == "enum":
        return _enum(dimension, curve, plain=plain and dimension.curve == "uniform")
    finish = _finish(dimension)
    return lambda values, rng: finish(curve(values, rng))


def _push(dimension: Dimension, effect: Effect, dimensions: Mapping[str, Dimension]) -> _Push | None:
    """The sum of the pushes with this effect, as a function of the values known; None if nothing has it."""
    terms = [
        (influence.factor, _middle(dimensions[influence.factor]), influence.amount)
        for influence in dimension.influences
        if influence.effect == effect
    ]
    if not terms:
        return None

    def push(values: Mapping[str, Value]) -> float:
        total = 0.0
        for factor, middle, amount in terms:
            value = values.get(factor)
            assert isinstance(value, bool | int | float), (
                f"{dimension.name} is influenced by {factor}, and its value is {value!r}"
            )
            total += (value - middle) * amount
        return total

    return push


def _middle(dimension: Dimension) -> float:
    if dimension.expr == "range":
        return (dimension.minimum + dimension.maximum) / 2.0
    numbers = [float(option.value) for option in dimension.all_options()]
    return (min(numbers) + max(numbers)) / 2.0


def _plain_curve(dimension: Dimension, least: float, most: float) -> _Curve:
    """The curve where nothing pushes, kept between the ends; the same numbers give what ``_curve`` gives for pushes of 0."""
    low, high = (dimension.minimum, dimension.maximum) if dimension.expr == "range" else (0.0, 1.0)
    middle, width = (low + high) / 2.0, high - low
    mean, cv = middle if dimension.mean is None else dimension.mean, 1.0 if dimension.cv is None else dimension.cv
    if dimension.curve == "exponential":
        return distributions.exponential_within(least, most, mean=max(0.0, mean))
    if dimension.curve == "lognormal":
        return distributions.lognormal_within(least, most, mean=max(0.0, mean), cv=cv)
    if dimension.curve == "uniform":
        return distributions.uniform_within(least, most, mean=middle, width=width)
    return distributions.bell_within(least, most, mean=middle, deviation=width * _BELL_DEVIATION)


def _curve(dimension: Dimension, pushes: Mapping[Effect, _Push | None]) -> _Curve:
    """Draws a number from the dimension's curve; an enum's is over 0 to 1, where its options lie by their portions."""
    low, high = (dimension.minimum, dimension.maximum) if dimension.expr == "range" else (0.0, 1.0)
    middle, width = (low + high) / 2.0, high - low
    mean, cv = middle if dimension.mean is None else dimension.mean, 1.0 if dimension.cv is None else dimension.cv
    shift, skew, focus = (pushes[effect] or _no_push for effect in ("shift", "skew", "focus"))
    if dimension.curve == "exponential":
        return lambda values, rng: distributions.exponential(rng, mean=max(0.0, mean + shift(values)))
    if dimension.curve == "lognormal":
        return lambda values, rng: distributions.lognormal(
            rng, mean=max(0.0, mean + shift(values)), cv=cv * _spread(focus(values))
        )
    if dimension.curve == "uniform":
        return lambda values, rng: distributions.uniform(
            rng, mean=middle + shift(values), width=width * _spread(focus(values))
        )
    deviation = width * _BELL_DEVIATION
    if pushes["skew"] is None:
        return lambda values, rng: distributions.bell(
            rng, mean=middle + shift(values), deviation=deviation * _spread(focus(values))
        )
    return lambda values, rng: distributions.skewed_bell(
        rng, location=middle + shift(values), deviation=deviation * _spread(focus(values)), shape=skew(values)
    )


def _no_push(_values: Mapping[str, Value]) -> float:
    return 0.0


def _spread(push: float) -> float:
    return math.exp(max(-50.0, min(50.0, push)))  # beyond that, clamping decides everything anyway


def _finish(dimension: Dimension) -> Callable[[float], Scalar]:
    """Clamps, and gives the value its type."""
    low, high = dimension.minimum, dimension.maximum
    if dimension.data_type == "boolean":
        middle = (low + high) / 2.0
        return lambda number: number > middle
    if dimension.data_type == "number":
        return lambda number: max(low, min(high, number))
    first, last = math.ceil(low), math.floor(high)
    # Half up: Python's own rounding is to even, which would make every other whole number likelier.
    return lambda number: max(first, min(last, math.floor(max(low, min(high, number)) + 0.5)))


def _enum(dimension: Dimension, curve: _Curve, *, plain: bool) -> _Draw:
    """``plain``: the curve is the even one, and the number drawn is the place."""
    parent = dimension.parent
    lists = {
        key: (tuple(option.value for option in options), _bounds(options)) for key, options in dimension.options.items()
    }
    bisect_right = bisect.bisect_right
    if parent is None:
        options, bounds = lists[None]
        if plain:
            return lambda _, rng: options[bisect_right(bounds, rng.random())]

        def choose(values: Mapping[str, Value], rng: Uniform) -> Scalar:
            return options[bisect_right(bounds, _place(curve(values, rng)))]

        return choose

    def choose_below(values: Mapping[str, Value], rng: Uniform) -> Scalar:
        chosen = values[parent]
        assert not isinstance(chosen, list), f"{parent} is a parent and holds a list"
        options, bounds = lists[option_key(chosen)]
        return options[bisect_right(bounds, _place(curve(values, rng)))]

    return choose_below


def _place(number: float) -> float:
    """Where from 0 to 1: influences can push past either end; an option there with portion 0 is still not met."""
    if number < 0.0:
        return 0.0
    return number if number < 1.0 else _BELOW_ONE


def _bounds(options: Iterable[Option]) -> list[float]:
    """Where each option but the last ends on the way from 0 to 1."""
    return list(itertools.accumulate(option.portion for option in options))[:-1]
