"""Many conversations, by who called, why, and who answered; and what repeats of the same come to."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from flexsim.voice.scores.analysis import Analysis
from flexsim.voice.scores.by import By
from flexsim.voice.scores.rates import Estimate, Task, flake_rate, pass_k, success_rate

_NAMES: Final[Mapping[By, Callable[[Analysis], str]]] = {
    By.CALLER: lambda each: each.recording.caller,
    By.SCENARIO: lambda each: each.recording.scenario,
    By.AGENT: lambda each: each.recording.agent,
}


def grouped(analyses: Sequence[Analysis], by: By) -> dict[str, list[Analysis]]:
    """The conversations by caller, scenario or agent, the names in order."""
    found: dict[str, list[Analysis]] = {}
    for each in analyses:
        found.setdefault(_NAMES[by](each), []).append(each)
    return dict(sorted(found.items()))


def tasks(analyses: Sequence[Analysis]) -> list[Task]:
    """Of each caller with a scenario at an agent: how many of its repeats reached the goal; those not judged apart."""
    found: dict[tuple[str, ...], list[bool]] = {}
    for each in analyses:
        if each.recording.reached is not None:
            found.setdefault(task_of(each), []).append(each.recording.reached)
    return [(sum(repeats), len(repeats)) for repeats in found.values()]


def task_of(analysis: Analysis) -> tuple[str, ...]:
    """What is repeated."""
    return tuple(name(analysis) for name in _NAMES.values())


def success(analyses: Sequence[Analysis]) -> Estimate | None:
    """The share whose goal was reached; None where none was judged."""
    return success_rate(tasks(analyses))


def passes(analyses: Sequence[Analysis], k: int) -> Estimate | None:
    """pass^k; None where nothing was repeated so often."""
    return pass_k(tasks(analyses), k)


def flakes(analyses: Sequence[Analysis]) -> Estimate | None:
    """The flake rate; None where nothing was repeated."""
    return flake_rate(tasks(analyses))


def most_repeats(analyses: Sequence[Analysis]) -> int:
    """Of what was repeated most often."""
    return max((count for _, count in tasks(analyses)), default=0)
