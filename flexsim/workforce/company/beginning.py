"""Where a company begins, and what a scenario does to it before the first week. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from flexsim.workforce.company.model import PRICE
from flexsim.workforce.records import CompanyState
from flexsim.workforce.scenario import Scenario, Theme, read_scenario

# A middling company that earns a little more than it spends, and answers about eight of ten calls in time.
MIDDLING: Final = CompanyState(
    turn=0,
    headcount={"support": 11, "engineering": 10, "sales": 5, "product": 3},
    rookies={"support": 0.0, "engineering": 0.0, "sales": 0.0, "product": 0.0},
    customers=2000,
    backlog=120.0,
    quality=0.75,
    budget=400.0,
    revenue=80.0,
    morale=0.7,
    service_level=0.8,
    churn=0.006,
    price=PRICE,
    value=1.0,
    release_in=6.0,
    contacts=3000,
    overhead=24.0,
    costs=71.0,
)


def beginning(scenario: Scenario | str) -> CompanyState:
    """The middling company, with what the scenario says has happened; what it only asks about changes nothing."""
    found = read_scenario(scenario) if isinstance(scenario, str) else scenario
    state = MIDDLING
    for theme in found.themes:
        if theme.happened and theme.name in _SHOCKS:
            state = _SHOCKS[theme.name](state, theme)
    return state


def _outage(state: CompanyState, theme: Theme) -> CompanyState:
    return replace(state, incident=min(1.0, theme.amount("percent", 80.0) / 100))


def _slip(state: CompanyState, theme: Theme) -> CompanyState:
    return replace(state, release_in=state.release_in + min(52.0, theme.amount("weeks", 3.0)))


def _price(state: CompanyState, theme: Theme) -> CompanyState:
    percent = min(50.0, theme.amount("percent", 0.0))
    return replace(state, price=round(state.price * (1 + (-percent if theme.down else percent) / 100), 2))


def _growth(state: CompanyState, theme: Theme) -> CompanyState:
    percent = min(300.0, theme.amount("percent", 60.0))
    if theme.down:
        return replace(state, market=state.market - min(0.8, percent / 100))
    # Half of it is there already, the rest keeps coming.
    return replace(state, customers=round(state.customers * (1 + percent / 200)), market=state.market + percent / 50)


def _costs(state: CompanyState, theme: Theme) -> CompanyState:
    return replace(state, budget=state.budget * (1 - min(90.0, theme.amount("percent", 30.0)) / 100))


def _churn(state: CompanyState, theme: Theme) -> CompanyState:
    return replace(
        state, value=state.value - 0.15, churn=max(state.churn, min(0.25, theme.amount("percent", 1.5) / 100))
    )


def _competitor(state: CompanyState, _: Theme) -> CompanyState:
    return replace(state, value=state.value - 0.1, market=state.market - 0.15)


def _quality(state: CompanyState, _: Theme) -> CompanyState:
    return replace(state, quality=state.quality - 0.2, backlog=state.backlog + 80)


def _morale(state: CompanyState, _: Theme) -> CompanyState:
    return replace(state, morale=state.morale - 0.2)


def _service(state: CompanyState, theme: Theme) -> CompanyState:
    """Support is in trouble only where the scenario says nothing of its own about why."""
    return replace(state, service_level=min(state.service_level, theme.amount("percent", 70.0) / 100))


_SHOCKS: Final[Mapping[str, Callable[[CompanyState, Theme], CompanyState]]] = {
    "outage": _outage,
    "slip": _slip,
    "price": _price,
    "growth": _growth,
    "costs": _costs,
    "churn": _churn,
    "competitor": _competitor,
    "quality": _quality,
    "morale": _morale,
    "service": _service,
}
