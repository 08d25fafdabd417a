"""What a role cares about, read from its goals, and how pressing each figure is. Pure.

Both are numbers from 0 to 1. A role cares about what its goals name, the first the most; about everything else a little. How
pressing a figure is follows from the company's state alone, and from what the scenario is about, which fades.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from flexsim.workforce.company.model import GOAL
from flexsim.workforce.records import CompanyState, Role
from flexsim.workforce.scenario import Scenario

_WORDS: Final[Mapping[str, str]] = {
    "service_level": r"service level|in time|waiting|support",
    "churn": r"churn|leaving|keep customers|retention",
    "morale": r"morale|team spirit|well-?being",
    "budget": r"budget|costs?|money|cash|runway",
    "revenue": r"revenue|turnover|sales",
    "customers": r"new customers|win customers|customer base|growth|market share",
    "backlog": r"backlog",
    "quality": r"quality|bugs?|reliab\w+|stab\w+",
    "release": r"releas\w+|ship|roadmap|deadline",
    "value": r"value|worth|experience|usab\w+|delight",
    "incident": r"incidents?|outages?|up ?time|availab\w+",
}
FIGURES: Final = tuple(_WORDS)
_COMPILED: Final = {name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for name, words in _WORDS.items()}
_A_LITTLE: Final = 0.15
_FADES: Final = 0.92  # in a turn

# Which figures a theme of the scenario makes more pressing.
_MOVED: Final[Mapping[str, Mapping[str, float]]] = {
    "outage": {"incident": 0.3, "quality": 0.25, "churn": 0.15},
    "release": {"release": 0.25, "value": 0.1},
    "slip": {"release": 0.4, "morale": 0.1},
    "price": {"revenue": 0.3, "churn": 0.2},
    "growth": {"customers": 0.35, "service_level": 0.2},
    "costs": {"budget": 0.45},
    "churn": {"churn": 0.4, "value": 0.2},
    "competitor": {"customers": 0.3, "value": 0.35},
    "quality": {"quality": 0.4, "backlog": 0.2},
    "morale": {"morale": 0.45},
    "service": {"service_level": 0.35},
    "hiring": {"service_level": 0.2, "backlog": 0.15},
}


@lru_cache(maxsize=500)
def cares(role: Role) -> Mapping[str, float]:
    """By figure; 1 for the first that the goals name, then 0.8, 0.64 and so on."""
    found: dict[str, float] = {}
    weight = 1.0
    for goal in role.goals:
        named = [name for name, words in _COMPILED.items() if words.search(goal) and name not in found]
        found.update(dict.fromkeys(named, weight))
        weight *= 0.8 if named else 1.0
    return {name: found.get(name, _A_LITTLE) for name in FIGURES}


def pressing(state: CompanyState, scenario: Scenario, turn: int) -> dict[str, float]:
    """By figure: 0 where all is well, 1 where nothing is worse."""
    losing = state.costs - state.revenue
    runway = state.budget / losing if losing > 0 else 100.0  # weeks
    found = {
        "service_level": (GOAL + 0.05 - state.service_level) / 0.35,
        "churn": (state.churn - 0.005) / 0.015,
        "morale": (0.72 - state.morale) / 0.25,
        "budget": max(1 - runway / 40, (150 - state.budget) / 200),
        "revenue": 0.25 + losing / max(1.0, state.costs),
        "customers": 0.3 + (state.churn - 0.006) * 20,
        "backlog": (state.backlog - 90) / 200,
        "quality": (0.8 - state.quality) / 0.3,
        "release": (state.release_in - 4) / 8,
        "value": (1.06 - state.value) / 0.25,
        "incident": state.incident * 1.2,
    }
    found = {name: max(0.0, value) for name, value in found.items()}
    fade = _FADES ** (turn - 1)
    for theme in scenario.themes:
        for name, more in _MOVED.get(theme.name, {}).items():
            found[name] += more * fade
    return {name: min(1.0, max(0.0, value)) for name, value in found.items()}
