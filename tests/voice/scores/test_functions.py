"""Each fault of a call is found, and nothing else is one."""

import pytest

from flexsim.voice.scores.functions import Fault, judged
from flexsim.voice.scores.recording import FunctionCall, Side

OFFERED = {
    "find": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
    "replace": {"type": "object", "properties": {"card": {"enum": ["gold", "debit"]}}},
}


def call(name, arguments, at=1.0, **more):
    return FunctionCall(at=at, side=Side.AGENT, call_id="c", name=name, arguments=arguments, **more)


def faults(*calls, functions=OFFERED):
    return [list(each.faults) for each in judged(calls, functions)]


def test_a_right_call_has_no_fault():
    assert faults(call("find", {"name": "Maria"}), call("replace", {"card": "gold"})) == [[], []]


def test_each_fault_has_its_name():
    assert faults(call("finde", {"name": "Maria"})) == [[Fault.UNKNOWN]]
    assert faults(call("find", {"nam": "Maria"})) == [[Fault.ARGUMENTS]]
    assert faults(call("find", {"name": "Maria"}, error="timed out")) == [[Fault.ERROR]]


def test_what_the_schema_says_is_told():
    (one,) = judged([call("replace", {"card": "green"})], OFFERED)
    assert one.faults[Fault.ARGUMENTS] == "card: 'green' is not one of ['gold', 'debit']"


@pytest.mark.parametrize("arguments", [None, "{}", [], 7])
def test_arguments_are_an_object(arguments):
    assert faults(call("find", arguments)) == [[Fault.ARGUMENTS]]


def test_to_ask_again_what_was_answered_just_now_is_needless():
    one, other = call("find", {"name": "Maria"}), call("find", {"name": "Mario"})
    assert faults(one, one) == [[], [Fault.REPEAT]]
    assert faults(one, other) == [[], []]


def test_to_try_again_what_failed_and_to_look_after_a_change_is_not():
    one = call("find", {"name": "Maria"})
    assert faults(call("find", {"name": "Maria"}, error="timed out"), one) == [[Fault.ERROR], []]
    assert faults(one, call("replace", {"card": "gold"}), one) == [[], [], []]


def test_without_schemas_neither_names_nor_arguments_are_judged():
    assert faults(call("anything", "at all"), functions=None) == [[]]


@pytest.mark.parametrize("schema", [None, {"type": 7}, {"$ref": "#/nowhere"}, {"$ref": "http://example.com/x"}, "text"])
def test_a_schema_that_is_none_judges_nothing(schema):
    assert faults(call("find", {"name": "Maria"}), functions={"find": schema}) == [[]]


def test_the_callers_own_calls_are_not_the_agents():
    hang_up = FunctionCall(at=1.0, side=Side.CALLER, call_id="c", name="hang_up", arguments={})
    assert judged([hang_up], OFFERED) == []
