"""What a swarm's run must not come to: ``p99(heartbeat_lateness) > 0.1``, ``lost > 0``.

The grammar is that of all of flexsim's thresholds; the figures are the swarm's own. A threshold says what is wrong, and
fails, too, when there is nothing to judge.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final

from flexsim.errors import ConfigurationError
from flexsim.load.frames import FROM_AGENTS, TO_AGENTS
from flexsim.load.latencies import Latencies
from flexsim.load.tally import EVENTS, LATENCIES, Tally

_SIGNS: Final[Mapping[str, Callable[[float, float], Any]]] = {
    "<": lt, "<=": le, ">": gt, ">=": ge, "==": eq, "!=": ne,
}  # fmt: skip
_UNITS: Final = {"": 1.0, "s": 1.0, "ms": 0.001, "m": 60.0}
_FORM: Final = re.compile(
    r"\s*(?:(?P<function>\w+)\s*\(\s*(?P<of>\w+)\s*\)|(?P<figure>\w+))\s*(?P<sign><=|>=|==|!=|<|>)\s*"
    r"(?P<limit>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*(?P<unit>\w*)\s*"
)
_PERCENTILE: Final = re.compile(r"p(?P<percent>[1-9][0-9]?(?:_[0-9]+)?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """``limit`` is in seconds or a number of events; ``text`` is what was given."""

    text: str
    function: str | None
    figure: str
    sign: str
    limit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a threshold; ``measured`` is None where there was nothing to judge, which fails."""

    threshold: Threshold
    measured: float | None

    @property
    def failed(self) -> bool:
        """Whether what the threshold says is true, or could not be judged."""
        held = self.measured is not None and not _SIGNS[self.threshold.sign](self.measured, self.threshold.limit)
        return not held

    def __str__(self) -> str:
        measured = "there is nothing to judge" if self.measured is None else f"measured {self.measured:.6g}"
        return f"{'failed' if self.failed else 'held'}: {self.threshold.text} ({measured})"


def parse(text: str) -> Threshold:
    """The threshold that the text says; raises ConfigurationError that says what could stand there."""
    found = _FORM.fullmatch(text[:1000])
    if found is None:
        raise ConfigurationError(
            f"not a threshold: {text[:1000]!r}; say it as: p99(heartbeat_lateness) > 0.1, or: lost > 0"
        )
    function, figure = found["function"], found["of"] or found["figure"]
    _check(text, function, figure)
    if found["unit"] not in (_UNITS if function not in {None, "count"} else {""}):
        raise ConfigurationError(f"{figure} has no such unit: {found['unit']}, in: {text}")
    limit = float(found["limit"]) * _UNITS[found["unit"]]
    return Threshold(text=text.strip(), function=function, figure=figure, sign=found["sign"], limit=limit)


def _check(text: str, function: str | None, figure: str) -> None:
    known = LATENCIES if function else _counts()
    if figure not in known:
        near = difflib.get_close_matches(figure, [*known], n=1)
        hint = f" (did you mean {near[0]}?)" if near else ""
        raise ConfigurationError(f"no such figure: {figure}{hint}, in: {text}; there are {', '.join(known)}")
    if function and function not in {"mean", "max", "count"} and not _PERCENTILE.fullmatch(function):
        raise ConfigurationError(f"no such function: {function}, in: {text}; there are p1 to p99, mean, max, count")


def judge(thresholds: Iterable[Threshold], tally: Tally) -> list[Verdict]:
    """What the thresholds make of these counts."""
    return [Verdict(threshold=each, measured=_measured(each, tally)) for each in thresholds]


def _counts() -> tuple[str, ...]:
    sent, received = (f"sent_{each}" for each in FROM_AGENTS), (f"received_{each}" for each in TO_AGENTS)
    return (*EVENTS, *sent, *received)


def _measured(threshold: Threshold, tally: Tally) -> float | None:
    name = threshold.figure
    if threshold.function is not None:
        return _of(threshold.function, getattr(tally, name))
    if name in EVENTS:
        return tally.events[name]
    side, _, kind = name.partition("_")
    return int(getattr(tally, side)[kind])


def _of(function: str, times: Latencies) -> float | None:
    if function == "count":
        return times.count
    if function == "mean":
        return times.mean
    if function == "max":
        return times.largest if times.count else None
    return times.percentile(float(function[1:].replace("_", ".")) / 100.0)
