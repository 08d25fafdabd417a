"""Reads what a client sent, value by value; raises ProtocolError with the service's codes, naming the parameter."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from flexsim.errors import ProtocolError

_KINDS: Final[Mapping[type, str]] = {
    dict: "an object", list: "an array", str: "a string", bool: "a boolean", int: "an integer", float: "a number", type(None): "null",
}  # fmt: skip
_SHOWN: Final = 60  # characters of a wrong value
_DEEPEST: Final = 64  # JSON within JSON, in what is kept as it is: no writer of JSON goes much deeper than 250


def shown(value: object) -> str:
    """The value as an error shows it, cut to a bearable length."""
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def wrong_type(value: object, parameter: str, wanted: str) -> ProtocolError:
    """The error for a value of another type."""
    got = _KINDS.get(type(value), "something else")
    return ProtocolError(
        f"Invalid type for '{parameter}': expected {wanted}, but got {got} instead.",
        code="invalid_type",
        parameter=parameter,
    )


def wrong_value(value: object, parameter: str, wanted: str) -> ProtocolError:
    """The error for a value of the right type that is not allowed."""
    return ProtocolError(
        f"Invalid value: {shown(value)}. {wanted}.",
        code="invalid_value",
        parameter=parameter,
    )


def missing(parameter: str) -> ProtocolError:
    """The error for what is not there."""
    return ProtocolError(
        f"Missing required parameter: '{parameter}'.", code="missing_required_parameter", parameter=parameter
    )


def mapping(value: object, parameter: str) -> Mapping[str, Any]:
    """A JSON object."""
    if not isinstance(value, dict):
        raise wrong_type(value, parameter, "an object")
    return value


def sequence(value: object, parameter: str, most: int) -> Sequence[Any]:
    """A JSON array of at most so many."""
    if not isinstance(value, list):
        raise wrong_type(value, parameter, "an array")
    if len(value) > most:
        raise wrong_value(f"{len(value)} elements", parameter, f"There are at most {most}")
    return value


def text(value: object, parameter: str, most: int = 1 << 20) -> str:
    """A string of at most so many characters, all of which can be sent on."""
    if not isinstance(value, str):
        raise wrong_type(value, parameter, "a string")
    if len(value) > most:
        raise wrong_value(f"a string of {len(value)} characters", parameter, f"It has at most {most}")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise wrong_value(value, parameter, "It is not Unicode") from error
    return value


def flag(value: object, parameter: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise wrong_type(value, parameter, "a boolean")
    return value


def number(value: object, parameter: str, least: float, most: float) -> float:
    """A number within bounds."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong_type(value, parameter, "a number")
    if not least <= value <= most:
        raise wrong_value(value, parameter, f"It is from {least:g} to {most:g}")
    return float(value)


def whole(value: object, parameter: str, least: int, most: int) -> int:
    """A whole number within bounds."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong_type(value, parameter, "an integer")
    if not least <= value <= most:
        raise wrong_value(value, parameter, f"It is from {least} to {most}")
    return value


def choice(value: object, parameter: str, allowed: Collection[str]) -> str:
    """One of these strings."""
    if not isinstance(value, str):
        raise wrong_type(value, parameter, "a string")
    if value not in allowed:
        names = ", ".join(f"'{each}'" for each in allowed)
        raise wrong_value(value, parameter, f"Supported values are: {names}")
    return value


def known(found: Mapping[str, Any], parameter: str, allowed: Collection[str]) -> None:
    """Refuse the first key that means nothing here."""
    for name in found:
        if name not in allowed:
            path = f"{parameter}.{name}" if parameter else str(name)
            path = path[:200]
            raise ProtocolError(f"Unknown parameter: '{path}'.", code="unknown_parameter", parameter=path)


def shallow(value: object, parameter: str) -> Any:
    """Any JSON that is not nested too deeply."""
    level: list[object] = [value]
    for _ in range(_DEEPEST):
        level = [
            inner
            for each in level
            for inner in (each.values() if isinstance(each, dict) else each if isinstance(each, list) else ())
        ]
        if not level:
            return value
    raise wrong_value("what is nested too deeply", parameter, f"There are at most {_DEEPEST} levels")
