"""The mind of rules behind the interface of minds."""

import asyncio

from flexsim.workforce.minds.rules import RulesMind
from flexsim.workforce.roles.loading import seven_roles
from tests.workforce.making import proposal, role_named, state, view

BUSY = state(service_level=0.5, churn=0.012)


def propose(*views):
    return asyncio.run(RulesMind().propose(list(views)))


def weigh(proposals, *views):
    return asyncio.run(RulesMind().weigh(list(views), proposals))


def test_the_same_view_gives_the_same_utterance():
    seen = [view(role, at=BUSY) for role in seven_roles()]
    assert propose(*seen) == propose(*seen)
    assert propose(view(role_named("support"), at=BUSY, seed=2)) != propose(
        view(role_named("support"), at=BUSY, seed=3)
    )


def test_who_thinks_beside_whom_makes_no_difference():
    seen = [view(role, at=BUSY) for role in seven_roles()]
    assert propose(*seen) == [propose(each)[0] for each in seen]


def test_a_proposal_goes_to_those_whom_it_concerns():
    found = propose(view(role_named("support"), at=BUSY))[0]
    assert {each.kind for each in found.proposals} & {"hire_support", "train_support"}
    assert set(found.recipients) <= {"support", "ceo", "engineering"}
    assert "support" not in found.recipients


def test_nobody_judges_its_own_proposal_and_everybody_all_others():
    table = [proposal("hire_support", role="support"), proposal("marketing", 20, role="sales")]
    support, ceo = weigh(table, view(role_named("support"), at=BUSY), view(role_named("ceo"), at=BUSY))
    assert [each.proposal.role for each in support.positions] == ["sales"]
    assert [each.proposal.role for each in ceo.positions] == ["support", "sales"]
    assert all(-1 <= each.stance <= 1 for each in (*support.positions, *ceo.positions))


def test_a_weak_opinion_is_held_and_not_said():
    table = [proposal("hire_sales", role="sales")]
    meek = weigh(table, *(view(role_named("design", assertiveness=0.0), seed=seed) for seed in range(40)))
    bold = weigh(table, *(view(role_named("design", assertiveness=1.0), seed=seed) for seed in range(40)))
    assert sum(bool(each.text) for each in meek) < sum(bool(each.text) for each in bold)
    assert all(each.positions for each in meek)
