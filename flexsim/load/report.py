"""A swarm's run as one page: figures, what was counted, what was asked not to be, and how it went over time."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

_WIDTH: Final = 720
_HEIGHT: Final = 120
_MOST_POINTS: Final = 720
_TEMPLATE: Final = "report.html.j2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """How it stood ``at`` seconds after the beginning; the counts are totals."""

    at: float
    connected: int
    sent: int
    received: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A line over time: ``points`` for an SVG polyline, and the largest value."""

    title: str
    points: str
    largest: float
    end: float


def render(title: str, summary: Mapping[str, Any], samples: Sequence[Sample]) -> str:
    """The page for the summary of a run, nothing of which is read as markup."""
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 -- 3 MB that a running swarm does not need

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["milliseconds"] = _milliseconds
    text = files("flexsim.load").joinpath(_TEMPLATE).read_text(encoding="utf-8")
    return environment.from_string(text).render(
        title=title, summary=summary, stats=summary["stats"], charts=charts(samples), width=_WIDTH, height=_HEIGHT
    )


def charts(samples: Sequence[Sample]) -> list[Chart]:
    """Connected agents, and messages a second either way; none where there is nothing to draw."""
    if len(samples) < 2:
        return []
    times = [each.at for each in samples]
    pairs = list(itertools.pairwise(samples))
    sent = [(after.sent - before.sent) / (after.at - before.at) for before, after in pairs]
    received = [(after.received - before.received) / (after.at - before.at) for before, after in pairs]
    return [
        _chart("Connected agents", times, [each.connected for each in samples]),
        _chart("Messages sent, a second", times[1:], sent),
        _chart("Messages received, a second", times[1:], received),
    ]


def _chart(title: str, times: Sequence[float], values: Sequence[float]) -> Chart:
    step = -(-len(times) // _MOST_POINTS)
    largest, end = max(values), times[-1]
    points = " ".join(
        f"{_WIDTH * at / end:.1f},{_HEIGHT - _HEIGHT * value / (largest or 1):.1f}"
        for at, value in zip(times[::step], values[::step], strict=True)
    )
    return Chart(title=title, points=points, largest=largest, end=end)


def _milliseconds(seconds: float | None) -> str:
    return "-" if seconds is None else f"{1000 * seconds:.1f} ms"
