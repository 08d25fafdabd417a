"""The service level, each way in which the field counts it: they differ in what they do with those who gave up.

Every formula divides contacts answered within the threshold by contacts that are judged. ``gone`` are the abandoned and the
lost (see ``statistics``). docs/figures.md tells them apart with an example that a test works out.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

SHORT: Final = 5.0  # seconds within which a contact that gave up is "short", unless said otherwise


class Formula(StrEnum):
    """How those who gave up count; the first is what flexsim uses unless told otherwise."""

    LATE_ABANDONED_MISSED = "late-abandoned-missed"
    ABANDONED_MISSED = "abandoned-missed"
    ABANDONED_MET = "abandoned-met"
    ABANDONED_EXCLUDED = "abandoned-excluded"
    SHORT_ABANDONED_EXCLUDED = "short-abandoned-excluded"


DEFINITIONS: Final = {
    Formula.LATE_ABANDONED_MISSED: "answered within the threshold / (answered + abandoned after the threshold)",
    Formula.ABANDONED_MISSED: "answered within the threshold / (answered + abandoned)",
    Formula.ABANDONED_MET: "(answered + abandoned, both within the threshold) / (answered + abandoned)",
    Formula.ABANDONED_EXCLUDED: "answered within the threshold / answered",
    Formula.SHORT_ABANDONED_EXCLUDED: "answered within the threshold / (answered + abandoned, but not those who gave up"
    " at once)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """How waits ended. ``gone_short`` is None where nobody counted those who gave up at once."""

    answered: int
    answered_in_time: int
    gone: int
    gone_late: int  # after the threshold
    gone_short: int | None = None


def service_level(outcomes: Outcomes, formula: Formula) -> float | None:
    """A share from 0 to 1; None where there is nothing to judge, or what the formula asks for was not counted."""
    met, judged = outcomes.answered_in_time, outcomes.answered
    if formula is Formula.LATE_ABANDONED_MISSED:
        judged += outcomes.gone_late
    elif formula is Formula.ABANDONED_MISSED:
        judged += outcomes.gone
    elif formula is Formula.ABANDONED_MET:
        met += outcomes.gone - outcomes.gone_late
        judged += outcomes.gone
    elif formula is Formula.SHORT_ABANDONED_EXCLUDED:
        if outcomes.gone_short is None:
            return None
        judged += outcomes.gone - outcomes.gone_short
    return met / judged if judged else None
