"""Every figure by its name, of one conversation or of many: for thresholds, tables and comparisons.

Of many: what is counted, and what is a length of time, is the mean over conversations; a share is of all that happened in all of
them together; a distribution holds the values of all.
"""

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flexsim.measure.metrics import Kind, Vocabulary
from flexsim.voice.scores.analysis import Analysis
from flexsim.voice.scores.functions import Fault
from flexsim.voice.scores.groups import flakes, passes
from flexsim.voice.scores.recording import Side
from flexsim.voice.scores.scoring import Scores, percentile
from flexsim.voice.scores.stretches import total

REPEATS: Final = 16  # the largest k of pass^k that can be asked for

Share = tuple[float, float]  # so much, of so much


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number. ``of`` gives one conversation's value, or a share's two parts; None: there is nothing to judge."""

    name: str
    title: str
    kind: Kind
    meaning: str
    of: Callable[[Analysis], float | Share | None]


def _scored(take: Callable[[Scores], float | Share | None]) -> Callable[[Analysis], float | Share | None]:
    return lambda analysis: None if analysis.scores is None else take(analysis.scores)


def _called(take: Callable[[Analysis], float | Share | None]) -> Callable[[Analysis], float | Share | None]:
    return lambda analysis: None if analysis.calls is None else take(analysis)


def _yielded(side: Side | None) -> Callable[[Scores], Share]:
    return lambda scores: (len(scores.yield_latencies(side)), len(scores.interruptions(side and side.other)))


def _went_on(side: Side | None) -> Callable[[Scores], Share]:
    def take(scores: Scores) -> Share:
        found = scores.back_channels(side and side.other)
        return found.count(False), len(found)

    return take


def _pace(side: Side) -> Callable[[Scores], float | None]:
    return lambda scores: scores.words_per_minute[side] if scores.words_per_minute else None


def _talk(scores: Scores) -> Share:
    caller, agent = scores.timing.talk(Side.CALLER), scores.timing.talk(Side.AGENT)
    return caller, caller + agent


def _agreed(analysis: Analysis) -> Share | None:
    found = analysis.agreement
    return None if found is None else (len(found.pairs) - len(found.differences), len(found.pairs))


_ALL: Final = (
    Figure(name="goal_rate", title="Goal reached", kind=Kind.SHARE, meaning="conversations whose goal was reached, by the state at their end",
           of=lambda each: None if each.recording.reached is None else (float(each.recording.reached), 1.0)),
    Figure(name="duration", title="Duration", kind=Kind.SECONDS, meaning="of the conversation", of=lambda each: each.recording.duration),
    Figure(name="turns", title="Turns", kind=Kind.COUNT, meaning="times that the floor was taken", of=_scored(lambda each: each.turns())),
    Figure(name="talk_ratio", title="Caller's share of speech", kind=Kind.SHARE, meaning="the caller's speech / all speech", of=_scored(_talk)),
    Figure(name="silence", title="Silence", kind=Kind.SHARE, meaning="time in which neither speaks / duration",
           of=_scored(lambda each: (total(each.timing.silences), each.timing.duration))),
    Figure(name="dead_air", title="Dead air", kind=Kind.SECONDS, meaning="time in silences of both longer than 2 s",
           of=_scored(lambda each: total(each.timing.dead_air))),
    Figure(name="dead_airs", title="Dead air, times", kind=Kind.COUNT, meaning="silences of both longer than 2 s",
           of=_scored(lambda each: len(each.timing.dead_air))),
    Figure(name="overlap", title="Overlap", kind=Kind.SHARE, meaning="time in which both speak / duration",
           of=_scored(lambda each: (total(each.timing.overlaps), each.timing.duration))),
    Figure(name="interruptions", title="Interruptions", kind=Kind.COUNT, meaning="times that one broke into the other's speech",
           of=_scored(lambda each: len(each.interruptions()))),
    Figure(name="interruptions_caller", title="Interruptions by the caller", kind=Kind.COUNT, meaning="of these, by the caller",
           of=_scored(lambda each: len(each.interruptions(Side.CALLER)))),
    Figure(name="interruptions_agent", title="Interruptions by the agent", kind=Kind.COUNT, meaning="of these, by the agent",
           of=_scored(lambda each: len(each.interruptions(Side.AGENT)))),
    Figure(name="yield_rate", title="Yielded", kind=Kind.SHARE, meaning="interruptions for which the other stopped / interruptions", of=_scored(_yielded(None))),
    Figure(name="yield_rate_agent", title="Agent yields", kind=Kind.SHARE, meaning="the same, of interruptions of the agent", of=_scored(_yielded(Side.AGENT))),
    Figure(name="yield_rate_caller", title="Caller yields", kind=Kind.SHARE, meaning="the same, of interruptions of the caller", of=_scored(_yielded(Side.CALLER))),
    Figure(name="back_channels", title="Back-channels", kind=Kind.COUNT, meaning='"mm-hm" and its like, while the other speaks',
           of=_scored(lambda each: len(each.back_channels()))),
    Figure(name="selectivity", title="Selectivity", kind=Kind.SHARE, meaning="back-channels for which the other did not stop / back-channels", of=_scored(_went_on(None))),
    Figure(name="selectivity_agent", title="Agent's selectivity", kind=Kind.SHARE, meaning="the same, of back-channels to the agent", of=_scored(_went_on(Side.AGENT))),
    Figure(name="words_per_minute_caller", title="Caller's words a minute", kind=Kind.COUNT, meaning="the caller's words / minutes of its speech", of=_scored(_pace(Side.CALLER))),
    Figure(name="words_per_minute_agent", title="Agent's words a minute", kind=Kind.COUNT, meaning="the agent's words / minutes of its speech", of=_scored(_pace(Side.AGENT))),
    Figure(name="calls", title="Function calls", kind=Kind.COUNT, meaning="functions that the agent called", of=_called(lambda each: len(each.calls or ()))),
    Figure(name="correct_calls", title="Correct calls", kind=Kind.SHARE, meaning="of these, without a fault", of=_called(lambda each: (each.correct_calls, len(each.calls or ())))),
    Figure(name="unknown_functions", title="Unknown functions", kind=Kind.COUNT, meaning="calls of functions that there are not", of=_called(lambda each: each.faulty_calls(Fault.UNKNOWN))),
    Figure(name="invalid_arguments", title="Invalid arguments", kind=Kind.COUNT, meaning="calls with arguments that their schema does not allow", of=_called(lambda each: each.faulty_calls(Fault.ARGUMENTS))),
    Figure(name="call_errors", title="Failed calls", kind=Kind.COUNT, meaning="calls that were answered with an error", of=_called(lambda each: each.faulty_calls(Fault.ERROR))),
    Figure(name="needless_repeats", title="Needless repeats", kind=Kind.COUNT, meaning="calls that asked again what had just been answered", of=_called(lambda each: each.faulty_calls(Fault.REPEAT))),
    Figure(name="not_understood", title="Not understood", kind=Kind.COUNT, meaning="utterances that the other did not understand",
           of=lambda each: None if each.recording.utterances is None else sum(one.understood is False for one in each.recording.utterances)),
    Figure(name="agreement", title="Log and sound agree", kind=Kind.SHARE, meaning="happenings that log and sound tell within 20 ms of each other / all", of=_agreed),
)  # fmt: skip
FIGURES: Final[Mapping[str, Figure]] = {each.name: each for each in _ALL}

# What is of tasks, not of conversations: pass^k and the flake rate.
_OF_TASKS: Final = {**{f"pass_{k}": k for k in range(1, REPEATS + 1)}, "flake_rate": 0}

DISTRIBUTIONS: Final[Mapping[str, tuple[str, Callable[[Scores], Sequence[float]]]]] = {
    "latency": ("from the end of the other's speech to the first sound of the answer", lambda each: each.latencies()),
    "latency_agent": ("the same, of the agent's answers", lambda each: each.latencies(Side.AGENT)),
    "latency_caller": ("the same, of the caller's answers", lambda each: each.latencies(Side.CALLER)),
    "yield_latency": ("from an interruption to the end of the other's speech, where it stopped", lambda each: each.yield_latencies()),
    "yield_latency_agent": ("the same, where the agent stopped", lambda each: each.yield_latencies(Side.AGENT)),
    "yield_latency_caller": ("the same, where the caller stopped", lambda each: each.yield_latencies(Side.CALLER)),
    "pause": ("silences of both", lambda each: [end - start for start, end in each.timing.silences]),
}  # fmt: skip

CONVERSATION: Final = Vocabulary(
    figures={each.name: each.kind for each in _ALL}
    | dict.fromkeys(_OF_TASKS, Kind.SHARE)
    | {"conversations": Kind.COUNT},
    distributions=tuple(DISTRIBUTIONS),
)


def measured(function: str | None, name: str, analyses: Sequence[Analysis]) -> float | None:
    """The figure, over these conversations; None where there is nothing to judge."""
    if function is not None:
        return _reduced(function, values(name, analyses))
    if name == "conversations":
        return len(analyses)
    if name in _OF_TASKS:
        k = _OF_TASKS[name]
        found = passes(analyses, k) if k else flakes(analyses)
        return None if found is None else found.value
    return together(each for each in map(FIGURES[name].of, analyses) if each is not None)


def values(name: str, analyses: Iterable[Analysis]) -> list[float]:
    """All values of a distribution."""
    return [value for each in analyses if each.scores for value in DISTRIBUTIONS[name][1](each.scores)]


def together(found: Iterable[float | Share]) -> float | None:
    """Shares as one share, numbers as their mean."""
    known = list(found)
    parts = [each for each in known if isinstance(each, tuple)]
    if parts:
        of = sum(each[1] for each in parts)
        return sum(each[0] for each in parts) / of if of else None
    numbers = [each for each in known if not isinstance(each, tuple)]
    return statistics.fmean(numbers) if numbers else None


def alone(name: str, analysis: Analysis) -> float | None:
    """The figure of one conversation."""
    found = FIGURES[name].of(analysis)
    return None if found is None else together([found])


def _reduced(function: str, found: Sequence[float]) -> float | None:
    if function == "count":
        return len(found)
    if not found:
        return None
    if function == "mean":
        return statistics.fmean(found)
    return max(found) if function == "max" else percentile(found, float(function[1:]) / 100)
