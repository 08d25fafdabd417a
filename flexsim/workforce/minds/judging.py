"""How rules judge actions: what a role would propose, how much of it, and what it thinks of what others propose. Pure.

Everything here is one number per action, made of three tables: the action's effects (``repertoire``), how pressing each figure
is, and how much the role cares (``caring``). Traits bend the numbers as docs/workforce.md says: the assertive propose more and
ask for more, the analytical misjudge less, the collaborative lean towards others' proposals, the creative towards what is
unusual and new, the detail-oriented ask what it costs.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

from flexsim.workforce.company.model import PAY, PRICE
from flexsim.workforce.company.repertoire import ACTIONS, Action
from flexsim.workforce.minds.caring import cares
from flexsim.workforce.minds.mind import View
from flexsim.workforce.records import CompanyState, Proposal
from flexsim.workforce.scenario import Scenario

UNUSUAL: Final = frozenset({"improve_design", "marketing", "change_price", "train_support", "bonus"})
COMMITTED: Final = 8  # weeks of pay that a new person is counted with

Recent = Mapping[str, Sequence[tuple[bool, str]]]

_STANDARD: Final = NormalDist()
_SPEAKS_UP: Final = 0.52
_RECENT: Final = 3  # turns
_ASKED_FOR: Final = 6  # turns in which the number that a scenario gives stands
_DEAR: Final = 1.25  # times the price that the market finds fair


@dataclass(frozen=True, slots=True, kw_only=True)
class Idea:
    """An action that a role thinks of; ``urge`` is how much it wants it, ``figure`` what it is about most."""

    action: Action
    amount: float
    urge: float
    figure: str


class Judgement:
    """One role's judgement in one turn; ``press`` (``caring.pressing``) and ``recent`` are the same for all roles, and made once."""

    __slots__ = ("_cares", "_press", "_recent", "_view", "_whims")

    def __init__(self, view: View, press: Mapping[str, float], recent: Recent | None = None) -> None:
        self._view = view
        self._press = press
        self._cares = cares(view.role)
        self._recent = lately(view) if recent is None else recent
        self._whims: dict[str, float] = {}  # a number for each capability, whether it is used or not

    def ideas(self) -> list[Idea]:
        """What the role wants enough to say so, the most wanted first; at most one to three, by assertiveness."""
        view, traits = self._view, self._view.role.traits
        threshold = _SPEAKS_UP - 0.3 * traits.assertiveness
        found = []
        whims = view.draws.stream(f"{view.turn}/{view.role.name}/urges")
        self._whims = dict(zip(view.role.capabilities, whims, strict=False))
        for kind in view.role.capabilities:
            action = ACTIONS.get(kind)
            if action is not None and _possible(kind, view.state, self._press):
                urge, figure = self._urge(action)
                if urge > threshold:
                    found.append(Idea(action=action, amount=self._amount(action, urge), urge=urge, figure=figure))
        found.sort(key=lambda idea: -idea.urge)
        return found[: 1 + (traits.assertiveness >= 0.5) + (traits.assertiveness >= 0.85)]

    def stance(self, proposal: Proposal) -> tuple[float, str]:
        """What the role thinks of another's proposal, from -1 to 1, and the figure that speaks most for that."""
        view, traits, action = self._view, self._view.role.traits, ACTIONS[proposal.kind]
        total, most, figure = 0.0, 0.0, "budget"
        for name, effect in _effects(action, proposal.amount):
            weight = effect * self._cares[name] * (0.2 + 0.8 * self._press[name])
            total += weight
            if abs(weight) > most:
                most, figure = abs(weight), name
        share = cost_of(proposal) / max(20.0, view.state.budget)
        if traits.detail_oriented * share > 0.08:
            total -= 2.0 * traits.detail_oriented * share
            figure = "budget" if total < 0 else figure
        leaning = 0.45 * (traits.collaborative - 0.45)
        uniform = next(view.draws.stream(f"{view.turn}/{view.role.name}/weigh/{proposal.role}/{proposal.kind}"))
        whim = _normal(uniform, 0.2 * (1 - traits.analytical))
        return max(-1.0, min(1.0, math.tanh(1.5 * total) + leaning + whim)), figure

    def speaks(self, stance: float) -> bool:
        """Whether a stance is strong enough to be said."""
        return abs(stance) > 0.5 - 0.35 * self._view.role.traits.assertiveness

    def _urge(self, action: Action) -> tuple[float, str]:
        """How much the role wants the action: what it would help, weighed, less what it would hurt."""
        helped = weights = hurt = most = 0.0
        figure = "budget"
        for name, effect in action.effects.items():
            press, care = self._press[name], self._cares[name]
            if effect > 0:
                value = effect * press * (0.25 + 0.75 * care)
                helped += value
                weights += effect
                if value > most:
                    most, figure = value, name
            else:
                hurt -= effect * press * (0.15 + 0.85 * care)
        traits = self._view.role.traits
        urge = helped / weights - 0.4 * hurt + self._wished(action.kind)
        urge += _normal(self._whims[action.kind], 0.03 + 0.14 * (1 - traits.analytical))
        if action.kind in UNUSUAL:
            urge += 0.14 * (traits.creative - 0.4)
        return urge + self._habit(action.kind), figure

    def _wished(self, kind: str) -> float:
        """The scenario itself asks about it."""
        theme = _ASKED.get(kind)
        found = self._view.scenario.about(theme) if theme else None
        return 0.2 * 0.9**self._view.turn if found is not None and not found.happened else 0.0

    def _habit(self, kind: str) -> float:
        """What was done lately need not be done again; what was refused, the assertive ask for once more."""
        traits = self._view.role.traits
        habit = 0.0
        for accepted, role in self._recent.get(kind, ()):
            if accepted:
                habit -= 0.22 + 0.1 * traits.creative
            elif role == self._view.role.name:
                habit += 0.16 * (traits.assertiveness - 0.6)
        if any(kind == each.kind for said in self._view.heard for each in said.proposals):
            habit -= 0.3 * traits.collaborative  # somebody has said it; the collaborative support that instead
        return habit

    def _amount(self, action: Action, urge: float) -> float:
        """As the scenario says, else by how pressing it is; the assertive ask for more."""
        view, traits = self._view, self._view.role.traits
        asked = _asked_amount(action, view.scenario)
        if asked is not None and view.turn <= _ASKED_FOR:
            return action.amount(asked)
        if action.kind == "change_price":
            return action.amount(_price(self._press, view.state) * (0.6 + 0.8 * traits.assertiveness))
        size = min(1.0, max(0.0, urge)) * (0.25 + 0.5 * traits.assertiveness)
        return action.amount(action.least + (action.most - action.least) * size)


