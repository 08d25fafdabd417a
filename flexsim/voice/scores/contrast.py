"""Groups of conversations side by side, each against the first: what differs, and what of it is more than chance.

Shares of conversations: Fisher's exact test and Newcombe's interval, or McNemar's where both hold the same tasks with the same
seeds. Numbers: Welch's interval over conversations, or paired differences likewise. A star is for what is more than chance at
95 % once it is counted how many figures the table compares (Bonferroni): one star in twenty would else be chance's.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flexsim.measure.intervals import LEVEL, paired_difference, welch_difference
from flexsim.voice.scores.analysis import Analysis
from flexsim.voice.scores.figures import FIGURES, alone, measured, values
from flexsim.voice.scores.groups import flakes, most_repeats, passes, success, task_of
from flexsim.voice.scores.rates import difference, mcnemar
from flexsim.voice.scores.scoring import rounded, spread

SHOWN: Final = (
    "duration", "turns", "talk_ratio", "silence", "dead_air", "overlap", "interruptions_caller", "interruptions_agent",
    "yield_rate_agent", "back_channels", "selectivity_agent", "words_per_minute_caller", "words_per_minute_agent", "calls",
    "correct_calls", "not_understood",
)  # fmt: skip
LATENCIES: Final = ("latency_agent", "latency_caller")

Groups = Mapping[str, Sequence[Analysis]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Against:
    """A group beside the first: what of each conversation both have, in pairs if they are the same tasks and seeds."""

    first: Sequence[Analysis]
    second: Sequence[Analysis]
    level: float

    @property
    def pairs(self) -> list[tuple[Analysis, Analysis]] | None:
        one, two = ({_key(each): each for each in side} for side in (self.first, self.second))
        whole = len(one) == len(self.first) and len(two) == len(self.second) and one.keys() == two.keys()
        return [(one[key], two[key]) for key in one] if whole and not any(key[-1] is None for key in one) else None


def _key(analysis: Analysis) -> tuple[Any, ...]:
    return (*task_of(analysis), analysis.recording.seed)


def contrasted(groups: Groups) -> dict[str, Any]:
    """The comparison as a JSON-ready document; the first group is what the others are held against."""
    names = list(groups)
    first = groups[names[0]]
    others = names[1:]
    count = max(1, len(others) * (1 + len(SHOWN) + len(LATENCIES)))
    against = {name: _Against(first=first, second=groups[name], level=1 - (1 - LEVEL) / count) for name in others}
    return {
        "baseline": names[0],
        "level": LEVEL,
        "comparisons": count,
        "groups": {name: group_document(analyses) for name, analyses in groups.items()},
        "differences": {name: _differences(each, count) for name, each in against.items()},
    }


def group_document(analyses: Sequence[Analysis]) -> dict[str, Any]:
    """What one group of conversations comes to, as a JSON-ready document."""
    reached, flaky = success(analyses), flakes(analyses)
    repeats = {k: passes(analyses, k) for k in range(1, min(most_repeats(analyses), 8) + 1)}
    figures = {name: rounded(measured(None, name, analyses)) for name in SHOWN}
    return {
        "conversations": len(analyses),
        "success": reached.document() if reached else None,
        "pass_k": {str(k): found.document() for k, found in repeats.items() if found},
        "flake_rate": flaky.document() if flaky else None,
        "figures": figures,
        "latency": {name.removeprefix("latency_"): spread(values(name, analyses)) for name in LATENCIES},
        "blame": blame(analyses),
    }


def blame(analyses: Sequence[Analysis]) -> dict[str, int]:
    """How many failures each party is to blame for."""
    found = dict.fromkeys(("caller", "agent", "line"), 0)
    for each in analyses:
        if each.verdict is not None:
            found[each.verdict.party.value] += 1
    return found


def _differences(against: _Against, count: int) -> dict[str, Any]:
    pairs = against.pairs
    figures = {
        name: _of_numbers(_values(name, against, pairs), against.level, paired=pairs is not None)
        for name in (*SHOWN, *LATENCIES)
    }
    return {"paired": pairs is not None, "success": _of_success(against, pairs, count), "figures": figures}


def _of_success(
    against: _Against, pairs: Sequence[tuple[Analysis, Analysis]] | None, count: int
) -> dict[str, Any] | None:
    one, two = (
        [each.recording.reached for each in side if each.recording.reached is not None]
        for side in (against.first, against.second)
    )
    if not one or not two:
        return None
    found = difference((sum(one), len(one)), (sum(two), len(two)))
    p = found.p
    if pairs is not None and len(one) == len(two) == len(pairs):
        p = mcnemar([(bool(a.recording.reached), bool(b.recording.reached)) for a, b in pairs])
    return {
        "difference": rounded(found.value), "low": rounded(found.low), "high": rounded(found.high), "p": p,
        "more_than_chance": p * count < 1 - LEVEL,
    }  # fmt: skip


Values = tuple[list[float], list[float]]


def _values(name: str, against: _Against, pairs: Sequence[tuple[Analysis, Analysis]] | None) -> Values:
    """One value for each conversation that has one; where they go in pairs, for both of a pair or neither."""
    if pairs is None:
        one, two = ([_value(name, each) for each in side] for side in (against.first, against.second))
        return [each for each in one if each is not None], [each for each in two if each is not None]
    both = [(_value(name, a), _value(name, b)) for a, b in pairs]
    known = [(a, b) for a, b in both if a is not None and b is not None]
    return [a for a, _ in known], [b for _, b in known]


def _value(name: str, analysis: Analysis) -> float | None:
    """Rounded: what lies below a microsecond is the arithmetic's, and would pass for a difference without any spread."""
    return rounded(alone(name, analysis) if name in FIGURES else measured("mean", name, [analysis]))


def _of_numbers(found: Values, level: float, *, paired: bool) -> dict[str, Any] | None:
    one, two = found
    if not one or not two:
        return None
    interval = paired_difference if paired else welch_difference
    at_95, strict = interval(one, two), interval(one, two, level)
    told = strict.excludes_zero
    if strict.half_width == 0.0 and told:
        told = _least_chance(len(one), len(two), paired=paired) < 1 - level
    return {
        "difference": rounded(at_95.mean), "half_width": rounded(at_95.half_width), "more_than_chance": told,
    }  # fmt: skip


def _least_chance(first: int, second: int, *, paired: bool) -> float:
    """Where no value differs from its neighbours, t has nothing to go by: the least that a permutation test can come to."""
    return 2.0 ** (1 - first) if paired else 2 / math.comb(first + second, first)
