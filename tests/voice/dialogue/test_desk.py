"""A desk answers whatever it is asked, in business terms or with an error, and its state tells what was done."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from flexsim.randomness import Randomness
from flexsim.voice.dialogue.agents import agent
from flexsim.voice.dialogue.desk import ATTEMPTS, UNAVAILABLE, Desk, desk_for
from flexsim.voice.dialogue.personas import Answering, Faults
from flexsim.voice.dialogue.scenarios import scenario

STATE = scenario("lost-card").state
TRUE = {"name": "Maria Lopez", "date_of_birth": "1984-03-12", "card_last_four": "4412"}


def desk(faults=None, seed=1):
    return Desk("banking", STATE, Randomness(seed).generator("desk"), faults)


def test_nothing_is_told_to_somebody_unknown():
    found = desk()
    assert found.call("get_balance", {"account": "checking"}).output == {"refused": "not_verified"}
    assert found.call("verify_identity", TRUE).output["verified"]
    assert found.call("get_balance", {"account": "checking"}).output == {"account": "checking", "balance": 2341.5}
    assert found.snapshot()["done"]["get_balance"] == 1


def test_after_three_wrong_attempts_even_the_truth_does_not_help():
    found = desk()
    wrong = {**TRUE, "card_last_four": "0000"}
    left = [found.call("verify_identity", wrong).output["attempts_left"] for _ in range(ATTEMPTS)]
    assert left == [2, 1, 0]
    assert found.call("verify_identity", TRUE).output == {"refused": "locked", "attempts_left": 0}
    assert found.snapshot()["locked"]


def test_the_scenario_is_not_touched():
    before = json.dumps(STATE)
    found = desk()
    found.call("verify_identity", TRUE)
    found.call("replace_card", {"card": "gold", "reason": "lost"})
    assert json.dumps(STATE) == before
    assert found.snapshot()["cards"]["gold"]["status"] == "blocked"


def test_a_snapshot_does_not_change_afterwards():
    found = desk()
    before = found.snapshot()
    found.call("verify_identity", TRUE)
    assert before["verified"] is False


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "'name' is a required property"),
        ({**TRUE, "card_last_four": "44"}, "invalid arguments, card_last_four"),
        ({**TRUE, "shoe_size": 38}, "shoe_size"),
    ],
)
def test_arguments_are_held_to_the_schema(arguments, message):
    outcome = desk().call("verify_identity", arguments)
    assert message in outcome.error
    assert outcome.output is None
    assert json.loads(outcome.text()) == {"error": outcome.error}


def test_an_unknown_function_is_an_error():
    assert desk().call("make_coffee", {}).error == "no such function: make_coffee"


def test_as_many_calls_fail_as_declared_and_a_failed_one_has_done_nothing():
    found = desk({"*": Faults(error_rate=0.3)})
    outcomes = [found.call("transfer_to_human", {"reason": "x"}) for _ in range(400)]
    failed = sum(each.error == UNAVAILABLE for each in outcomes)
    assert stats.binomtest(failed, 400, 0.3).pvalue > 1e-4
    assert found.snapshot()["done"]["transfer_to_human"] == 400 - failed


def test_delays_are_drawn_as_declared_and_a_function_may_have_its_own():
    found = desk(
        {
            "*": Faults(delay=Answering(median=1, spread=0.3)),
            "verify_identity": Faults(delay=Answering(median=9, spread=0)),
        }
    )
    delays = [found.call("get_balance", {"account": "checking"}).delay for _ in range(300)]
    assert stats.kstest(delays, stats.lognorm(0.3, scale=1).cdf).pvalue > 1e-4
    assert found.call("verify_identity", TRUE).delay == pytest.approx(9)


def test_hanging_up_never_fails():
    found = desk({"*": Faults(error_rate=1)})
    assert found.call("hang_up", {"reason": "finished"}).output == {"status": "ended"}


def test_an_agent_of_another_domain_knows_nothing_of_the_caller():
    found = desk_for(scenario("lost-card"), agent("insurance"), Randomness(1).generator("desk"))
    told = {"name": "Maria Lopez", "date_of_birth": "1984-03-12", "policy_number": "12345678"}
    assert found.call("verify_identity", told).output["refused"] == "no_match"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(
    name=st.sampled_from([each.name for each in desk().tools]),
    arguments=st.dictionaries(st.text(max_size=8), JSON, max_size=3),
)
@settings(max_examples=60, deadline=None)
def test_whatever_comes_there_is_an_outcome(name, arguments):
    outcome = desk().call(name, arguments)
    assert (outcome.output is None) is (outcome.error is not None)
    assert outcome.delay >= 0
