"""Frames are those of the wire format, field by field, however they are encoded."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.load import frames
from flexsim.load.behaviour import Behaviour, Mode
from flexsim.load.chance import Chance
from flexsim.load.machine import Agent
from flexsim.load.profiles import Mix, generate

KPIS = [
    "totalCalls", "avgCallDuration", "acwTime", "acwCount", "holdCount", "holdTime", "transferCount", "conferenceCount",
    "breakTime", "loginTime", "occupancy", "adherence", "avgHandleTime", "firstCallResolution", "customerSatisfaction",
]  # fmt: skip
STAMP = "2026-11-27T12:00:00.250Z"
BEHAVIOUR = Behaviour(mode=Mode.CALL_DRIVEN)
CHANCE = Chance(1, "lives")


def agent(mix=None):
    found = Agent(generate(1, 1, mix)[0] if mix else generate(1, 1)[0])
    found.log_in(0.0, BEHAVIOUR, CHANCE)
    return found


def test_a_time_is_rfc_3339_in_utc_and_reads_back():
    assert frames.timestamp(1_795_780_800.25) == STAMP
    assert frames.seconds_of(STAMP) == 1_795_780_800.25


@pytest.mark.parametrize("stamp", [None, 3, "", "soon", "2026-99-99T00:00:00Z"])
def test_what_is_no_time_is_none(stamp):
    assert frames.seconds_of(stamp) is None


def test_register_has_its_fields():
    found = json.loads(frames.register(agent(), 4.0))
    assert list(found) == ["type", "agentId", "department", "location", "team", "state", "kpis"]
    assert list(found["kpis"]) == KPIS


@given(st.floats(0, 1e6))
def test_a_heartbeat_from_a_template_is_the_one_encoded_anew(now):
    one = agent()
    list(one.assign(0.0, "CX1", BEHAVIOUR, CHANCE))
    found = json.loads(frames.heartbeat(frames.heartbeat_template(one, 0.0), STAMP.encode(), one, now))
    assert list(found) == ["type", "agentId", "state", "timestamp", "kpis"]
    assert (found["type"], found["agentId"], found["state"], found["timestamp"]) == (
        "heartbeat",
        "AGT-00001",
        "on_call",
        STAMP,
    )
    assert list(found["kpis"]) == KPIS
    assert found["kpis"] == pytest.approx(one.kpis(now), abs=0.051)


def test_a_heartbeat_has_about_the_size_that_backends_expect():
    one = agent()
    assert 380 < len(frames.heartbeat(frames.heartbeat_template(one, 0.0), STAMP.encode(), one, 1000.0)) < 500


def test_per_cents_and_letters_of_a_domain_do_no_harm():
    one = agent(Mix(departments={"50 % più": 1}, locations={"Zürich": 1}))
    assert json.loads(frames.heartbeat(frames.heartbeat_template(one, 0.0), STAMP.encode(), one, 1.0))
    assert json.loads(frames.register(one, 1.0))["location"] == "Zürich"


def test_a_change_and_a_completed_call_have_their_fields():
    one = agent()
    [change] = one.assign(7.0, "CX1", BEHAVIOUR, CHANCE)
    found = json.loads(frames.state_change(one, change, STAMP, 7.0))
    assert list(found) == [
        "type", "agentId", "previousState", "newState", "timestamp", "stateDuration", "kpis", "department", "location", "team",
    ]  # fmt: skip
    assert (found["previousState"], found["newState"], found["stateDuration"]) == ("available", "on_call", 7.0)
    _, ended = one.force_end(9.0, "CX1", BEHAVIOUR, CHANCE)
    found = json.loads(frames.call_complete(one, ended, STAMP))
    assert found == {
        "type": "call_complete",
        "agentId": "AGT-00001",
        "callId": "CX1",
        "talkTime": 2.0,
        "holdTime": 0.0,
        "timestamp": STAMP,
    }


@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b"3", b'{"type": 3}', b"{}", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_frame_is_none(payload):
    assert frames.decoded(payload) is None
