"""Faults that the reference backend commits on purpose, each by chance, and how often each is to happen."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flexsim.errors import ConfigurationError
from flexsim.load.behaviour import number
from flexsim.randomness import Generator

# Of a push to an agent.
DROP: Final = "drop"
DUPLICATE: Final = "duplicate"
DELAY: Final = "delay"
# Of a connection, when a frame of the agent's arrives.
CLOSE: Final = "close"
HALF_OPEN: Final = "half_open"
SLOW_READ: Final = "slow_read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """Shares from 0 to 1 of pushes (drop, duplicate, delay) and of frames (close, half open, slow read); seconds.

    A half-open connection stays, and what arrives on it is thrown away without an answer. A slow read leaves what
    arrives unread for ``slow_read_seconds``.
    """

    drop: float = 0.0
    duplicate: float = 0.0
    delay: float = 0.0
    delay_seconds: float = 0.5
    close: float = 0.0
    half_open: float = 0.0
    slow_read: float = 0.0
    slow_read_seconds: float = 2.0

    def of_push(self, rng: Generator) -> str | None:
        """What befalls one push."""
        return _one_of(((DROP, self.drop), (DUPLICATE, self.duplicate), (DELAY, self.delay)), rng)

    def of_frame(self, rng: Generator) -> str | None:
        """What befalls the connection on which a frame has come."""
        return _one_of(((CLOSE, self.close), (HALF_OPEN, self.half_open), (SLOW_READ, self.slow_read)), rng)


_PUSH: Final = (DROP, DUPLICATE, DELAY)
_FRAME: Final = (CLOSE, HALF_OPEN, SLOW_READ)
_LONGEST: Final = 3600.0


def merged(faults: Faults, changes: Any) -> Faults:
    """The faults with these changes, by name; raises ConfigurationError, and then nothing has changed."""
    if not isinstance(changes, Mapping):
        raise ConfigurationError(f"faults are a JSON object, not {changes!r:.100}")
    known = [each.name for each in dataclasses.fields(Faults)]
    found = {}
    for name, value in changes.items():
        if name not in known:
            raise ConfigurationError(f"no such fault: {name}; there are {', '.join(known)}")
        found[name] = number(value, name, 0.0, _LONGEST if name.endswith("_seconds") else 1.0)
    changed = dataclasses.replace(faults, **found)
    for names in (_PUSH, _FRAME):
        if sum(getattr(changed, name) for name in names) > 1.0:
            raise ConfigurationError(f"{', '.join(names)} come to more than 1")
    return changed


def parse(texts: list[str]) -> Faults:
    """The faults that ``drop=0.1`` and the like say; raises ConfigurationError."""
    changes: dict[str, Any] = {}
    for text in texts:
        name, _, value = text.partition("=")
        try:
            changes[name.strip().replace("-", "_")] = float(value)
        except ValueError as error:
            raise ConfigurationError(f"not a fault, NAME=NUMBER: {text}") from error
    return merged(Faults(), changes)


def _one_of(shares: tuple[tuple[str, float], ...], rng: Generator) -> str | None:
    if not any(share for _, share in shares):
        return None
    uniform = rng.random()
    for name, share in shares:
        uniform -= share
        if uniform < 0.0:
            return name
    return None
