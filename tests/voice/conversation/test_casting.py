"""Who takes part, and what their sessions are told."""

import json

import pytest

from flexsim.voice.conversation.casting import Cast, Plan, Provider, ending
from flexsim.voice.conversation.records import Side
from flexsim.voice.conversation.rules import Rules, TurnTaking
from flexsim.voice.dialogue import agents, callers, instructions, scenarios
from flexsim.voice.realtime.client import ClientSession
from flexsim.voice.realtime.configuration import Configuration
from flexsim.voice.realtime.configuring import merged
from flexsim.voice.realtime.names import Dialect
from flexsim.voice.sound.impairments import Impairments
from flexsim.voice.sound.voices import named


def plan(**more):
    who = {
        "caller": callers.caller("typical"),
        "scenario": scenarios.scenario("lost-card"),
        "agent": agents.agent("banking"),
    }
    return Plan(**who, **{"seed": 7, **more})


@pytest.mark.parametrize("provider", Provider)
@pytest.mark.parametrize("side", Side)
def test_both_providers_are_told_the_same_role(provider, side):
    found = Cast(plan(provider=provider)).parts()[side].session
    role = instructions.for_caller if side is Side.CALLER else None
    expected = (
        role(callers.caller("typical"), scenarios.scenario("lost-card"))
        if role
        else instructions.for_agent(agents.agent("banking"))
    )
    assert found.instructions == expected


def test_the_engine_reads_the_very_voices_that_were_cast():
    cast = Cast(plan())
    for side, part in cast.parts().items():
        assert named(part.session.voice) == cast.voices[side]


def test_openai_is_given_its_own_voices_and_a_speed():
    part = Cast(plan(provider=Provider.OPENAI)).parts()[Side.CALLER]
    assert part.session.voice == "alloy"
    assert 0.8 < part.session.speed < 1.25


@pytest.mark.parametrize("turns", TurnTaking)
def test_what_a_session_is_sent_is_what_it_is_meant_to_be(turns):
    meant = Cast(plan(rules=Rules(turns=turns))).parts()[Side.AGENT].session
    sent = ClientSession().configure(meant)["session"]
    assert merged(Configuration(), json.loads(json.dumps(sent)), Dialect.GA) == meant
    assert (meant.turn_detection is None) is (turns is TurnTaking.MANUAL)
    assert meant.transcription is not None


def test_a_caller_can_hang_up_and_nothing_else():
    functions = Cast(plan()).parts()[Side.CALLER].functions
    assert functions("hang_up", {"reason": "finished"}).error is None
    assert functions("replace_card", {}).error == "no such function: replace_card"


def test_an_agents_functions_have_a_state_that_lasts():
    cast = Cast(plan())
    functions = cast.parts()[Side.AGENT].functions
    arguments = {"name": "Maria Lopez", "date_of_birth": "1984-03-12", "card_last_four": "4412"}
    assert functions("verify_identity", arguments).output["verified"] is True
    assert cast.desk.snapshot()["verified"] is True


def test_a_good_line_is_no_line_and_a_bad_one_is_decided_by_the_seed():
    assert Cast(plan()).parts()[Side.AGENT].carry is None
    bad = Impairments(noise_db=10.0, mulaw=True, loss=0.1, delay_ms=80)
    frame = "QUJD" * 640
    first, again, other = (
        [part.carry(frame) for _ in range(4)]
        for part in (Cast(plan(impairments=bad, seed=seed)).parts()[Side.AGENT] for seed in (7, 7, 8))
    )
    assert first == again != other
    assert Cast(plan(impairments=bad)).parts()[Side.AGENT].delay == 0.08


def test_the_caller_speaks_at_a_rate_of_this_call():
    rates = {Cast(plan(seed=seed)).voices[Side.CALLER].rate for seed in range(10)}
    assert len(rates) > 3


def test_the_metadata_hold_the_whole_cast():
    found = json.loads(json.dumps(Cast(plan()).document()))
    assert found["caller"]["persona"]["patience"] == 8
    assert found["scenario"]["goal"]["primary"] == "Get my lost gold card replaced"
    assert found["audio"]["agent_voice"].startswith(agents.agent("banking").voice)


@pytest.mark.parametrize(
    ("side", "name", "arguments", "reason"),
    [
        (Side.CALLER, "hang_up", {"reason": "finished"}, "completed"),
        (Side.CALLER, "hang_up", {"reason": "gave_up"}, "caller_hung_up"),
        (Side.AGENT, "hang_up", {"reason": "refused"}, "agent_hung_up"),
        (Side.AGENT, "transfer_to_human", {"reason": "asked"}, "handed_off"),
        (Side.AGENT, "replace_card", {}, None),
    ],
)
def test_how_it_ends_the_function_says(side, name, arguments, reason):
    assert ending(side, name, arguments) == reason
