"""Everything that the company can do: the actions that roles may propose, what each costs, and what it is good and bad for. Pure.

An action's ``amount`` has the unit that its ``unit`` says and is held between ``least`` and ``most``. ``cost`` is what one
unit takes out of the budget in the week itself, in thousands of dollars; pay for people who were hired comes on top, every
week (``model.PAY``). ``effects`` are the signs by which people argue, from -1 to 1 and rough on purpose: what really
follows, ``model`` says.
"""

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flexsim.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One kind of thing to do; ``phrase`` says it with the amount in it, ``short`` names it."""

    kind: str
    unit: str
    least: float
    most: float
    whole: bool
    cost: float
    phrase: str
    short: str
    effects: Mapping[str, float]

    def amount(self, wanted: float) -> float:
        """The nearest amount that can be done; raises ConfigurationError for what is no number."""
        if not math.isfinite(wanted):
            raise ConfigurationError(f"{self.kind} has a number of {self.unit}, not {wanted}")
        within = min(self.most, max(self.least, wanted))
        return float(round(within)) if self.whole else round(within, 1)

    def costs(self, amount: float) -> float:
        """Thousands of dollars, once."""
        return self.cost * amount

    def says(self, amount: float) -> str:
        """In words: ``hire 2 people for support``."""
        return self.phrase.format(amount=f"{amount:g}", s="" if abs(amount) == 1 else "s", people=_people(amount),
                                  direction="raise" if amount >= 0 else "lower", size=f"{abs(amount):g}")  # fmt: skip


def _people(amount: float) -> str:
    return f"{amount:g} person" if amount == 1 else f"{amount:g} people"


def _action(kind: str, limits: str, cost: float, words: tuple[str, str], effects: Mapping[str, float]) -> Action:
    least, most, unit = limits.split(" ", 2)
    whole = unit in {"people", "weeks", "hours"}
    return Action(kind=kind, unit=unit, least=float(least), most=float(most), whole=whole, cost=cost, phrase=words[0],
                  short=words[1], effects=effects)  # fmt: skip


_ALL: Final = (
    _action("hire_support", "1 10 people", 3.0, ("hire {people} for support", "hiring in support"),
            {"service_level": 0.9, "churn": 0.5, "morale": 0.4, "budget": -0.6}),
    _action("hire_engineering", "1 5 people", 6.0, ("hire {people} for engineering", "hiring engineers"),
            {"backlog": 0.7, "release": 0.6, "quality": 0.3, "morale": 0.2, "budget": -0.8}),
    _action("hire_sales", "1 5 people", 4.0, ("hire {people} for sales", "hiring in sales"),
            {"customers": 0.8, "revenue": 0.6, "budget": -0.6, "service_level": -0.2}),
    _action("reduce_support", "1 10 people", 4.0, ("let {people} in support go", "a smaller support team"),
            {"budget": 0.6, "service_level": -0.9, "churn": -0.5, "morale": -0.8}),
    _action("reduce_engineering", "1 5 people", 8.0, ("let {people} in engineering go", "a smaller engineering team"),
            {"budget": 0.8, "backlog": -0.7, "release": -0.6, "morale": -0.8}),
    _action("reduce_sales", "1 5 people", 6.0, ("let {people} in sales go", "a smaller sales team"),
            {"budget": 0.6, "customers": -0.8, "revenue": -0.5, "morale": -0.7}),
    _action("change_price", "-20 20 percent", 0.0, ("{direction} the price by {size} %", "a new price"),
            {"revenue": 0.7, "budget": 0.5, "customers": -0.5, "churn": -0.5}),
    _action("delay_release", "1 4 weeks", 0.0, ("move the release back by {amount} week{s}", "a later release"),
            {"release": -0.8, "quality": 0.6, "morale": 0.1, "customers": -0.3}),
    _action("cut_scope", "1 4 weeks", 0.0, ("cut the release's scope by {amount} week{s} of work", "a smaller release"),
            {"release": 0.8, "value": -0.5, "backlog": 0.2, "quality": -0.1}),
    _action("fix_quality", "10 50 percent", 0.0, ("put {amount} % of engineering on quality", "work on quality"),
            {"quality": 0.9, "service_level": 0.2, "churn": 0.2, "release": -0.4}),
    _action("fix_incident", "10 80 percent", 0.0, ("put {amount} % of engineering on the outage", "work on the outage"),
            {"incident": 1.0, "service_level": 0.5, "churn": 0.5, "release": -0.4}),
    _action("improve_design", "2 20 thousand dollars", 1.0, ("spend ${amount}k on a redesign of what confuses people", "a redesign"),
            {"value": 0.7, "quality": 0.3, "service_level": 0.3, "churn": 0.3, "budget": -0.3}),
    _action("marketing", "5 50 thousand dollars", 1.0, ("spend ${amount}k on marketing", "marketing"),
            {"customers": 0.7, "revenue": 0.4, "budget": -0.5, "service_level": -0.2}),
    _action("train_support", "2 20 thousand dollars", 1.0, ("train support for ${amount}k", "training support"),
            {"service_level": 0.6, "morale": 0.4, "churn": 0.2, "budget": -0.3}),
    _action("overtime", "1 8 hours", 1.2, ("work {amount} hour{s} of overtime this week", "overtime"),
            {"service_level": 0.5, "backlog": 0.4, "release": 0.3, "morale": -0.7, "budget": -0.2}),
    _action("bonus", "5 40 thousand dollars", 1.0, ("pay a bonus of ${amount}k", "a bonus"),
            {"morale": 0.9, "churn": 0.1, "budget": -0.4}),
    _action("cut_costs", "2 20 percent", 0.0, ("cut overhead by {amount} %", "lower overhead"),
            {"budget": 0.7, "morale": -0.3, "quality": -0.2}),
)  # fmt: skip

ACTIONS: Final[Mapping[str, Action]] = {each.kind: each for each in _ALL}

# What cannot both be done in one week: the first that is decided stands.
OPPOSITES: Final[Mapping[str, tuple[str, ...]]] = {
    "hire_support": ("reduce_support",),
    "reduce_support": ("hire_support",),
    "hire_engineering": ("reduce_engineering",),
    "reduce_engineering": ("hire_engineering",),
    "hire_sales": ("reduce_sales",),
    "reduce_sales": ("hire_sales",),
    "delay_release": ("cut_scope",),
    "cut_scope": ("delay_release",),
    "cut_costs": ("bonus",),
    "bonus": ("cut_costs",),
}


def action(kind: str) -> Action:
    """The action of this kind; raises ConfigurationError that names those there are."""
    found = ACTIONS.get(kind)
    if found is None:
        near = difflib.get_close_matches(kind, ACTIONS, n=1)
        hint = f" (did you mean {near[0]}?)" if near else ""
        raise ConfigurationError(f"no such action: {kind}{hint}; there are {', '.join(ACTIONS)}")
    return found
