"""What a conversation's time line shows, as numbers: the outline of each channel's sound, and where everything stands.

Places are shares of the conversation in percent, so that whoever draws can make it as wide as the window is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from flexsim.voice.scores.analysis import Analysis
from flexsim.voice.scores.recording import SIDES, Kind, Samples, Side, Utterance
from flexsim.voice.scores.scoring import Scores
from flexsim.voice.scores.words import place, seconds

MOST_POINTS: Final = 4000  # of an outline: 30 kB a channel, however long the conversation
_POINT: Final = 0.01  # seconds, at least
_HALF: Final = 100  # height of one half of an outline
_TICKS: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600)
_MOST_TICKS: Final = 16
_LOUDEST: Final = 0.3  # of full scale, at which an outline is as high as it can be, unless the sound is louder


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something on the time line: from where, how wide (both in percent), of which sort, and what to say of it."""

    x: float
    width: float
    sort: str
    title: str


def outline(samples: Samples, rate: int) -> str:
    """The sound's outline as an SVG path, a point for each step, its middle at 0 and at most 100 to either side; empty where it is silent."""
    points = max(1, min(MOST_POINTS, int(len(samples) / (rate * _POINT))))
    edges = np.linspace(0, len(samples), points, endpoint=False).astype(np.int64)
    if not len(samples):
        return ""
    high = np.maximum.reduceat(samples, edges).astype(np.float64)
    low = np.minimum.reduceat(samples, edges).astype(np.float64)
    loudest = max(_LOUDEST * 32768, float(high.max()), -float(low.min()))
    above, below = (np.rint(_HALF * each / loudest).astype(int).tolist() for each in (high, low))
    return "".join(_bumps(above, below))


def _bumps(above: Sequence[int], below: Sequence[int]) -> list[str]:
    """One closed shape for each run of points that are not silent."""
    found: list[str] = []
    start = 0
    while start < len(above):
        if not above[start] and not below[start]:
            start += 1
            continue
        end = start
        while end < len(above) and (above[end] or below[end]):
            end += 1
        over = "L".join(f"{at} {-above[at]}" for at in range(start, end))
        under = "L".join(f"{at} {-below[at]}" for at in reversed(range(start, end)))
        found.append(f"M{over}L{under}Z")
        start = end
    return found


def points_of(samples: Samples, rate: int) -> int:
    """How wide the outline is."""
    return max(1, min(MOST_POINTS, int(len(samples) / (rate * _POINT))))


def ticks(duration: float) -> list[tuple[float, str]]:
    """Round moments, so many that they can be read: where, in percent, and what stands there."""
    step = next((each for each in _TICKS if duration / each <= _MOST_TICKS), _TICKS[-1])
    count = int(duration / step) + 1 if duration > 0 else 0
    return [
        (_percent(each * step, duration), _clock(each * step)) for each in range(count) if each * step < 0.98 * duration
    ]


def _clock(at: int) -> str:
    return f"{at // 60}:{at % 60:02d}"


def line(analysis: Analysis) -> dict[str, Any]:
    """All lanes of the time line."""
    recording, duration = analysis.recording, max(analysis.recording.duration, 1e-9)
    sound = recording.sound
    lanes = []
    for side in SIDES:
        samples = sound.of(side) if sound else None
        lanes.append(
            {
                "side": side.value,
                "outline": outline(samples, sound.rate) if sound and samples is not None else "",
                "points": points_of(samples, sound.rate) if sound and samples is not None else 1,
                "reach": round(min(100.0, 100 * sound.duration / duration), 3) if sound else 0,
                "log": _said([each for each in recording.utterances or () if each.side is side], duration),
                "sound": _shown(analysis.sound, side, duration),
            }
        )
    return {
        "duration": duration,
        "ticks": ticks(duration),
        "lanes": lanes,
        "calls": _calls(analysis, duration),
        "marks": _marks(analysis.scores, duration) if analysis.scores else [],
        "dead_air": _dead_air(analysis.scores, duration) if analysis.scores else [],
    }


def _percent(at: float, duration: float) -> float:
    return round(100 * max(0.0, min(1.0, at / duration)), 3)


def _mark(start: float, end: float, duration: float, sort: str, title: str) -> Mark:
    x = _percent(start, duration)
    return Mark(x=x, width=max(0.05, round(_percent(end, duration) - x, 3)), sort=sort, title=title)


def _said(utterances: Sequence[Utterance], duration: float) -> list[Mark]:
    return [
        _mark(
            each.start,
            each.end,
            duration,
            each.kind.value + (" cut" if each.interrupted else ""),
            f"{place(each.start)} {each.text}",
        )
        for each in utterances
    ]


def _shown(scores: Scores | None, side: Side, duration: float) -> list[Mark]:
    if scores is None:
        return []
    return [
        _mark(
            each.start,
            each.end,
            duration,
            (each.kind or Kind.TURN).value,
            f"{place(each.start)} to {place(each.end)} by the sound",
        )
        for each in scores.timing.stretches
        if each.side is side
    ]


def _calls(analysis: Analysis, duration: float) -> list[Mark]:
    faulty = {id(each.call) for each in analysis.calls or () if each.faults}
    return [
        _mark(
            each.at,
            each.at + each.duration,
            duration,
            "faulty" if id(each) in faulty else "call",
            f"{each.name} at {place(each.at)}",
        )
        for each in analysis.recording.calls or ()
    ]


def _marks(scores: Scores, duration: float) -> list[Mark]:
    found = [
        _mark(
            each.at, each.at + (each.yielded or 0.0), duration, f"interruption {each.side.value}",
            f"{place(each.at)} the {each.side} breaks in; "
            + ("the other goes on" if each.yielded is None else f"the other stops after {seconds(each.yielded)}"),
        )
        for each in scores.timing.interruptions
    ]  # fmt: skip
    return found + [
        _mark(
            each.at, each.until, duration, f"back_channel {each.side.value}",
            f"{place(each.at)} back-channel of the {each.side}" + ("; the other stops for it" if each.stopped else ""),
        )
        for each in scores.timing.back_channels
    ]  # fmt: skip


def _dead_air(scores: Scores, duration: float) -> list[Mark]:
    return [
        _mark(start, end, duration, "dead", f"{place(start)} nobody speaks for {seconds(end - start)}")
        for start, end in scores.timing.dead_air
    ]
