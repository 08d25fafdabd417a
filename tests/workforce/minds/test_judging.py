"""How rules judge, and that traits show: over many whims, by tests of hypotheses at one in a thousand."""

import asyncio
from statistics import fmean

import pytest
from scipy import stats

from flexsim.workforce.minds.caring import pressing
from flexsim.workforce.minds.judging import UNUSUAL, Judgement, cost_of
from flexsim.workforce.minds.mind import Utterance
from flexsim.workforce.minds.rules import RulesMind
from tests.workforce.making import proposal, role_named, state, view

TROUBLE = {"service_level": 0.62, "churn": 0.012, "quality": 0.62, "backlog": 200.0, "morale": 0.6, "release_in": 8.0}
MANY = 150
RARE = 0.001


def judgement(role, *, seed=1, scenario="A quiet year", at=None, **more):
    seen = view(role, at=at or state(**TROUBLE), seed=seed, scenario=scenario, **more)
    return Judgement(seen, pressing(seen.state, seen.scenario, seen.turn))


def ideas(name, seed, **traits):
    return judgement(role_named(name, **traits), seed=seed).ideas()


def stances(name, what, **traits):
    role = role_named(name, **traits)
    return [judgement(role, seed=seed).stance(what)[0] for seed in range(MANY)]


def higher(more, less):
    """Whether the first numbers are higher than the second, beyond chance (Mann and Whitney)."""
    return stats.mannwhitneyu(more, less, alternative="greater").pvalue < RARE


@pytest.mark.parametrize("name", ["support", "product", "engineering"])
def test_the_assertive_propose_more(name):
    counts = [[len(ideas(name, seed, assertiveness=a)) for seed in range(MANY)] for a in (0.9, 0.1)]
    assert higher(*counts)


def test_the_assertive_ask_for_more_of_the_same():
    amounts = [
        [
            idea.amount
            for seed in range(MANY)
            for idea in ideas("support", seed, assertiveness=a)
            if idea.action.kind == "hire_support"
        ]
        for a in (0.95, 0.55)
    ]
    assert higher(*amounts)


def test_the_analytical_misjudge_less():
    """The spread of what they think of one and the same proposal is smaller (Levene)."""
    rough, exact = (stances("product", proposal("hire_support"), analytical=a) for a in (0.1, 0.95))
    assert stats.levene(rough, exact).pvalue < RARE
    assert stats.tstd(exact) < stats.tstd(rough)


def test_the_collaborative_lean_towards_what_others_propose():
    assert higher(*(stances("sales", proposal("train_support", 10), collaborative=c) for c in (0.9, 0.2)))


def test_the_creative_think_of_the_unusual_more_often():
    shares = [
        [float(any(idea.action.kind in UNUSUAL for idea in ideas("product", seed, creative=c))) for seed in range(MANY)]
        for c in (0.95, 0.05)
    ]
    assert higher(*shares)


def test_the_detail_oriented_object_to_what_is_dear():
    dear = proposal("hire_engineering", 5)
    assert cost_of(dear) > 100
    assert higher(*(stances("sales", dear, detail_oriented=d) for d in (0.1, 0.95)))


def test_traits_that_are_the_same_show_no_difference():
    """The tests above would find nothing where there is nothing: another seed is not another trait."""
    one = [len(ideas("support", seed)) for seed in range(MANY)]
    other = [len(ideas("support", seed)) for seed in range(MANY, 2 * MANY)]
    assert not higher(one, other)
    assert not higher(other, one)


def test_roles_want_what_their_goals_say():
    most = {
        name: {idea.action.kind for seed in range(20) for idea in ideas(name, seed)}
        for name in ("support", "sales", "engineering")
    }
    assert "hire_support" in most["support"]
    assert most["sales"].isdisjoint(most["engineering"])


def test_support_and_the_money_disagree_about_hiring_when_money_is_short():
    poor = state(**TROUBLE, budget=140.0, costs=130.0)
    support, ceo = (
        fmean(
            judgement(role_named(name), seed=seed, at=poor).stance(proposal("hire_support", 2, role="sales"))[0]
            for seed in range(20)
        )
        for name in ("support", "ceo")
    )
    assert support > max(0.2, ceo + 0.25)


def test_what_the_scenario_asks_about_is_asked_for_in_its_own_amount():
    found = [
        idea
        for seed in range(20)
        for idea in judgement(role_named("sales"), seed=seed, scenario="Should we raise prices by 8 %?").ideas()
        if idea.action.kind == "change_price"
    ]
    assert found
    assert {idea.amount for idea in found} == {8.0}


def test_what_a_colleague_has_just_proposed_is_left_to_that_one():
    said = (Utterance(role="sales", proposals=(proposal("hire_support", role="sales"),)),)
    role = role_named("support", collaborative=1.0)

    def asks(heard):
        return fmean(
            any(idea.action.kind == "hire_support" for idea in judgement(role, seed=seed, heard=heard).ideas())
            for seed in range(MANY)
        )

    assert asks(said) < asks(())


def test_what_makes_no_sense_is_not_proposed():
    calm = view(role_named("engineering", assertiveness=1.0), at=state(incident=0.0, service_level=0.9))
    found = Judgement(calm, dict.fromkeys(pressing(calm.state, calm.scenario, 1), 1.0)).ideas()
    assert {idea.action.kind for idea in found}.isdisjoint({"fix_incident", "overtime"})


def test_words_decide_nothing():
    for name in ("support", "ceo", "design"):
        with_words, without = (
            asyncio.run(RulesMind().propose([view(role_named(name), at=state(**TROUBLE), words=words)]))[0]
            for words in (True, False)
        )
        assert [(p.kind, p.amount) for p in with_words.proposals] == [(p.kind, p.amount) for p in without.proposals]