def cost_of(proposal: Proposal) -> float:
    """What a proposal takes out of the budget, in thousands: once, and in pay over two months for those who are hired."""
    action = ACTIONS[proposal.kind]
    team = proposal.kind.removeprefix("hire_")
    pay = PAY.get(team, 0.0) * COMMITTED if team != proposal.kind else 0.0
    return action.costs(proposal.amount) + pay * proposal.amount


_ASKED: Final = {"change_price": "price", "hire_support": "hiring", "hire_engineering": "hiring", "cut_costs": "costs",
                 "delay_release": "slip", "cut_scope": "slip", "marketing": "growth"}  # fmt: skip


def _asked_amount(action: Action, scenario: Scenario) -> float | None:
    """The number that the scenario gives, where it asks about just this."""
    theme = scenario.about(_ASKED.get(action.kind, ""))
    if theme is None or theme.happened or action.unit not in theme.amounts:
        return None
    amount = theme.amounts[action.unit]
    return -amount if theme.down and action.kind == "change_price" else amount


def _price(press: Mapping[str, float], state: CompanyState) -> float:
    """Up where money is short and the product worth it, down where customers leave."""
    if state.price > _DEAR * PRICE:
        return -8.0
    return 12.0 if press["budget"] + press["revenue"] + 2 * (state.value - 1) > 1.5 * press["churn"] else -8.0


def _effects(action: Action, amount: float) -> list[tuple[str, float]]:
    """An action's effects; those of a lower price are those of a higher one, the other way round."""
    sign = -1.0 if action.kind == "change_price" and amount < 0 else 1.0
    return [(name, sign * effect) for name, effect in action.effects.items()]


def _possible(kind: str, state: CompanyState, press: Mapping[str, float]) -> bool:
    """What makes no sense as things are is not proposed."""
    if kind.startswith("reduce_"):
        team = kind.removeprefix("reduce_")
        return press["budget"] > 0.5 and state.headcount.get(team, 0) > 3
    condition = _CONDITIONS.get(kind)
    return condition is None or bool(condition(state))


_CONDITIONS: Final = {
    "fix_incident": lambda state: state.incident > 0.05,
    "delay_release": lambda state: state.quality < 0.7 and state.release_in < 5,
    "cut_scope": lambda state: state.release_in > 3,
    "overtime": lambda state: state.service_level < 0.7 or state.incident > 0.2,
    "bonus": lambda state: state.morale < 0.66 and state.budget > 100,
    "cut_costs": lambda state: state.overhead > 12,
}


def lately(view: View) -> Recent:
    """What became of proposals in the last turns, by kind: whether it was accepted, and whose it was."""
    found: dict[str, list[tuple[bool, str]]] = {}
    for turn in view.history[-_RECENT:]:
        for each in turn.decisions:
            found.setdefault(each.proposal.kind, []).append((each.accepted, each.proposal.role))
    return found


def _normal(uniform: float, spread: float) -> float:
    return spread * _STANDARD.inv_cdf(uniform + 2.0**-54)
