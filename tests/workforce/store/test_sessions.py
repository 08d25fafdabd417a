"""Sessions in the database."""

import pytest

from flexsim.errors import UnknownSession
from flexsim.workforce.store.sessions import AgentTally, Status
from tests.workforce.doubles import ROLES, session, turns_of


def test_a_session_comes_back_as_it_was(store, clock):
    kept = session(scenario="Preis hoch — 涨价", seed=2**63 - 1)
    begun = store.begin(kept)
    assert store.session(kept.id) == begun
    assert (begun.session, begun.status, begun.turns, begun.created) == (kept, Status.RUNNING, 0, clock.now())


def test_a_session_that_is_not_there_is_named(store):
    with pytest.raises(UnknownSession, match="no such session: SN0"):
        store.session("SN0")
    with pytest.raises(UnknownSession, match="no such session: SN0"):
        store.set_status("SN0", Status.PAUSED)


def test_sessions_are_listed_the_latest_first_a_page_at_a_time(store, clock):
    before, _ = store.sessions()
    made = []
    for _ in range(3):
        clock.advance(1)
        made.append(store.begin(session()).session.id)
    total, whole = store.sessions(limit=10_000)
    _, first = store.sessions(limit=2)
    _, second = store.sessions(limit=1, offset=2)
    assert total == len(whole) == before + 3
    listed = [each.session.id for each in whole]
    assert [each for each in listed if each in made] == made[::-1]  # other tests' clocks may be ahead
    assert [each.session.id for each in (*first, *second)] == listed[:3]
    assert {each.session.roles for each in whole if each.session.id in made} == {ROLES}


def test_a_paused_session_is_listed_as_such(store, clock, begun):
    clock.advance(5)
    assert store.set_status(begun, Status.PAUSED).updated == clock.now()
    assert begun in {each.session.id for each in store.sessions(status=Status.PAUSED, limit=100)[1]}
    assert begun not in {each.session.id for each in store.sessions(status=Status.RUNNING, limit=100)[1]}


def test_what_each_role_has_done_is_counted(store):
    kept = session()
    told = turns_of(kept, 4)
    store.import_run(kept, told)
    decisions = [each for turn in told for each in turn.decisions]
    assert store.session_with_tallies(kept.id)[1] == [
        AgentTally(
            role=role.name, messages=4, proposals=4,
            accepted=sum(each.accepted for each in decisions if each.proposal.role == role.name),
        )
        for role in ROLES
    ]  # fmt: skip
