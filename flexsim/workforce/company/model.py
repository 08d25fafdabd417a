"""How a week changes the company: what was decided, what follows from it, and luck. Pure; docs/workforce.md writes it out.

Three promises, each with its test. Money and people add up: budget changes by revenue less costs, headcount by hired less
let go less left, and the ``Ledger`` lists all of it. Effects go one way: more people in support never lower the share that
is answered in time, a higher price never wins customers. Shares stay between 0 and 1, counts at 0 or above.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from flexsim.workforce.company.centre import HANDLING, WEEK, Centre
from flexsim.workforce.company.luck import Luck
from flexsim.workforce.company.repertoire import ACTIONS
from flexsim.workforce.records import CompanyState, Proposal

TEAMS: Final = ("support", "engineering", "sales", "product")
PAY: Final[Mapping[str, float]] = {"support": 1.0, "engineering": 2.2, "sales": 1.6, "product": 2.0}  # thousands a week
PRICE: Final = 40.0  # dollars a week, which the market finds fair
PLANNED: Final = 10.0  # engineers for whom a release is planned
RELEASE: Final = 8.0  # weeks of work between releases
GOAL: Final = 0.8  # of the service level

_ON_PHONES: Final = 0.75  # of support's time
_NEW_ARE: Final = 0.5  # as quick as the others
_LEARN: Final = 1 / 3  # of the new become like the others in a week
_CONTACTS: Final = 1.6  # of a customer in a week, in a middling state
_HOURS: Final = 40.0
_QUIT: Final = 0.002  # of a team in a week, when morale is good
_GOOD_MORALE: Final = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The week's book: people by team, money by item in thousands of dollars, customers won and lost."""

    hired: Mapping[str, int]
    let_go: Mapping[str, int]
    left: Mapping[str, int]
    costs: Mapping[str, float]
    revenue: float
    won: int
    lost: int
    shipped: bool
    occupancy: float


