"""Parameters of a form or a query: read fast, checked as Twilio checks them (400 / 20001).

Names are case-sensitive, unknown ones are ignored, and an empty value of a number, a flag or a choice counts as none.
Our own parsing, because ``parse_qsl`` costs more than routing and answering a fetch together.
"""

import re
from binascii import a2b_qp
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import unquote

import orjson

from flexsim.errors import InvalidInput

MAX_ATTRIBUTES: Final = 4096  # characters, white space included (twilio.com/docs/taskrouter/limits)
MAX_NAME: Final = 64
EARLIEST: Final = -2_208_988_800.0  # 1900-01-01, before which Twilio takes no VirtualStartTime

_INTEGER: Final = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_TRUE: Final = frozenset({"true", "1", "yes"})
_FALSE: Final = frozenset({"false", "0", "no"})


class Parameters:
    """The parameters of one form or query, by name; a name may come several times."""

    __slots__ = ("_values",)

    def __init__(self, encoded: str) -> None:
        values: dict[str, list[str]] = {}
        for pair in encoded.split("&"):
            name, _, value = pair.partition("=")
            if name:
                values.setdefault(_decoded(name), []).append(_decoded(value))
        self._values = values

    def __iter__(self) -> Iterator[str]:
        """The names that were sent, each once."""
        return iter(self._values)

    def text(self, name: str, *, most: int | None = None) -> str | None:
        """The text as it came, at ``most`` so many characters; None when it was not sent."""
        values = self._values.get(name)
        if values is None:
            return None
        value = values[-1]
        if most is not None and len(value) > most:
            raise InvalidInput(f"{name} has {len(value)} characters, the most is {most}")
        return value

    def required(self, name: str, *, most: int | None = None) -> str:
        """The text, which must be there and not empty."""
        value = self.text(name, most=most)
        if not value:
            raise InvalidInput(f"Missing required parameter {name} in the post body")
        return value

    def name(self, name: str = "FriendlyName") -> str | None:
        """A friendly name: not empty when sent, at most 64 characters."""
        return self.required(name, most=MAX_NAME) if name in self._values else None

    def integer(self, name: str, least: int, most: int) -> int | None:
        """A whole number from ``least`` to ``most``."""
        value = self.text(name)
        if not value:
            return None
        if not _INTEGER.fullmatch(value) or not least <= int(value) <= most:
            raise InvalidInput(f"{name} must be a whole number from {least} to {most}: {value[:40]}")
        return int(value)

    def flag(self, name: str) -> bool | None:
        """``true``, ``1`` and ``yes`` are true, everything else is false.

        Only for the parameters of which Twilio says so: ``Available`` of activities and workers, ``IgnoreCapacity``.
        """
        value = self.text(name)
        return value.lower() in _TRUE if value else None

    def boolean(self, name: str) -> bool | None:
        """``true`` or ``false``, or another word for them."""
        value = self.text(name)
        if not value:
            return None
        if value.lower() not in _TRUE | _FALSE:
            raise InvalidInput(f"{name} must be true or false: {value[:40]}")
        return value.lower() in _TRUE

    def choice(self, name: str, choices: Collection[str]) -> str | None:
        """One of ``choices``."""
        value = self.text(name)
        if not value:
            return None
        if value not in choices:
            raise InvalidInput(f"{name} must be one of {', '.join(choices)}: {value[:40]}")
        return value

    def choices(self, name: str, choices: Collection[str]) -> tuple[str, ...]:
        """Any number of ``choices``: repeated, or joined by commas."""
        found = [each.strip() for value in self._values.get(name, ()) for each in value.split(",") if each.strip()]
        for each in found:
            if each not in choices:
                raise InvalidInput(f"{name} must be of {', '.join(choices)}: {each[:40]}")
        return tuple(found)

    def moment(self, name: str) -> float | None:
        """UTC seconds from an ISO 8601 date and time; one without an offset is UTC."""
        value = self.text(name)
        if not value:
            return None
        try:
            moment = datetime.fromisoformat(value)
            seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError) as error:
            raise InvalidInput(f"{name} must be a date and time such as 2026-01-31T09:30:00Z: {value[:40]}") from error
        if seconds < EARLIEST:
            raise InvalidInput(f"{name} must not be before 1900: {value[:40]}")
        return seconds

    def address(self, name: str) -> str | None:
        """An http or https address to call; empty takes one away."""
        url = self.text(name)
        if url and not url.startswith(("http://", "https://")):
            raise InvalidInput(f"{name} must be an http or https address: {url[:80]}")
        return url

    def attributes(self, name: str = "Attributes") -> tuple[dict[str, Any], str] | None:
        """A JSON object and the text that it came in; None when it was not sent."""
        text = self.text(name)
        if text is None:
            return None
        if len(text) > MAX_ATTRIBUTES:
            raise InvalidInput(f"{name} has {len(text)} characters, the most is {MAX_ATTRIBUTES}")
        try:
            document = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise InvalidInput(f"{name} is not valid JSON: {error}") from error
        if not isinstance(document, dict):
            raise InvalidInput(f"{name} must be a JSON object: {text[:40]}")
        return document, text


def _decoded(text: str) -> str:
    """What ``unquote_plus`` makes of it, in a tenth of the time for the JSON that attributes come in.

    Percent-encoding is quoted-printable (RFC 2045, 6.7) with another sign before the two digits, and Python decodes that
    in C. Whatever reads differently there (an equals sign, a line break, an escape that is none) takes the slow way.
    """
    if "+" in text:
        text = text.replace("+", " ")
    escapes = text.count("%")
    if not escapes:
        return text
    if not text.isascii() or "=" in text or "\n" in text or "\r" in text:
        return unquote(text)
    decoded = a2b_qp(text.replace("%", "="))
    if len(text) - len(decoded) != 2 * escapes:  # not each of them was followed by two digits
        return unquote(text)
    return decoded.decode("utf-8", "replace")
