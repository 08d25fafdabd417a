"""The domain as records: what every other room reads after ``loading`` has checked and merged the description.

Everything is resolved here: defaults are filled in, dimensions are referred to by name, times of day are seconds after
midnight, portions of one list sum to 1.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

Scalar = str | int | float | bool
Value = Scalar | list[Scalar]

Entity = Literal["tasks", "workers"]
Phase = Literal["deploy", "activity", "arrive", "assign", "complete"]
Expr = Literal["enum", "range"]
DataType = Literal["boolean", "integer", "number", "string"]
Curve = Literal["uniform", "bell", "exponential", "lognormal"]
Effect = Literal["shift", "skew", "focus"]

EFFECTS: Final[tuple[Effect, ...]] = get_args(Effect)

# In the order in which one contact, or one agent, passes through them.
PHASES: Final[Mapping[Entity, tuple[Phase, ...]]] = {
    "tasks": ("arrive", "assign", "complete"),
    "workers": ("deploy", "activity"),
}

STANDARD_DIMENSIONS: Final = (
    "arrivalGap",
    "channel",
    "abandonTime",
    "waitTime",
    "talkTime",
    "wrapTime",
    "activity",
)
MEASURED: Final = "waitTime"  # known from what happened, never drawn
ALL: Final = "all"  # the key of a parentless dimension's options


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One value of an ``enum`` dimension; ``portion`` is its share of the draws, ``params`` whatever else it carries."""

    value: Scalar
    portion: float
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Influence:
    """Another dimension pushes this one by ``(factor's value - middle of the factor's range) * amount``."""

    factor: str
    effect: Effect
    amount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One property of a task or a worker, and how it is drawn.

    ``options`` is keyed by the parent's option (see ``option_key``), or by None where there is no parent; it is empty
    for a ``range``. ``attribute_name`` holds dots where the attribute is nested.
    """

    name: str
    entity: Entity
    phase: Phase
    expr: Expr
    data_type: DataType
    curve: Curve
    minimum: float = 0.0
    maximum: float = 1.0
    mean: float | None = None
    cv: float | None = None
    options: Mapping[str | None, tuple[Option, ...]] = field(default_factory=dict)
    parent: str | None = None
    value_count: int = 1
    is_attribute: bool = True
    attribute_name: str
    influences: tuple[Influence, ...] = ()

    def all_options(self) -> Iterator[Option]:
        """Every option once, in the order written; the first of those that several parents' lists share."""
        seen: set[str] = set()
        for options in self.options.values():
            for option in options:
                key = option_key(option.value)
                if key not in seen:
                    seen.add(key)
                    yield option

    def params(self, value: Scalar) -> Mapping[str, Any]:
        """What the option of this value carries (``address``, ``baseDur``, …); empty for a value that is no option."""
        key = option_key(value)
        return next((option.params for option in self.all_options() if option_key(option.value) == key), {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Center:
    """Where the contact centre is; empty where the description does not say."""

    country: str = ""
    state: str = ""
    city: str = ""
    zip: str = ""
    agents_phone: str = ""
    ivr_voice: str = ""
    agent_voice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customers:
    """Who the customers are, as a whole; in ``phone_format`` each ``#`` is a digit."""

    country: str = ""
    phone_format: str = "+##########"
    customers_phone: str = ""
    voice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spike:
    """Every day from ``start`` (seconds after midnight) for ``duration`` seconds, the rate is ``factor`` times as high."""

    start: int
    duration: int
    factor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """A non-homogeneous Poisson process; ``profile`` cuts the local day in 24, 48 or 96, ``weekday`` starts on Monday."""

    rate_per_hour: float
    profile: tuple[float, ...] = (1.0,) * 24
    weekday: tuple[float, ...] = (1.0,) * 7
    spikes: tuple[Spike, ...] = ()
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """From ``start`` (seconds after midnight) for ``duration`` seconds."""

    start: int
    duration: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Seconds after local midnight; an ``end`` not after ``start`` is on the next day. ``share`` of all agents work it."""

    start: int
    end: int
    share: float
    breaks: tuple[Break, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentPlan:
    """When agents are there; ``timezone`` is that of the arrivals unless the description says otherwise."""

    shifts: tuple[Shift, ...]
    timezone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLevel:
    """``target`` is the share of contacts to be accepted within ``threshold`` seconds."""

    threshold: float = 20.0
    target: float = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """A checked, merged description. ``queue_worker_dimensions`` and ``queue_filter_dimension`` are dimension names."""

    brand: str
    agent_count: int
    real_voice: bool = False
    queue_filter_dimension: str
    queue_worker_dimensions: tuple[str, ...]
    center: Center
    customers: Customers
    dimensions: Mapping[str, Dimension]
    arrivals: Arrivals | None = None  # None: gaps are drawn from the dimension arrivalGap
    agents: AgentPlan | None = None  # None: all agents are there all the time
    service_level: ServiceLevel
    locale: str


def option_key(value: Scalar) -> str:
    """A value as it is written as a key of ``options``: text as it is, everything else as JSON writes it."""
    return value if isinstance(value, str) else json.dumps(value)