class _Plan:
    """What was decided for the week, as amounts by kind."""

    __slots__ = ("_amounts", "spent")

    def __init__(self, accepted: Sequence[Proposal]) -> None:
        self._amounts: dict[str, float] = {}
        self.spent: dict[str, float] = {}
        for each in accepted:
            action = ACTIONS[each.kind]
            amount = action.amount(each.amount)
            self._amounts[each.kind] = self._amounts.get(each.kind, 0.0) + amount
            if action.cost:
                self.spent[each.kind] = self.spent.get(each.kind, 0.0) + action.costs(amount)

    def __getitem__(self, kind: str) -> float:
        return self._amounts.get(kind, 0.0)

    def share(self, kind: str, most: float = 1.0) -> float:
        """An amount in percent, as a share."""
        return min(most, self[kind] / 100.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _People:
    headcount: dict[str, int]
    rookies: dict[str, float]
    hired: dict[str, int]
    let_go: dict[str, int]
    left: dict[str, int]

    def working(self, team: str) -> float:
        """Heads, with the new ones counted by what they manage."""
        return self.headcount[team] - (1 - _NEW_ARE) * self.rookies[team]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Product:
    backlog: float
    quality: float
    value: float
    release_in: float
    releases: int
    shipped: bool
    incident: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Service:
    contacts: int
    level: float
    occupancy: float
    skill: float


def advance(
    state: CompanyState, accepted: Sequence[Proposal], luck: Luck, centre: Centre
) -> tuple[CompanyState, Ledger]:
    """The company a week after ``state``, in which the ``accepted`` proposals were carried out, and the week's book."""
    plan = _Plan(accepted)
    people = _staff(state, plan, luck)
    product = _build(state, plan, people, luck)
    service = _serve(state, plan, people, product, luck, centre)
    price = max(1.0, state.price * (1 + plan["change_price"] / 100))
    attention = _attention(state, plan, product)
    churn = _churn(state, product, service, price)
    lost = min(state.customers, luck.about("lost", state.customers * churn))
    won = _won(state, product, people, price, attention, luck)
    customers = state.customers - lost + won
    revenue = customers * price / 1000.0 * (1 - 0.3 * product.incident)
    overhead = state.overhead * (1 - plan.share("cut_costs", 0.5))
    costs = _costs(plan, people, overhead)
    total = math.fsum(costs.values())
    following = replace(
        state, turn=state.turn + 1, headcount=people.headcount, rookies=people.rookies, customers=customers,
        backlog=product.backlog, quality=product.quality, budget=state.budget + revenue - total, revenue=revenue,
        morale=_morale(state, plan, people, product, service), service_level=service.level, churn=churn, price=price,
        value=product.value, release_in=product.release_in, releases=product.releases, attention=attention,
        skill=service.skill, incident=product.incident, market=state.market * 0.97, contacts=service.contacts,
        overhead=overhead, costs=total,
    )  # fmt: skip
    ledger = Ledger(hired=people.hired, let_go=people.let_go, left=people.left, costs=costs, revenue=revenue, won=won,
                    lost=lost, shipped=product.shipped, occupancy=service.occupancy)  # fmt: skip
    return following, ledger


# People


def _staff(state: CompanyState, plan: _Plan, luck: Luck) -> _People:
    """Hired people come at once and learn; those who are let go, go before anybody leaves by themselves."""
    headcount, rookies = {}, {}
    hired, let_go, left = {}, {}, {}
    unhappy = max(0.0, _GOOD_MORALE - state.morale)
    for team in {*TEAMS, *state.headcount}:
        before = state.headcount.get(team, 0)
        hired[team] = int(plan[f"hire_{team}"])
        let_go[team] = min(before, int(plan[f"reduce_{team}"]))
        staying = before - let_go[team]
        left[team] = min(staying, luck.about(f"left/{team}", staying * _QUIT * (1 + 20 * unhappy)))
        headcount[team] = staying - left[team] + hired[team]
        new = state.rookies.get(team, 0.0) * (1 - _LEARN) + hired[team]
        rookies[team] = min(new, float(headcount[team]))
    ordered = sorted(headcount, key=_place)
    return _People(
        headcount={team: headcount[team] for team in ordered}, rookies={team: round(rookies[team], 4) for team in ordered},
        hired=hired, let_go=let_go, left=left,
    )  # fmt: skip


def _place(team: str) -> tuple[int, str]:
    return (TEAMS.index(team) if team in TEAMS else len(TEAMS), team)


def _morale(state: CompanyState, plan: _Plan, people: _People, product: _Product, service: _Service) -> float:
    """Drifts to 0.7; strain, overtime and farewells pull it down, a bonus, training and a release up."""
    heads = max(1, sum(state.headcount.values()))
    gone = sum(people.let_go.values()) / heads
    up = 0.012 * plan["bonus"] / heads * 10 + 0.003 * plan["train_support"] + 0.03 * product.shipped
    down = (
        0.25 * max(0.0, service.occupancy - 0.85)
        + 0.008 * plan["overtime"]
        + 1.2 * gone
        + 0.4 * plan.share("cut_costs")
        + 0.05 * product.incident
    )
    return _share(state.morale + 0.12 * (0.7 - state.morale) + up - down)


# The product


def _build(state: CompanyState, plan: _Plan, people: _People, luck: Luck) -> _Product:
    """Engineers put out fires first, then what quality was promised; the rest is the release and the backlog, three to two."""
    incident_share = plan.share("fix_incident", 0.8)
    quality_share = plan.share("fix_quality", 0.5)
    hours = 1 + plan["overtime"] / _HOURS
    strength = people.working("engineering") * hours * (0.65 + 0.5 * state.morale) / PLANNED
    rest = max(0.0, 1 - incident_share - quality_share)
    due = max(0.0, state.release_in + plan["delay_release"] - plan["cut_scope"]) - rest * strength
    shipped = due <= 0.0
    backlog = max(0.0, state.backlog + 12 + 40 * (1 - state.quality) + 8 * shipped - 60 * strength * rest * 0.4)
    quality = _share(
        state.quality
        + 0.12 * quality_share * strength
        + 0.008 * plan["delay_release"]
        + 0.0008 * plan["improve_design"]
        - 0.004 * plan["cut_scope"]
        - 0.04 * shipped
        - 0.00004 * backlog
        - 0.1 * plan.share("cut_costs")
        + 0.02 * (0.75 - state.quality)
    )
    value = state.value + 0.02 * (0.96 - state.value) + 0.08 * shipped + 0.002 * plan["improve_design"]
    return _Product(
        backlog=backlog, quality=quality, value=max(0.1, value - 0.012 * plan["cut_scope"]), shipped=shipped,
        release_in=RELEASE + due if shipped else due, releases=state.releases + shipped,
        incident=_incident(state, incident_share * strength, luck),
    )  # fmt: skip


def _incident(state: CompanyState, fixing: float, luck: Luck) -> float:
    """An outage fades, faster where engineers work on it; bad quality brings new ones."""
    going_on = max(0.0, state.incident * 0.75 - 0.9 * fixing)
    if luck.uniform("incident") < 0.08 * (1 - state.quality):
        going_on = max(going_on, 0.3 + 0.5 * luck.uniform("severity"))
    return going_on if going_on >= 0.02 else 0.0


# Customers


def _serve(  # noqa: PLR0913, PLR0917 -- a week at the phones depends on all of it
    state: CompanyState, plan: _Plan, people: _People, product: _Product, luck: Luck, centre: Centre
) -> _Service:
    skill = min(1.5, state.skill + 0.006 * plan["train_support"] - 0.01 * (state.skill - 1.0))
    each = _CONTACTS * (1.7 - state.quality) * (1 + 1.2 * product.incident + 0.3 * product.shipped)
    contacts = round(state.customers * each * math.exp(0.05 * luck.normal("contacts")))
    on_phones = people.working("support") * _ON_PHONES * (1 + plan["overtime"] / _HOURS)
    answered = centre.week(round(on_phones), contacts * HANDLING / skill / WEEK)
    return _Service(contacts=contacts, level=answered.service_level, occupancy=answered.occupancy, skill=skill)


def _churn(state: CompanyState, product: _Product, service: _Service, price: float) -> float:
    """Customers leave who wait, who get too little for their money, or who cannot work."""
    worth = math.exp(1.6 * (GOAL - service.level) + 1.5 * (1 - product.value) + 2.5 * (price / PRICE - 1))
    rise = max(0.0, price / max(1.0, state.price) - 1)  # a price that has just risen is noticed
    return min(0.25, 0.0045 * worth * (1 + 2.5 * product.incident) * (1 + 4 * rise) + 0.004 * (1 - state.quality))


def _won(  # noqa: PLR0913, PLR0917 -- so many things bring customers
    state: CompanyState, product: _Product, people: _People, price: float, attention: float, luck: Luck
) -> int:
    """Sales wins them, the better the product is worth its price, and the more is heard of it."""
    worth = product.value**1.5 * (price / PRICE) ** -1.2
    heard = (1 + attention) * (1 + state.market) * (1 - 0.6 * product.incident)
    expected = 3.4 * people.working("sales") * worth * heard * math.exp(0.1 * luck.normal("won"))
    return luck.about("won rounded", max(0.0, expected))


def _attention(state: CompanyState, plan: _Plan, product: _Product) -> float:
    return min(3.0, 0.6 * state.attention + 0.02 * plan["marketing"] + 0.25 * product.shipped)


# Money


def _costs(plan: _Plan, people: _People, overhead: float) -> dict[str, float]:
    """Everything that is paid, by item."""
    pay = {f"pay/{team}": PAY.get(team, 1.5) * count for team, count in people.headcount.items()}
    return {**pay, "overhead": overhead, **plan.spent}


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))
