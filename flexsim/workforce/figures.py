"""A run's figures: what is printed, held against thresholds, and left in ``summary.json``. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from statistics import fmean
from typing import Any, Final

from flexsim.measure.metrics import Kind, Vocabulary
from flexsim.measure.thresholds import Threshold, Verdict, verdict
from flexsim.workforce.records import CompanyState, Session, Turn

_SHARES: Final = ("service_level", "churn", "morale", "quality")

# Shares, revenue and costs are means over the turns; the rest is what it is at the end, or in all.
FIGURES: Final = Vocabulary(
    figures={
        **dict.fromkeys(_SHARES, Kind.SHARE),
        **dict.fromkeys(
            ("revenue", "costs", "budget", "customers", "headcount", "backlog", "releases", "turns", "proposals", "accepted",
             "messages", "calls", "tokens", "dollars"),
            Kind.COUNT,
        ),
    }
)  # fmt: skip


def figures_of(turns: Sequence[Turn]) -> dict[str, float]:
    """Every figure by name; raises ValueError where there is no turn."""
    last = turns[-1].state
    decisions = [each for turn in turns for each in turn.decisions]
    means = {name: fmean(float(getattr(turn.state, name)) for turn in turns) for name in (*_SHARES, "revenue", "costs")}
    return {
        **means,
        "budget": last.budget,
        "customers": last.customers,
        "headcount": sum(last.headcount.values()),
        "backlog": last.backlog,
        "releases": last.releases,
        "turns": len(turns),
        "proposals": len(decisions),
        "accepted": sum(each.accepted for each in decisions),
        "messages": sum(len(turn.messages) for turn in turns),
        "calls": sum(turn.usage.calls for turn in turns),
        "tokens": sum(turn.usage.input_tokens + turn.usage.output_tokens for turn in turns),
        "dollars": sum(turn.usage.dollars for turn in turns),
    }


def judge(thresholds: Sequence[Threshold], figures: Mapping[str, float]) -> list[Verdict]:
    """What each threshold makes of the figures; what is not among them cannot be judged, and fails."""
    return [verdict(each, figures.get(each.metric), FIGURES) for each in thresholds]


def summary(session: Session, turns: Sequence[Turn]) -> dict[str, Any]:
    """The run as a JSON-ready document."""
    found = figures_of(turns)
    return {
        "session": session.id,
        "mind": session.mind,
        "seed": session.seed,
        "figures": {name: _rounded(value) for name, value in found.items()},
        "beginning": shown(session.beginning),
        "end": shown(turns[-1].state),
    }


def shown(state: CompanyState) -> dict[str, Any]:
    """A state with the digits that people read."""
    return {name: _rounded(value) for name, value in asdict(state).items()}


def _rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _rounded(each) for name, each in value.items()}
    return round(value, 4) if isinstance(value, float) else value
