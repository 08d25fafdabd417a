"""Branches: the prefix kept, the luck shared, an empty change identical, planted causes recovered by the company itself."""

import asyncio
from statistics import fmean

import pytest
from scipy import stats

from flexsim.errors import ConfigurationError
from flexsim.workforce.documents import turn_document
from flexsim.workforce.minds.llm import LlmMind, Model
from flexsim.workforce.minds.rules import RulesMind
from flexsim.workforce.turns.opening import open_session
from flexsim.workforce.what_if.branches import Fork, compare
from tests.workforce.making import CENTRE, SCENARIO, played, role_named
from tests.workforce.minds.test_llm import Scripted

SESSION, TURNS = played(10, seed=6)
TRIALS, PAIRS = 200, 24


def what_if(*changes, at=4, turns=6, pairs=2, first=0, mind=None, progress=None, resamples=0):
    fork = Fork(changes=changes, at=at, turns=turns, pairs=pairs, first=first)
    return asyncio.run(
        compare(SESSION, TURNS, fork, mind or RulesMind(), centre=CENTRE, progress=progress, resamples=resamples)
    )


@pytest.mark.parametrize("at", [0, 4, 10])
def test_an_empty_change_gives_an_identical_branch_to_the_last_byte(at):
    found = what_if(at=at)
    assert found.identical
    assert repr([turn_document(turn) for turn in found.before]) == repr([turn_document(turn) for turn in found.after])
    assert all(each.change.mean == 0.0 and not each.clear for each in found.effects)


@pytest.mark.parametrize("at", [0, 3, 9])
def test_the_unchanged_branch_is_what_the_session_did(at):
    found = what_if("headcount.support=+5", at=at, turns=10 - at)
    assert list(found.before) == TURNS[at:]
    assert found.after != found.before


def test_what_has_nothing_to_do_with_a_change_goes_as_it_would_have():
    """The luck is shared: a bonus that nobody gets changes neither the calls nor the luck of the same week."""
    found = what_if("budget=+1", turns=1)
    assert found.before[0].state.contacts == found.after[0].state.contacts
    assert found.after[0].state.budget - found.before[0].state.budget == pytest.approx(1.0)


def test_pairs_share_luck_and_so_say_more_than_strangers():
    """The variance of the differences is a fraction of what it is between branches of other luck (common random numbers)."""
    paired = what_if("headcount.support=+5", at=0, turns=3, pairs=25)
    strangers = what_if("headcount.support=+5", "luck=7", at=0, turns=3, pairs=25)
    ratios = [
        one.change.half_width / other.change.half_width
        for one, other in zip(paired.effects, strangers.effects, strict=True)
        if other.change.half_width
    ]
    assert len(ratios) >= 8
    assert fmean(ratios) < 0.75


@pytest.mark.parametrize(
    ("change", "figure", "sign"),
    [
        ("headcount.support=+5", "service_level", 1), ("headcount.support=-4", "service_level", -1), ("release=+20w", "releases", -1),
        ("price=+30%", "churn", 1), ("incident=0.9", "churn", 1), ("hold.hire_support", "headcount", -1), ("overhead=-20", "costs", -1),
    ],
)  # fmt: skip
def test_changes_do_what_they_must(change, figure, sign):
    found = {each.figure: each for each in what_if(change, at=0, turns=10, pairs=12).effects}
    assert sign * found[figure].change.mean > 0
    assert found[figure].clear


def test_another_temper_of_the_ceo_makes_another_company():
    found = what_if("role.ceo.assertiveness=0.0", "role.ceo.collaborative=0.0", at=0, turns=8)
    assert [turn.decisions for turn in found.before] != [turn.decisions for turn in found.after]


def trials(*changes, turns):
    """200 independent trials of the same question in a small company, each of pairs whose luck no other has."""
    session = open_session(SCENARIO, seed=6, roles=(role_named("support"), role_named("ceo")))
    found = []
    for number in range(TRIALS):
        fork = Fork(changes=changes, at=0, turns=turns, pairs=PAIRS, first=1 + number * PAIRS)
        result = asyncio.run(compare(session, (), fork, RulesMind(), centre=CENTRE, resamples=0))
        found.append({each.figure: each for each in result.effects})
    return found


def test_a_planted_cause_is_recovered_with_the_stated_coverage():
    """Four people more in support: over 200 trials the interval holds the true effect, the mean of all their pairs, 19 times in 20.

    The truth is known to a fourteenth of a trial's own error, which widens the binomial's bound by one trial.
    """
    found = trials("headcount.support=+4", turns=4)
    for figure in ("service_level", "churn", "revenue", "budget", "customers"):
        effects = [each[figure].change for each in found]
        truth = fmean(each.mean for each in effects)
        covered = sum(each.low <= truth <= each.high for each in effects)
        assert covered >= stats.binom.ppf(0.005, TRIALS, 0.95) - 1, figure
    assert all(each["service_level"].clear for each in found)


def test_where_only_luck_differs_hardly_ever_anything_is_called_clear():
    found = trials("luck=1", turns=1)
    assert sum(any(each.clear for each in effects.values()) for effects in found) / TRIALS <= 0.05


def test_progress_is_told_to_the_end():
    told = []
    what_if(turns=1, pairs=3, progress=told.append)
    assert told == pytest.approx([n / 6 for n in range(1, 7)])


@pytest.mark.parametrize(
    ("fork", "told"),
    [
        (Fork(changes=(), at=11, turns=1), "the turn to fork at is from 0 to 10, not 11"),
        (Fork(changes=(), at=0, turns=0), "the number of turns to follow"),
        (Fork(changes=(), at=0, turns=1, pairs=0), "the number of pairs"),
    ],
)
def test_a_fork_that_cannot_be_is_refused(fork, told):
    with pytest.raises(ConfigurationError, match=told):
        asyncio.run(compare(SESSION, TURNS, fork, RulesMind(), centre=CENTRE))


def test_a_models_branches_are_asked_for_and_have_their_words():
    chat = Scripted()
    found = what_if("headcount.support=+5", at=0, turns=1, pairs=2, mind=LlmMind(chat, Model(name="m")))
    assert len(chat.requests) >= 4 * 7
    assert found.before[0].messages
    assert found.document()["effects"][0]["figure"] == "service_level"
