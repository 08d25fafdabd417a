"""A turn: repeatable, whole, in order."""

import asyncio

import pytest

from flexsim.errors import ConfigurationError
from flexsim.workforce.memory.listed import ListedMemories
from flexsim.workforce.minds.rules import RulesMind
from flexsim.workforce.records import Decision, Message, Simulator
from flexsim.workforce.turns.engine import TurnEngine, simulator
from flexsim.workforce.turns.opening import open_session
from tests.workforce.making import CENTRE, SCENARIO, plain_role, played


def test_the_same_session_gives_the_same_turns_and_another_seed_others():
    _, once = played(6)
    _, again = played(6)
    _, other = played(6, seed=2)
    assert once == again
    assert [turn.state for turn in once] != [turn.state for turn in other]


def test_a_turn_follows_from_the_turns_before_and_nothing_else():
    """It keeps nothing between calls: another engine goes on where the first one stopped."""
    session, turns = played(6)
    kept, memories = turns[:5], ListedMemories()
    for turn in kept:
        memories.add(turn.memories)
    engine: Simulator = TurnEngine(RulesMind(), centre=CENTRE)
    assert asyncio.run(engine.next_turn(session, kept, memories)) == turns[5]


def test_without_words_the_company_goes_the_same_way():
    _, spoken = played(10)
    _, silent = played(10, words=False)
    assert [turn.state for turn in spoken] == [turn.state for turn in silent]
    assert [[(d.proposal.kind, d.proposal.amount, d.accepted) for d in turn.decisions] for turn in spoken] == [
        [(d.proposal.kind, d.proposal.amount, d.accepted) for d in turn.decisions] for turn in silent
    ]
    assert all(turn.messages == () and turn.memories == () for turn in silent)


def test_waves_come_in_order_and_the_decider_has_the_last_word():
    _, turns = played(4)
    for turn in turns:
        numbers = [message.wave for message in turn.messages]
        assert numbers == sorted(numbers)
        assert turn.messages[-1].sender == "ceo"
        assert {message.sender for message in turn.messages} == {
            "support",
            "sales",
            "product",
            "engineering",
            "design",
            "analyst",
            "ceo",
        }
        assert [turn.number, turn.state.turn] == [turn.number] * 2


def test_what_was_decided_is_what_happens():
    _, turns = played(12, seed=4)
    hired = [
        (each.proposal.amount, turn.number)
        for turn in turns
        for each in turn.decisions
        if each.accepted and each.proposal.kind == "hire_support"
    ]
    assert hired
    for amount, number in hired:
        before = turns[number - 2].state.headcount["support"] if number > 1 else 11
        assert before + amount - 2 <= turns[number - 1].state.headcount["support"] <= before + amount


def test_a_listener_hears_every_message_and_decision_before_the_turn_is_over():
    heard = []
    session = open_session(SCENARIO, seed=1)
    turn = asyncio.run(simulator(RulesMind()).next_turn(session, (), ListedMemories(), heard.append))
    assert tuple(each for each in heard if isinstance(each, Message)) == turn.messages
    assert tuple(each for each in heard if isinstance(each, Decision)) == turn.decisions


def test_roles_recall_what_they_said_before():
    _, turns = played(14, seed=2)
    texts = [message.text for turn in turns[2:] for message in turn.messages]
    assert any(
        "in week" in text and ("I asked to" in text or "after the decision" in text or "shipped" in text)
        for text in texts
    )


def test_a_company_of_one_works_and_a_company_of_nobody_does_not():
    _, turns = played(3, roles=(plain_role("solo"),))
    assert {message.sender for turn in turns for message in turn.messages} == {"solo"}
    with pytest.raises(ConfigurationError, match="nobody takes part"):
        played(1, roles=())
