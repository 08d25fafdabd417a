"""What is wrong with a description: where, and what to do about it."""

import difflib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

Path = tuple[str | int, ...]

_PLAIN_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SHOWN: Final = 60  # characters of a wrong value; a whole dimension would bury the message


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One fault at one place; ``path`` holds the keys and indexes that lead there."""

    path: Path
    message: str

    def __str__(self) -> str:
        return f"{path_text(self.path)}: {self.message}"


def path_text(path: Path) -> str:
    """The place as a JSON path: ``$.dimensions['routing.skills'].options.all[2]`` (RFC 9535)."""
    return "$" + "".join(_step(key) for key in path)


def _step(key: str | int) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    key = key if len(key) <= _SHOWN else f"{key[: _SHOWN - 1]}…"
    if _PLAIN_KEY.fullmatch(key):
        return f".{key}"
    escaped = json.dumps(key, ensure_ascii=False)[1:-1].replace('\\"', '"').replace("'", "\\'")
    return f"['{escaped}']"


def shown(value: Any) -> str:
    """A wrong value for a message, cut where it is long."""
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def quoted(words: Iterable[object]) -> str:
    """``'a', 'b', 'c'``."""
    return ", ".join(repr(word) for word in words)


def hint(word: object, words: Iterable[str], *, cutoff: float = 0.6) -> str:
    """``; did you mean 'portion'?`` where one of ``words`` is close, else nothing."""
    by_lower = {known.lower(): known for known in words}
    close = difflib.get_close_matches(str(word).lower(), by_lower, n=1, cutoff=cutoff)
    return f"; did you mean {by_lower[close[0]]!r}?" if close else ""
