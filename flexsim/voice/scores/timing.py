"""Who spoke when, made into what happened: turns, latencies, interruptions, yields, back-channels, silence.

Pure arithmetic on stretches of speech. It is given what the log says or what the sound shows; where only the sound is known,
the kind of a stretch is inferred from its place and length (``docs/voice-scores.md`` has the rules in words).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from flexsim.voice.scores.recording import SIDES, Kind, Side
from flexsim.voice.scores.stretches import Span, Stretch, common, in_order, outside, total, union

AT_ONCE: Final = 0.25  # after the other's start: who begins so soon has not heard it, both have begun at once
EDGE: Final = 0.1  # before the other's end: what begins so late is an answer that came a little early
SHORT: Final = 1.0  # from sound alone, what begins in the other's speech and is shorter is a back-channel: "mm-hm"
LATEST_YIELD: Final = 2.0  # from sound alone, who stops later than this has come to an end without being made to
AFTER: Final = 0.5  # a back-channel stops the other if that one ends during it, or so soon after
DEAD_AIR: Final = 2.0  # both silent for longer


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """``side`` began at ``at``, so many ``seconds`` after the other had ended (less than zero: a little before)."""

    at: float
    side: Side
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Interruption:
    """``side`` broke into the other's speech at ``at``, and spoke until ``until``; ``yielded`` is how long the other went on before it stopped.

    None: it did not stop for it.
    """

    at: float
    until: float
    side: Side
    yielded: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BackChannel:
    """``side`` let the other know that it listens; ``stopped``: the other stopped for it, which it should not have."""

    at: float
    until: float
    side: Side
    stopped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """What happened in a conversation of so many seconds. Spans and happenings are in order of time."""

    duration: float
    stretches: Sequence[Stretch]
    turns: Sequence[Stretch]  # the first stretch of each turn
    latencies: Sequence[Latency]
    interruptions: Sequence[Interruption]
    back_channels: Sequence[BackChannel]
    silences: Sequence[Span]
    overlaps: Sequence[Span]

    @property
    def dead_air(self) -> list[Span]:
        """Silences of both longer than ``DEAD_AIR``."""
        return [each for each in self.silences if each[1] - each[0] > DEAD_AIR]

    @property
    def opening(self) -> float | None:
        """When the first sound was."""
        return self.stretches[0].start if self.stretches else None

    def talk(self, side: Side) -> float:
        """Seconds in which this side spoke."""
        return total(_spans(self.stretches, side))


def timing(stretches: Sequence[Stretch], duration: float) -> Timing:
    """What happened, from stretches that ``stretches.joined`` has joined."""
    told = _classified(in_order(stretches))
    caller, agent = (_spans(told, side) for side in SIDES)
    turns, latencies = _floor(told)
    return Timing(
        duration=duration,
        stretches=told,
        turns=turns,
        latencies=latencies,
        interruptions=_interruptions(told),
        back_channels=_back_channels(told),
        silences=outside(union([*caller, *agent]), duration),
        overlaps=common(caller, agent),
    )


def _spans(stretches: Sequence[Stretch], side: Side) -> list[Span]:
    return union((each.start, each.end) for each in stretches if each.side is side)


def _classified(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Each with its kind; what the log calls a back-channel stays one."""
    found: list[Stretch] = []
    for each in stretches:
        found.append(replace(each, kind=_kind(each, found)))
    return found


def _kind(stretch: Stretch, before: Sequence[Stretch]) -> Kind:
    if stretch.kind is Kind.BACK_CHANNEL:
        return Kind.BACK_CHANNEL
    into = _under_way(stretch, before)
    if into is None:
        return Kind.TURN
    if stretch.kind is not Kind.INTERRUPTION and not _breaks_in(stretch, into):
        return Kind.TURN
    inferred = stretch.kind is None
    return Kind.BACK_CHANNEL if inferred and stretch.length < SHORT else Kind.INTERRUPTION


def _under_way(stretch: Stretch, before: Sequence[Stretch]) -> Stretch | None:
    """What the other was saying when this began, a back-channel apart."""
    for each in reversed(before):
        if each.side is not stretch.side and each.kind is not Kind.BACK_CHANNEL:
            return each if each.start < stretch.start < each.end else None
    return None


def _breaks_in(stretch: Stretch, into: Stretch) -> bool:
    return into.start + AT_ONCE <= stretch.start <= into.end - EDGE


def _interruptions(stretches: Sequence[Stretch]) -> list[Interruption]:
    found = []
    for place, each in enumerate(stretches):
        into = _under_way(each, stretches[:place]) if each.kind is Kind.INTERRUPTION else None
        if into is not None:
            yielded = into.end - each.start if _yields(into, each) else None
            found.append(Interruption(at=each.start, until=each.end, side=each.side, yielded=yielded))
    return found


def _yields(into: Stretch, interruption: Stretch) -> bool:
    if into.cut is not None:
        return into.cut
    return into.end < interruption.end and into.end - interruption.start <= LATEST_YIELD


def _back_channels(stretches: Sequence[Stretch]) -> list[BackChannel]:
    found = []
    for place, each in enumerate(stretches):
        if each.kind is Kind.BACK_CHANNEL:
            into = _under_way(each, stretches[:place])
            stopped = into is not None and _stops(into, each, stretches[place + 1 :])
            found.append(BackChannel(at=each.start, until=each.end, side=each.side, stopped=stopped))
    return found


def _stops(into: Stretch, back_channel: Stretch, later: Sequence[Stretch]) -> bool:
    if into.end > back_channel.end + AFTER:
        return False
    if into.cut is not None:
        return into.cut
    # Who has come to an end is answered; who was stopped speaks again.
    after = next((each for each in later if each.kind is not Kind.BACK_CHANNEL), None)
    return after is not None and after.side is into.side


def _floor(stretches: Sequence[Stretch]) -> tuple[list[Stretch], list[Latency]]:
    """Where the floor changes hands: the first stretch of each turn, and what the change took where it was not taken by force."""
    turns: list[Stretch] = []
    latencies: list[Latency] = []
    holder: Stretch | None = None  # of those that began before, the one that ends last
    for each in stretches:
        if each.kind is Kind.BACK_CHANNEL:
            continue
        if holder is None or holder.side is not each.side:
            turns.append(each)
            if holder is not None and each.kind is Kind.TURN and each.start >= holder.end - EDGE:
                latencies.append(Latency(at=each.start, side=each.side, seconds=each.start - holder.end))
        if holder is None or each.end > holder.end:
            holder = each
    return turns, latencies
