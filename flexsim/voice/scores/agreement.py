"""The log's figures beside those of the sound: happening by happening, and whether they agree within a tick."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from flexsim.voice.scores.recording import SIDES, Side
from flexsim.voice.scores.scoring import Scores, rounded
from flexsim.voice.scores.stretches import Span, total

TICK: Final = 0.020  # seconds
_NEAR: Final = 0.5  # seconds that two reports of one happening can be apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something that both should have seen: what, whose, when, and its figure, if it has one."""

    what: str
    side: Side
    at: float
    value: float | None
    told: str  # the figure in words


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One happening as the log tells it and as the sound shows it; None where one of them does not."""

    log: Happening | None
    sound: Happening | None

    @property
    def apart(self) -> float | None:
        """How far the two figures are apart; None where there are not two."""
        one, two = (each.value if each else None for each in (self.log, self.sound))
        return None if one is None or two is None else two - one

    @property
    def agrees(self) -> bool:
        """Whether both have seen the same, within a tick."""
        if self.log is None or self.sound is None:
            return False
        if self.log.value is None or self.sound.value is None:
            return self.log.value is self.sound.value
        return abs(self.log.value - self.sound.value) <= TICK + 1e-9

    def __str__(self) -> str:
        known = self.log or self.sound
        assert known is not None
        where = f"{known.what} of the {known.side.value} at {known.at:.2f} s"
        if self.log is None or self.sound is None:
            return f"{where}: only in the {'log' if self.log else 'sound'}"
        return f"{where}: {self.log.told} by the log, {self.sound.told} by the sound"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """All that happened, in pairs; and how far starts and ends of speech are apart (sound minus log)."""

    pairs: Sequence[Pair]
    starts: Sequence[float]
    ends: Sequence[float]
    totals: dict[str, tuple[float, float]]

    @property
    def differences(self) -> list[Pair]:
        """Where the two do not agree."""
        return [each for each in self.pairs if not each.agrees]

    @property
    def share(self) -> float | None:
        """The share of the happenings on which they agree."""
        return 1 - len(self.differences) / len(self.pairs) if self.pairs else None

    def document(self) -> dict[str, Any]:
        """As a JSON-ready document."""
        return {
            "tick": TICK,
            "happenings": len(self.pairs),
            "agree": len(self.pairs) - len(self.differences),
            "share": rounded(self.share),
            "starts": _offsets(self.starts),
            "ends": _offsets(self.ends),
            "totals": {
                name: {"log": rounded(log), "sound": rounded(sound)} for name, (log, sound) in self.totals.items()
            },
            "differences": [str(each) for each in self.differences],
        }


def compared(log: Scores, sound: Scores) -> Agreement:
    """What the log and the sound tell of one conversation, held against each other."""
    pairs = _paired(_happenings(log), _happenings(sound))
    starts, ends = _edges(log, sound)
    totals = {name: (_totals(log)[name], _totals(sound)[name]) for name in _totals(log)}
    return Agreement(pairs=pairs, starts=starts, ends=ends, totals=totals)


def _happenings(scores: Scores) -> list[Happening]:
    found = scores.timing
    return [
        *(Happening(what="latency", side=each.side, at=each.at, value=each.seconds, told=_ms(each.seconds)) for each in found.latencies),
        *(
            Happening(
                what="interruption", side=each.side, at=each.at, value=each.yielded,
                told="not yielded to" if each.yielded is None else f"yielded to after {_ms(each.yielded)}",
            )
            for each in found.interruptions
        ),
        *(
            Happening(
                what="back-channel", side=each.side, at=each.at, value=0.0 if each.stopped else None,
                told="the other stopped" if each.stopped else "the other went on",
            )
            for each in found.back_channels
        ),
    ]  # fmt: skip


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms"


def _paired(log: Sequence[Happening], sound: Sequence[Happening]) -> list[Pair]:
    """Each of the log's with the nearest of the same kind and side that the sound shows."""
    left = list(sound)
    pairs = []
    for each in log:
        alike = [
            other
            for other in left
            if (other.what, other.side) == (each.what, each.side) and abs(other.at - each.at) <= _NEAR
        ]
        nearest = min(alike, key=lambda other: abs(other.at - each.at), default=None)
        if nearest is not None:
            left.remove(nearest)
        pairs.append(Pair(log=each, sound=nearest))
    pairs += [Pair(log=None, sound=each) for each in left]
    return sorted(pairs, key=_when)


def _when(pair: Pair) -> float:
    known = pair.log or pair.sound
    return known.at if known else 0.0


def _edges(log: Scores, sound: Scores) -> tuple[list[float], list[float]]:
    """Of each stretch that both have seen: how much later it starts, and ends, by the sound."""
    starts, ends = [], []
    for side in SIDES:
        seen = [each for each in sound.timing.stretches if each.side is side]
        for told in (each for each in log.timing.stretches if each.side is side):
            match = next((each for each in seen if each.start < told.end and told.start < each.end), None)
            if match is not None and abs(match.start - told.start) <= _NEAR:
                starts.append(match.start - told.start)
            if match is not None and abs(match.end - told.end) <= _NEAR:
                ends.append(match.end - told.end)
    return starts, ends


def _totals(scores: Scores) -> dict[str, float]:
    found = {f"talk of the {side.value}": scores.timing.talk(side) for side in SIDES}
    spans: dict[str, Sequence[Span]] = {"silence": scores.timing.silences, "overlap": scores.timing.overlaps}
    return found | {name: total(each) for name, each in spans.items()}


def _offsets(values: Sequence[float]) -> dict[str, Any]:
    most = max(values, key=abs, default=None)
    return {"count": len(values), "median": rounded(median(values)) if values else None, "largest": rounded(most)}
