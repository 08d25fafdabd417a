"""How it is decided: support and objection by voice, the decider's own view, the budget."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flexsim.workforce.company.repertoire import ACTIONS, OPPOSITES
from flexsim.workforce.minds.judging import cost_of
from flexsim.workforce.minds.mind import Position
from flexsim.workforce.roles.loading import seven_roles
from flexsim.workforce.turns.deciding import BEARABLE, announcement, decide
from tests.workforce.making import proposal, role_named, state


def position(what, role, stance):
    return Position(role=role, proposal=what, stance=stance, reason="")


def decided(proposals, positions=(), *, at=None, ceo=None, held=()):
    boss = ceo or role_named("ceo")
    roles = tuple(boss if role.name == "ceo" else role for role in seven_roles())
    return decide(at or state(), proposals, positions, roles, boss, held)


def everybody(what, stance):
    return [position(what, role.name, stance) for role in seven_roles() if role.name != what.role]


def test_what_all_are_for_is_done_and_what_all_are_against_is_not():
    hiring = proposal("hire_support")
    assert decided([hiring], everybody(hiring, 0.8))[0].accepted
    refused = decided([hiring], everybody(hiring, -0.8))[0]
    assert not refused.accepted
    assert "too little speaks for it" in refused.reason
    assert "against: sales, product" in refused.reason


def test_one_more_in_favour_never_harms():
    hiring = proposal("hire_support")

    def score(stance):
        reason = decided([hiring], [position(hiring, "sales", stance), position(hiring, "ceo", 0.1)])[0].reason
        return float(reason.partition("score ")[2].partition(";")[0])

    scores = [score(step / 5) for step in range(-5, 6)]
    assert scores == sorted(scores)
    assert scores[0] < scores[-1]


def test_an_assertive_decider_goes_its_own_way_and_a_collaborative_one_with_the_others():
    hiring = proposal("hire_support")
    positions = [*(each for each in everybody(hiring, -0.35) if each.role != "ceo"), position(hiring, "ceo", 0.6)]
    own = role_named("ceo", assertiveness=1.0, collaborative=0.0)
    with_others = role_named("ceo", assertiveness=0.0, collaborative=1.0)
    assert decided([hiring], positions, ceo=own)[0].accepted
    assert not decided([hiring], positions, ceo=with_others)[0].accepted


def test_the_budget_bears_a_quarter_of_itself_in_a_week():
    dear = proposal("hire_engineering", 5, role="engineering")
    assert decided([dear], everybody(dear, 1.0), at=state(budget=1000.0))[0].accepted
    refused = decided([dear], everybody(dear, 1.0), at=state(budget=200.0))[0]
    assert not refused.accepted
    assert "it commits $118k and the week has $50k left" in refused.reason


def test_what_is_opposite_or_there_already_is_not_done_as_well():
    hire, again, reduce = (
        proposal("hire_support"),
        proposal("hire_support", 3, role="ceo"),
        proposal("reduce_support", 1, role="analyst"),
    )
    positions = [*everybody(hire, 1.0), *everybody(again, 0.9), *everybody(reduce, 0.5)]
    first, second, third = decided([hire, again, reduce], positions)
    assert [first.accepted, second.accepted, third.accepted] == [True, False, False]
    assert "support gets that already" in second.reason
    assert "it goes against what is decided: hire 2 people for support" in third.reason


def test_what_is_held_back_is_refused_whatever_speaks_for_it():
    hiring = proposal("hire_support")
    (found,) = decided([hiring], everybody(hiring, 1.0), held=("hire_support",))
    assert (found.accepted, found.reason.startswith("it is held back")) == (False, True)


KINDS = st.sampled_from(sorted(ACTIONS))
ROLES = st.sampled_from([role.name for role in seven_roles()])


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(KINDS, st.floats(-20, 20), ROLES, st.floats(-1, 1)),
        max_size=8,
        unique_by=lambda each: (each[0], each[2]),
    ),
    st.floats(-100, 2000),
)
def test_whatever_is_proposed_decisions_are_whole_affordable_and_without_contradiction(wanted, budget):
    proposals = [proposal(kind, ACTIONS[kind].amount(amount), role=role) for kind, amount, role, _ in wanted]
    positions = [position(what, "ceo", stance) for what, (*_, stance) in zip(proposals, wanted, strict=True)]
    found = decided(proposals, positions, at=state(budget=budget))
    assert sorted((each.proposal.kind, each.proposal.role) for each in found) == sorted(
        (each.kind, each.role) for each in proposals
    )
    done = [each.proposal for each in found if each.accepted]
    assert sum(map(cost_of, done)) <= max(0.0, BEARABLE * budget) + 1e-9
    kinds = [each.kind for each in done]
    assert len(set(kinds)) == len(kinds) <= 4
    assert not any(other in kinds for kind in kinds for other in OPPOSITES.get(kind, ()))


def test_a_decider_who_proposes_is_for_it():
    bonus = proposal("bonus", 10, role="ceo")
    assert decided([bonus])[0].accepted


def test_decisions_are_announced_with_reasons():
    hiring, price = proposal("hire_support"), proposal("change_price", 5, role="sales")
    text = announcement(decided([hiring, price], [*everybody(hiring, 1.0), *everybody(price, -1.0)]))
    assert text == "Decided: we hire 2 people for support. Not this week: a new price (too little speaks for it)."
    assert announcement(()) == "Nothing is decided this week."


def test_a_voice_that_is_not_there_counts_as_a_quiet_one():
    hiring = proposal("hire_support", role="stranger")
    assert decided([hiring], [replace(position(hiring, "ceo", 0.9))])[0].decided_by == "ceo"


@pytest.mark.parametrize("name", ["ceo", "analyst"])
def test_who_decides_is_named(name):
    boss = role_named(name)
    (found,) = decide(state(), [proposal("overtime")], [], seven_roles(), boss)
    assert (found.decided_by, found.turn) == (name, 1)
