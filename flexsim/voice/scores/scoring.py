"""The figures of one conversation, from its log or from its sound alone: the same figures by the same rules."""

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flexsim.voice.scores.activity import activity, stretches_of
from flexsim.voice.scores.recording import SIDES, Side, Sound, Utterance
from flexsim.voice.scores.stretches import Span, in_order, of_utterances, total
from flexsim.voice.scores.timing import Timing, timing

DIGITS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What happened, and what only the log (words) or only the sound (noise) knows; None where it does not."""

    timing: Timing
    words_per_minute: dict[Side, float | None] | None = None
    noise_db: dict[Side, float | None] | None = None

    def document(self) -> dict[str, Any]:
        """As a JSON-ready document."""
        found: dict[str, Any] = {
            "duration": rounded(self.timing.duration),
            "turns": {side.value: self.turns(side) for side in SIDES},
            "talk": {side.value: rounded(self.timing.talk(side)) for side in SIDES},
            "talk_ratio": rounded(self.talk_ratio),
            "opening": rounded(self.timing.opening),
            "latency": {side.value: spread(self.latencies(side)) for side in SIDES},
            "interruptions": {side.value: len(self.interruptions(side)) for side in SIDES},
            "yields": {side.value: self._yields(side) for side in SIDES},
            "back_channels": {side.value: self._back_channels(side) for side in SIDES},
            "silence": rounded(total(self.timing.silences)),
            "dead_air": self._dead_air(),
            "overlap": rounded(total(self.timing.overlaps)),
            "happenings": self._happenings(),
        }
        if self.words_per_minute is not None:
            found["words_per_minute"] = {side.value: rounded(each) for side, each in self.words_per_minute.items()}
        if self.noise_db is not None:
            found["noise_db"] = {side.value: rounded(each) for side, each in self.noise_db.items()}
        return found

    def turns(self, side: Side | None = None) -> int:
        """How often this side, or either, took the floor."""
        return sum(each.side is side or side is None for each in self.timing.turns)

    @property
    def talk_ratio(self) -> float | None:
        """The caller's share of all speech."""
        caller, agent = (self.timing.talk(side) for side in SIDES)
        return caller / (caller + agent) if caller + agent else None

    def latencies(self, side: Side | None = None) -> list[float]:
        """From the end of the other's speech to the first sound of this side's, or of either's, answer."""
        return [each.seconds for each in self.timing.latencies if side is None or each.side is side]

    def interruptions(self, side: Side | None = None) -> list[float | None]:
        """Of each time that this side, or either, broke in: how long the other went on, None where it did not stop."""
        return [each.yielded for each in self.timing.interruptions if side is None or each.side is side]

    def yield_latencies(self, side: Side | None = None) -> list[float]:
        """How long this side, or either, went on when it was interrupted, and stopped."""
        by = None if side is None else side.other
        return [each for each in self.interruptions(by) if each is not None]

    def yield_rate(self, side: Side | None = None) -> float | None:
        """The share of the interruptions of this side, or of either, for which it stopped."""
        asked = self.interruptions(None if side is None else side.other)
        return sum(each is not None for each in asked) / len(asked) if asked else None

    def back_channels(self, side: Side | None = None) -> list[bool]:
        """Of each back-channel by this side, or by either: whether the other stopped for it."""
        return [each.stopped for each in self.timing.back_channels if side is None or each.side is side]

    def selectivity(self, side: Side | None = None) -> float | None:
        """The share of the back-channels to this side, or to either, for which it did not stop."""
        found = self.back_channels(None if side is None else side.other)
        return found.count(False) / len(found) if found else None

    def _yields(self, side: Side) -> dict[str, Any]:
        asked = self.interruptions(side.other)
        return {
            "interrupted": len(asked),
            "rate": rounded(self.yield_rate(side)),
            "latency": spread(self.yield_latencies(side)),
        }

    def _back_channels(self, side: Side) -> dict[str, Any]:
        found = self.back_channels(side)
        return {
            "count": len(found),
            "stopped_the_other": found.count(True),
            "selectivity_of_the_other": rounded(self.selectivity(side.other)),
        }

    def _dead_air(self) -> dict[str, Any]:
        spans = self.timing.dead_air
        longest = max((end - start for start, end in spans), default=0.0)
        return {
            "count": len(spans),
            "total": rounded(total(spans)),
            "longest": rounded(longest),
            "spans": _spans(spans),
        }

    def _happenings(self) -> dict[str, Any]:
        found = self.timing
        return {
            "latencies": [{"at": rounded(each.at), "side": each.side.value, "seconds": rounded(each.seconds)} for each in found.latencies],
            "interruptions": [
                {"at": rounded(each.at), "side": each.side.value, "yielded_after": rounded(each.yielded)} for each in found.interruptions
            ],
            "back_channels": [
                {"at": rounded(each.at), "side": each.side.value, "stopped_the_other": each.stopped} for each in found.back_channels
            ],
        }  # fmt: skip


def from_log(utterances: Sequence[Utterance], duration: float) -> Scores:
    """From what the log says that was said, and when."""
    return Scores(
        timing=timing(of_utterances(utterances), duration),
        words_per_minute={side: _pace([each for each in utterances if each.side is side]) for side in SIDES},
    )


def from_sound(sound: Sound) -> Scores:
    """From the sound alone; whatever the log says is not looked at."""
    found = {side: activity(sound.of(side), sound.rate) for side in SIDES}
    stretches = [each for side in SIDES for each in stretches_of(found[side], sound.rate, side)]
    return Scores(
        timing=timing(in_order(stretches), sound.duration),
        noise_db={side: each.noise_db for side, each in found.items()},
    )


def _pace(utterances: Sequence[Utterance]) -> float | None:
    """Words a minute of speech."""
    words = sum(len(each.text.split()) for each in utterances)
    seconds = sum(each.end - each.start for each in utterances)
    return 60 * words / seconds if words and seconds else None


def spread(values: Sequence[float]) -> dict[str, float | int | None]:
    """Count, mean and percentiles; None where there is no value."""
    found: dict[str, float | int | None] = {"count": len(values)}
    return found | {name: rounded(of(values)) if values else None for name, of in _MEASURES.items()}


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of them lies, between two of them in proportion (Hyndman and Fan's type 7)."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


_MEASURES: Final[dict[str, Callable[[Sequence[float]], float]]] = {
    "mean": statistics.fmean,
    "p50": lambda values: percentile(values, 0.5),
    "p90": lambda values: percentile(values, 0.9),
    "p95": lambda values: percentile(values, 0.95),
    "max": max,
}


def rounded(value: float | None) -> float | None:
    """To the microsecond: what lies below is the arithmetic's."""
    return None if value is None else round(value, DIGITS) + 0.0  # no minus before nothing


def _spans(spans: Sequence[Span]) -> list[list[float | None]]:
    return [[rounded(start), rounded(end)] for start, end in spans]
