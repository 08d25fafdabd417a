"""What a swarm's run must not come to: ``p99(heartbeat_lateness) > 0.1``, ``lost > 0``.

The grammar is that of all thresholds (``measure.thresholds``); the figures are what is counted of a swarm.
"""

from collections.abc import Iterable
from typing import Final

from flexsim.load.frames import FROM_AGENTS, TO_AGENTS
from flexsim.load.latencies import Latencies
from flexsim.load.tally import EVENTS, LATENCIES, Tally
from flexsim.measure.metrics import Kind, Vocabulary
from flexsim.measure.thresholds import Threshold, Verdict, verdict

_SENT: Final = {f"sent_{each}": each for each in FROM_AGENTS}
_RECEIVED: Final = {f"received_{each}": each for each in TO_AGENTS}
FIGURES: Final = Vocabulary(figures=dict.fromkeys((*EVENTS, *_SENT, *_RECEIVED), Kind.COUNT), distributions=LATENCIES)


def judged(thresholds: Iterable[Threshold], tally: Tally) -> list[Verdict]:
    """What thresholds, which were parsed with these figures, make of these counts."""
    return [verdict(each, _measured(each, tally), FIGURES) for each in thresholds]


def _measured(threshold: Threshold, tally: Tally) -> float | None:
    name = threshold.metric
    if threshold.function is not None:
        return _of(threshold.function, getattr(tally, name))
    if name in _SENT:
        return tally.sent[_SENT[name]]
    if name in _RECEIVED:
        return tally.received[_RECEIVED[name]]
    return tally.events[name]


def _of(function: str, times: Latencies) -> float | None:
    if function == "count":
        return times.count
    if function == "mean":
        return times.mean
    if function == "max":
        return times.largest if times.count else None
    return times.percentile(float(function[1:]) / 100.0)
