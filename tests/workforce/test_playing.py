"""The company that the service is handed: the real one."""

import asyncio
import contextlib

import pytest

from flexsim.errors import ConfigurationError
from flexsim.workforce.memory.listed import ListedMemories
from flexsim.workforce.minds.rules import RulesMind
from flexsim.workforce.playing import PlayedCompany
from flexsim.workforce.service import Beginning, Question

BEGINNING = Beginning(scenario="The release slips by three weeks, and support is swamped", seed=7, mind="rules")


class Asked(RulesMind):
    """Whose answers cost money, and are not the same again."""

    repeatable = False


@pytest.fixture
def company():
    @contextlib.asynccontextmanager
    async def another(name):
        yield {"rules": RulesMind(), "asked": Asked()}[name]

    return PlayedCompany({"rules": RulesMind(), "asked": Asked()}, another, missing={"llm": "there is no key"})


def played(company, session, count):
    async def play():
        memories, turns = ListedMemories(), []
        for _ in range(count):
            turns.append(await company.simulator("rules").next_turn(session, turns, memories))
            memories.add(turns[-1].memories)
        return turns

    return asyncio.run(play())


def test_the_seven_roles_take_part_unless_some_are_named(company):
    assert len(company.open(BEGINNING).roles) == len(company.roles) == 7
    named = company.open(Beginning(scenario="x", seed=1, mind="rules", roles=("support", "ceo")))
    assert {each.name for each in named.roles} == {"support", "ceo"}


def test_a_role_there_is_not_is_named_with_those_there_are(company):
    with pytest.raises(ConfigurationError, match=r"no such role: cfo; there are .*ceo"):
        company.open(Beginning(scenario="x", seed=1, mind="rules", roles=("cfo",)))


@pytest.mark.parametrize(
    ("mind", "said"), [("llm", "there is no key"), ("slow", "no such mind: slow; there are rules, asked")]
)
def test_a_mind_there_is_not_says_why(company, mind, said):
    with pytest.raises(ConfigurationError, match=said):
        company.simulator(mind)


def test_a_session_goes_on_and_can_be_asked_what_if(company):
    session = company.open(BEGINNING)
    turns = played(company, session, 2)
    asked = Question(changes=("headcount.support=+5",), at=1, turns=2, pairs=2)
    found = company.compare(session, turns, asked)
    assert (found["pairs"], found["identical"], found["changes"][0]["change"]) == (2, False, "headcount.support=+5")
    ends = found["first_pair_ends"]
    assert ends["after"]["headcount"]["support"] > ends["before"]["headcount"]["support"]


def test_no_change_gives_the_same_branch(company):
    session = company.open(BEGINNING)
    turns = played(company, session, 2)
    found = company.compare(session, turns, Question(changes=(), at=0, turns=2, pairs=1))
    assert found["identical"] is True
    assert found["first_pair_ends"]["before"]["budget"] == turns[1].state.budget


def test_what_costs_money_is_bounded(company):
    session = company.open(Beginning(scenario="x", seed=1, mind="asked"))
    with pytest.raises(ConfigurationError, match="30 pairs of 12 turns are 720 turns that a model is asked for"):
        company.compare(session, [], Question(changes=(), at=0))
