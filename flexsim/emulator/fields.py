"""The JSON object that a control is sent: read strictly, so that a misspelt field is refused rather than ignored."""

import math
from collections.abc import Collection
from typing import Any

import orjson

from flexsim.errors import InvalidInput

_SHOWN = 60


class Fields:
    """Takes a JSON object apart, field by field; ``end`` refuses what nobody has asked for.

    ``where`` names the object in messages. A field that is null counts as not sent.
    """

    def __init__(self, document: Any, where: str = "the body") -> None:
        if not isinstance(document, dict):
            raise InvalidInput(f"{where} must be a JSON object: {_shown(document)}")
        self._where = where
        self._left: dict[str, Any] = {name: value for name, value in document.items() if value is not None}
        self._known: list[str] = []

    @classmethod
    def of_body(cls, body: bytes) -> "Fields":
        """The fields of a request's body; an empty body has none."""
        try:
            return cls(orjson.loads(body) if body.strip() else {})
        except orjson.JSONDecodeError as error:
            raise InvalidInput(f"the body is not valid JSON: {error}") from error

    def end(self) -> None:
        """Raise ``InvalidInput`` if there are fields that have not been asked for."""
        if self._left:
            known = ", ".join(self._known) or "none"
            raise InvalidInput(f"unknown field in {self._where}: {_shown(next(iter(self._left)))}; known are {known}")

    def integer(self, name: str, least: int, most: int) -> int | None:
        """A whole number from ``least`` to ``most``."""
        value = self._taken(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self._wrong(name, f"a whole number from {least} to {most}", value)
        return value

    def seed(self) -> int | None:
        """The field ``seed``."""
        return self.integer("seed", -(1 << 63), (1 << 63) - 1)

    def number(self, name: str, least: float, most: float) -> float | None:
        """A number from ``least`` to ``most``."""
        value = self._taken(name)
        if value is None:
            return None
        is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not is_number or not least <= value <= most:
            raise self._wrong(name, f"a number from {least:g} to {most:g}", value)
        return float(value)

    def flag(self, name: str) -> bool | None:
        """True or false."""
        value = self._taken(name)
        if value is not None and not isinstance(value, bool):
            raise self._wrong(name, "true or false", value)
        return value

    def text(self, name: str, most: int = 256) -> str | None:
        """A text of 1 to ``most`` characters."""
        value = self._taken(name)
        if value is not None and (not isinstance(value, str) or not 0 < len(value) <= most):
            raise self._wrong(name, f"a text of 1 to {most} characters", value)
        return value

    def choice(self, name: str, choices: Collection[str]) -> str | None:
        """One of ``choices``."""
        value = self._taken(name)
        if value is not None and (not isinstance(value, str) or value not in choices):
            raise self._wrong(name, f"one of {', '.join(choices)}", value)
        return value

    def array(self, name: str, most: int) -> list[Any] | None:
        """An array of at most ``most`` elements."""
        value = self._taken(name)
        if value is not None and (not isinstance(value, list) or len(value) > most):
            raise self._wrong(name, f"an array of at most {most}", value)
        return value

    def missing(self, name: str, why: str = "") -> InvalidInput:
        """What to raise when a field that must be there is not."""
        return InvalidInput(f"{self._where} lacks {name}{why and f', which {why}'}")

    def _taken(self, name: str) -> Any:
        self._known.append(name)
        return self._left.pop(name, None)

    def _wrong(self, name: str, wanted: str, value: Any) -> InvalidInput:
        return InvalidInput(f"{name} in {self._where} must be {wanted}: {_shown(value)}")


def _shown(value: Any) -> str:
    try:
        text = orjson.dumps(value).decode()
    except (TypeError, ValueError):
        text = str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
