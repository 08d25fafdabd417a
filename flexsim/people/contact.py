"""One contact as its task's attributes tell it, and how long an agent handles it.

Every draw about a contact's handling comes from a generator named by the contact, so an agent simulator that was killed
and started again draws the same for the tasks that it finds under way.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, TypeAlias

from flexsim.domain.model import MEASURED, Dimension, Domain, Value
from flexsim.domain.sampling import Sampler
from flexsim.randomness import Randomness

BRAND: Final = "flexsim"
CONTACT: Final = "flexsim_contact"
VALUES: Final = "flexsim_values"


class Handling(NamedTuple):  # a tuple, because one is made for every contact of a simulated day
    """Seconds of talk and wrap-up, and what the task's attributes gain when it is completed."""

    talk: float
    wrap: float
    attributes: Mapping[str, Any]


# From a contact and the values drawn at its arrival to how long it is talked to, in seconds, where somebody else knows.
Talks: TypeAlias = Callable[[str, Mapping[str, Value]], float | None]

_NOTHING: Final[Mapping[str, Any]] = {}


def is_ours(domain: Domain, attributes: Mapping[str, Any]) -> bool:
    """Whether a task or a worker with these attributes belongs to this simulation."""
    return attributes.get(BRAND) == domain.brand


def known_values(domain: Domain, attributes: Mapping[str, Any]) -> dict[str, Value]:
    """The values drawn at arrival, by dimension name, as far as a task's attributes hold them and they can be right."""
    hidden = attributes.get(VALUES)
    values = dict(hidden) if isinstance(hidden, Mapping) else {}
    found: dict[str, Value] = {}
    for dimension in _arriving(domain):
        value: Any = values.get(dimension.name)
        if dimension.is_attribute:
            value = _at(attributes, dimension.attribute_name)
        if _plausible(dimension, value):
            found[dimension.name] = value
    return found


class Handler:
    """Draws how contacts are handled; keeps nothing between draws.

    Without ``detailed`` it leaves out what a task's attributes gain, which nobody reads in virtual time; the times are the
    same. Where ``talks`` knows a contact's talk time, it is that, and all else as it was drawn.
    """

    __slots__ = ("_at_arrival", "_detailed", "_handling", "_sampler", "_talks", "_unknown")

    def __init__(
        self,
        domain: Domain,
        sampler: Sampler,
        randomness: Randomness,
        *,
        detailed: bool = True,
        talks: Talks | None = None,
    ) -> None:
        self._at_arrival = {each.name for each in _arriving(domain)}
        self._sampler = sampler
        self._handling = randomness.family("handling")
        self._unknown = randomness.family("unknown")
        self._detailed = detailed
        self._talks = talks

    def draw(self, contact: str, values: Mapping[str, Value], waited: float) -> Handling:
        """How this contact will be handled: ``values`` were drawn at its arrival, and it ``waited`` that many seconds."""
        known = self._completed(contact, values)
        known[MEASURED] = waited
        rng = self._handling.of(contact)
        self._sampler.add("tasks", "assign", known, rng)
        talk, wrap = seconds(known["talkTime"]), seconds(known["wrapTime"])
        if self._talks is not None:
            told = self._talks(contact, values)
            talk = talk if told is None else told
        if not self._detailed:
            return Handling(talk, wrap, _NOTHING)
        at_assignment = {name: value for name, value in known.items() if name not in self._at_arrival}
        at_completion = self._sampler.draw("tasks", "complete", known, rng)
        drawn = self._sampler.attributes("tasks", {**at_assignment, **at_completion})
        return Handling(talk, wrap, merged(drawn, {"conversations": _measures(waited, talk, wrap)}))

    def _completed(self, contact: str, values: Mapping[str, Value]) -> dict[str, Value]:
        """Fill in what a task of unknown making lacks, so that everything drawn later finds what it depends on."""
        if self._at_arrival <= values.keys():
            return dict(values)
        return {**self._sampler.draw("tasks", "arrive", {}, self._unknown.of(contact)), **values}


def merged(base: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """``base`` with ``more`` laid over it, objects within objects likewise; neither is changed."""
    result = dict(base)
    for key, value in more.items():
        old = result.get(key)
        result[key] = merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return result


def _arriving(domain: Domain) -> list[Dimension]:
    return [each for each in domain.dimensions.values() if (each.entity, each.phase) == ("tasks", "arrive")]


def seconds(value: Value) -> float:
    """A drawn duration, never below 0."""
    assert isinstance(value, int | float), f"a duration that is no number: {value}"
    return max(0.0, float(value))


def _measures(waited: float, talk: float, wrap: float) -> dict[str, Any]:
    # Flex Insights has ten free measures of a conversation ("Enhance Flex Insights data"); these are ours.
    return {
        "abandoned": "No",
        "conversation_measure_1": round(waited, 1),
        "conversation_measure_2": round(talk, 1),
        "conversation_measure_3": round(wrap, 1),
    }


def _at(attributes: Mapping[str, Any], path: str) -> Any:
    value: Any = attributes
    for key in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def _plausible(dimension: Dimension, value: Any) -> bool:
    if value is None:
        return False
    if dimension.expr == "range":
        return isinstance(value, int | float) and not isinstance(value, bool)
    values = value if isinstance(value, list) else [value]
    allowed = [option.value for option in dimension.all_options()]
    return all(each in allowed for each in values)
