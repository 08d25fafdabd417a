"""How the agents behave and how often they speak, as a record that changes can be merged into while it is in use."""

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from flexsim.errors import ConfigurationError


class Mode(StrEnum):
    """Whether agents find themselves calls, or wait for them."""

    SELF_DRIVEN = "self-driven"
    CALL_DRIVEN = "call-driven"


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """Means in seconds, shares from 0 to 1; ``call_rates`` is calls a minute for each virtual queue."""

    mode: Mode = Mode.SELF_DRIVEN
    heartbeat_interval: float = 2.0
    ping_interval: float = 20.0
    wait: float = 30.0
    talk: float = 180.0
    wrap: float = 30.0
    hold: float = 20.0
    pause: float = 300.0
    cv: float = 0.5
    hold_share: float = 0.1
    transfer_share: float = 0.05
    conference_share: float = 0.02
    break_share: float = 0.05
    call_rates: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


# The record's field, and the range of its values, by name on the wire.
_DURATIONS: Final = {
    "available": "wait",
    "on_call": "talk",
    "after_call_work": "wrap",
    "on_hold": "hold",
    "break": "pause",
}
_NUMBERS: Final[Mapping[str, tuple[str, float, float]]] = {
    "heartbeatInterval": ("heartbeat_interval", 0.1, 3600.0),
    "pingInterval": ("ping_interval", 0.1, 3600.0),
    "variation": ("cv", 0.0, 5.0),
    "holdShare": ("hold_share", 0.0, 1.0),
    "transferShare": ("transfer_share", 0.0, 1.0),
    "conferenceShare": ("conference_share", 0.0, 1.0),
    "breakShare": ("break_share", 0.0, 1.0),
}
_LONGEST: Final = 86_400.0
_SHORTEST: Final = 0.01
MAX_RATE: Final = 60_000.0  # calls a minute
_MOST_QUEUES: Final = 1000


def document(behaviour: Behaviour) -> dict[str, Any]:
    """The behaviour as ``GET /config`` shows it, and as ``merged`` takes any part of it."""
    return {
        "mode": behaviour.mode.value,
        **{name: getattr(behaviour, attribute) for name, (attribute, _, _) in _NUMBERS.items()},
        "stateDurations": {state: getattr(behaviour, attribute) for state, attribute in _DURATIONS.items()},
        "callRates": dict(behaviour.call_rates),
    }


def merged(behaviour: Behaviour, changes: Any) -> Behaviour:
    """The behaviour with these changes, given as ``document`` gives it; what is not named stays.

    Raises ConfigurationError that names the value, its place and its range, and then nothing has changed.
    """
    given = _object(changes, "the configuration")
    found: dict[str, Any] = {}
    for name, value in given.items():
        if name == "mode":
            found["mode"] = _mode(value)
        elif name == "stateDurations":
            found |= _durations(value)
        elif name == "callRates":
            found["call_rates"] = {**behaviour.call_rates, **rates(value)}
        elif name in _NUMBERS:
            attribute, low, high = _NUMBERS[name]
            found[attribute] = number(value, name, low, high)
        else:
            known = ", ".join(document(behaviour))
            raise ConfigurationError(f"no such setting: {name}; there are {known}")
    changed = dataclasses.replace(behaviour, **found)
    if changed.hold_share + changed.transfer_share + changed.conference_share > 1.0:
        raise ConfigurationError("holdShare, transferShare and conferenceShare come to more than 1")
    return changed


def number(value: Any, name: str, low: float, high: float) -> float:
    """The value as a number from ``low`` to ``high``; raises ConfigurationError that says the range."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ConfigurationError(f"{name} is a number from {low:g} to {high:g}, not {_shown(value)}")
    return float(value)


def rates(value: Any) -> dict[str, float]:
    """Calls a minute by virtual queue; raises ConfigurationError."""
    given = _object(value, "callRates")
    if len(given) > _MOST_QUEUES:
        raise ConfigurationError(f"callRates names {len(given)} virtual queues; at most {_MOST_QUEUES} are taken")
    return {queue: number(rate, f"callRates.{queue}", 0.0, MAX_RATE) for queue, rate in given.items()}


def _mode(value: Any) -> Mode:
    if value not in list(Mode):
        raise ConfigurationError(f"mode is {' or '.join(Mode)}, not {_shown(value)}")
    return Mode(value)


def _durations(value: Any) -> dict[str, float]:
    found = {}
    for state, seconds in _object(value, "stateDurations").items():
        if state not in _DURATIONS:
            raise ConfigurationError(f"no such state in stateDurations: {state}; there are {', '.join(_DURATIONS)}")
        found[_DURATIONS[state]] = number(seconds, f"stateDurations.{state}", _SHORTEST, _LONGEST)
    return found


def _object(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ConfigurationError(f"{name} is a JSON object, not {_shown(value)}")
    return value


def _shown(value: Any) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return repr(value)[:100]
