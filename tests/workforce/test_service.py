"""What can be done with sessions, without HTTP."""

import asyncio

import pytest

from flexsim.errors import ConfigurationError, Conflict, TargetUnreachable
from flexsim.workforce import service as services
from flexsim.workforce.hub import TurnEnded, TurnFailed, TurnStarted
from flexsim.workforce.records import Decision, Message
from flexsim.workforce.service import Beginning, Question, Service
from flexsim.workforce.store.sessions import Status
from tests.workforce.doubles import SeededCompany, turns_of

BEGINNING = Beginning(scenario="The release slips", seed=7, mind="rules")


async def heard_while(service, session_id, doing):
    """What is heard of a session while something is done."""
    with service.hub.listening(session_id) as hearing:
        outcome = await asyncio.gather(doing, return_exceptions=True)
        service.hub.close()
        return outcome[0], [each async for each in hearing]


def test_a_session_goes_on_as_the_simulator_says(store, clock):
    async def three_turns():
        service = Service(store, SeededCompany(), clock)
        session = (await service.start(BEGINNING)).session
        return session, [(await service.next(session.id)).turn for _ in range(3)]

    session, taken = asyncio.run(three_turns())
    assert taken == turns_of(session, 3) == store.turns(session.id, limit=10)


def test_a_turn_is_heard_of_while_it_runs(store, clock):
    async def listen():
        service = Service(store, SeededCompany(), clock)
        session = (await service.start(BEGINNING)).session
        return await heard_while(service, session.id, service.next(session.id))

    taken, heard = asyncio.run(listen())
    assert heard[0] == TurnStarted(turn=1)
    assert heard[-1] == TurnEnded(turn=taken.turn)
    assert [each for each in heard if isinstance(each, Message)] == list(taken.turn.messages)
    assert [each for each in heard if isinstance(each, Decision)] == list(taken.turn.decisions)


def test_a_turn_that_fails_is_taken_back_from_who_heard_of_it_and_the_session_is_free(store, clock):
    async def listen():
        service = Service(store, SeededCompany(), clock)
        begun = Beginning(scenario="x", seed=1, mind="broken")
        session = (await service.start(begun)).session
        outcome = await heard_while(service, session.id, service.next(session.id))
        return (*outcome, service.busy)

    error, heard, busy = asyncio.run(listen())
    assert isinstance(error, TargetUnreachable)
    assert heard == [TurnStarted(turn=1), TurnFailed(turn=1, reason="the model does not answer")]
    assert busy == 0


def test_a_second_turn_of_a_busy_session_is_refused_at_once(store, clock):
    async def ask_twice():
        gate = asyncio.Event()
        service = Service(store, SeededCompany(gate), clock)
        session = (await service.start(BEGINNING)).session
        first = asyncio.ensure_future(service.next(session.id))
        await service.company.simulators.called.wait()
        with pytest.raises(Conflict, match="in the middle of a turn"):
            await service.next(session.id)
        gate.set()
        return (await first).turn.number, (await service.next(session.id)).turn.number

    assert asyncio.run(ask_twice()) == (1, 2)


def test_a_turn_under_way_when_its_session_is_paused_still_happens(store, clock):
    async def pause_meanwhile():
        gate = asyncio.Event()
        service = Service(store, SeededCompany(gate), clock)
        session = (await service.start(BEGINNING)).session
        first = asyncio.ensure_future(service.next(session.id))
        await service.company.simulators.called.wait()
        await service.set_status(session.id, Status.PAUSED)
        gate.set()
        await first
        with pytest.raises(Conflict, match="is paused"):
            await service.next(session.id)
        return store.session(session.id)

    progress = asyncio.run(pause_meanwhile())
    assert (progress.turns, progress.status) == (1, Status.PAUSED)


def test_a_session_comes_to_an_end(store, clock, monkeypatch):
    monkeypatch.setattr(services, "MOST_TURNS", 1)

    async def one_too_many():
        service = Service(store, SeededCompany(), clock)
        session = (await service.start(BEGINNING)).session
        await service.next(session.id)
        with pytest.raises(Conflict, match="at its end, after 1 turns"):
            await service.next(session.id)

    asyncio.run(one_too_many())


def test_a_question_about_the_past_is_answered_from_all_turns_and_its_answer_kept(store, clock):
    async def ask():
        service = Service(store, SeededCompany(), clock)
        session = (await service.start(BEGINNING)).session
        for _ in range(3):
            await service.next(session.id)
        with pytest.raises(ConfigurationError, match="has 3 turns; it cannot be forked at turn 4"):
            await service.what_if(session.id, Question(changes=(), at=4))
        return service, session, await service.what_if(session.id, Question(changes=("price=+5%",), at=2))

    service, session, answer = asyncio.run(ask())
    ((asked, turns, question),) = service.company.compared
    assert (asked, list(turns), question.at) == (session, turns_of(session, 3), 2)
    assert store.what_ifs(session.id) == [answer]
