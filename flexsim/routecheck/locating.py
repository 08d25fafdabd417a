"""Where in a JSON text a value stands. Pure.

The text has been read as JSON already; only what lies on the way is looked at again, by the standard library's own decoder,
so that a place in a file of megabytes is found in milliseconds.
"""

import json
from collections.abc import Sequence
from typing import Final

_DECODER: Final = json.JSONDecoder(strict=False)
_SPACE: Final = " \t\r\n"


def line_of(text: str, place: Sequence[str | int]) -> int:
    """The line, from 1, on which the value at ``place`` begins; that of the innermost part of the way that is there."""
    at = _skip(text, 1 if text.startswith("\ufeff") else 0)
    for step in place:
        inner = _member(text, at, step) if isinstance(step, str) else _entry(text, at, step)
        if inner is None:
            break
        at = inner
    return text.count("\n", 0, at) + 1


def _member(text: str, at: int, name: str) -> int | None:
    """Where the value of a property begins, in the object that begins at ``at``."""
    if text[at] != "{":
        return None
    at = _skip(text, at + 1)
    while text[at] == '"':
        key, end = _DECODER.raw_decode(text, at)
        at = _skip(text, _skip(text, end) + 1)  # past the colon
        if key == name:
            return at
        at = _past(text, at)
    return None


def _entry(text: str, at: int, index: int) -> int | None:
    """Where an entry begins, in the list that begins at ``at``."""
    if text[at] != "[":
        return None
    at = _skip(text, at + 1)
    while text[at] != "]":
        if index == 0:
            return at
        index -= 1
        at = _past(text, at)
    return None


def _past(text: str, at: int) -> int:
    """Behind the value that begins at ``at``, and behind its comma if it has one."""
    _, end = _DECODER.raw_decode(text, at)
    end = _skip(text, end)
    return _skip(text, end + 1) if text[end] == "," else end


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at
