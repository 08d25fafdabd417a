"""How a week changes the company: what adds up, which way effects go, what stays within bounds."""

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flexsim.workforce.company.model import TEAMS
from flexsim.workforce.company.repertoire import ACTIONS
from tests.workforce.making import proposal, state, week

STATES = st.builds(
    state,
    headcount=st.fixed_dictionaries({team: st.integers(0, 60) for team in TEAMS}),
    rookies=st.just({}),
    customers=st.integers(0, 20_000),
    backlog=st.floats(0, 2000),
    quality=st.floats(0, 1),
    budget=st.floats(-1000, 5000),
    morale=st.floats(0, 1),
    price=st.floats(1, 200),
    value=st.floats(0.1, 3),
    release_in=st.floats(0, 60),
    incident=st.floats(0, 1),
    market=st.floats(-0.9, 3),
    skill=st.floats(0.5, 1.5),
)
PROPOSALS = st.lists(st.builds(proposal, st.sampled_from(sorted(ACTIONS)), st.floats(-100, 100)), max_size=5)


@settings(max_examples=80)
@given(STATES, PROPOSALS, st.integers(0, 1000))
def test_people_and_money_add_up(before, accepted, seed):
    after, ledger = week(before, *accepted, seed=seed)
    for team in TEAMS:
        moved = ledger.hired[team] - ledger.let_go[team] - ledger.left[team]
        assert after.headcount[team] == before.headcount[team] + moved
    assert after.budget == pytest.approx(before.budget + ledger.revenue - math.fsum(ledger.costs.values()))
    assert after.customers == before.customers + ledger.won - ledger.lost
    assert after.costs == pytest.approx(math.fsum(ledger.costs.values()))


@settings(max_examples=80)
@given(STATES, PROPOSALS, st.integers(0, 1000))
def test_shares_stay_shares_and_counts_are_not_negative(before, accepted, seed):
    after, _ = week(before, *accepted, seed=seed)
    for name in ("quality", "morale", "service_level", "churn", "incident"):
        assert 0 <= getattr(after, name) <= 1, name
    for name in ("customers", "backlog", "revenue", "costs", "contacts", "release_in", "attention", "overhead"):
        assert getattr(after, name) >= 0, name
    assert all(0 <= after.rookies[team] <= after.headcount[team] for team in TEAMS)
    assert after.turn == before.turn + 1


@settings(max_examples=40)
@given(STATES, st.integers(0, 1000))
def test_more_people_in_support_never_answer_less_and_never_lose_more(before, seed):
    less, _ = week(before, seed=seed)
    more, _ = week(
        replace(before, headcount={**before.headcount, "support": before.headcount["support"] + 4}), seed=seed
    )
    assert more.service_level >= less.service_level
    assert more.churn <= less.churn + 1e-12


@settings(max_examples=40)
@given(STATES, st.integers(0, 1000))
def test_a_higher_price_never_wins_customers_and_never_keeps_more(before, seed):
    _, low = week(before, proposal("change_price", -10), seed=seed)
    after_low, _ = week(before, proposal("change_price", -10), seed=seed)
    after_high, high = week(before, proposal("change_price", 10), seed=seed)
    assert high.won <= low.won
    assert after_high.churn >= after_low.churn


@pytest.mark.parametrize(
    ("kind", "amount", "figure", "sign"),
    [
        ("hire_support", 4, "service_level", 1),
        ("train_support", 20, "service_level", 1),
        ("overtime", 8, "service_level", 1),
        ("overtime", 8, "morale", -1),
        ("bonus", 40, "morale", 1),
        ("fix_quality", 40, "quality", 1),
        ("fix_incident", 60, "incident", -1),
        ("delay_release", 3, "release_in", 1),
        ("cut_scope", 3, "release_in", -1),
        ("hire_engineering", 4, "backlog", -1),
        ("improve_design", 20, "value", 1),
        ("marketing", 50, "customers", 1),
        ("hire_sales", 4, "customers", 1),
        ("reduce_support", 4, "service_level", -1),
        ("reduce_sales", 3, "customers", -1),
        ("cut_costs", 10, "overhead", -1),
        ("change_price", 10, "revenue", 1),
    ],
)
def test_every_action_moves_its_figure_the_way_it_says(kind, amount, figure, sign):
    before = state(incident=0.5, service_level=0.6)
    without, _ = week(before)
    with_it, _ = week(before, proposal(kind, amount))
    assert sign * (getattr(with_it, figure) - getattr(without, figure)) > 0


def test_what_is_spent_is_in_the_book_by_name():
    _, ledger = week(state(), proposal("marketing", 20), proposal("hire_support", 2))
    assert ledger.costs["marketing"] == 20
    assert ledger.costs["hire_support"] == 6
    assert ledger.costs["pay/support"] == 13 - ledger.left["support"]


def test_a_release_ships_when_its_work_is_done_and_the_next_begins():
    after, ledger = week(state(release_in=0.5))
    assert ledger.shipped
    assert (after.releases, after.value > 1, after.release_in > 7) == (1, True, True)


def test_new_people_are_half_as_quick_and_learn():
    hired, _ = week(state(), proposal("hire_support", 6))
    later, _ = week(hired)
    assert hired.rookies["support"] == 6
    assert later.rookies["support"] == pytest.approx(4)


def test_a_week_of_a_decision_shares_all_other_luck():
    one, without = week(state(), seed=8)
    other, with_it = week(state(), proposal("bonus", 20), seed=8)
    assert one.contacts == other.contacts
    assert without.won == with_it.won
