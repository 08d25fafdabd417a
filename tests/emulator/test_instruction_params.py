"""Parameters of instructions: every one is checked, whatever the instruction."""

import re
from pathlib import Path

import pytest

from flexsim.emulator.instruction_params import ACTIVITIES, CHECKS, check
from flexsim.emulator.params import Parameters
from flexsim.errors import InvalidInput

GUIDE = Path(__file__).parents[2] / "docs" / "conformance.md"
CALL = "CA" + "0" * 32


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("DequeueTimeout", "1000"),
        ("CallTimeout", "-1"),
        ("Timeout", "soon"),
        ("CallUrl", "ftp://x"),
        ("RedirectCallSid", "CA1"),
        ("RedirectCallSid", CALL + "0"),
        ("StatusCallbackMethod", "PUT"),
        ("StatusCallbackEvent", "start"),
        ("ConferenceStatusCallbackEvent", "ringing"),
        ("Record", "maybe"),
        ("Beep", "loud"),
        ("MaxParticipants", "1"),
        ("MaxParticipants", "251"),
        ("ConferenceRecord", "yes"),
        ("ConferenceTrim", "trim"),
        ("RecordingChannels", "stereo"),
        ("JitterBufferSize", "huge"),
        ("SupervisorMode", "shout"),
    ],
)
def test_a_wrong_value_is_refused_by_name_and_value(name, wrong):
    with pytest.raises(InvalidInput, match=name) as caught:
        check(Parameters(f"{name}={wrong}"), None)
    assert wrong[:34] in str(caught.value)


@pytest.mark.parametrize(
    "encoded",
    [
        "MaxParticipants=2&MaxParticipants=250",
        "DequeueTimeout=999&CallTimeout=0",
        "StatusCallbackEvent=initiated&StatusCallbackEvent=completed",
        "ConferenceStatusCallbackEvent=start%2Cspeaker",
        f"RedirectCallSid={CALL}",
        "ConferenceRecord=do-not-record",
        "To=client:ann&Region=us1&Whatever=anything",
        "MaxParticipants=",
    ],
)
def test_right_values_and_unknown_names_pass(encoded):
    check(Parameters(encoded), "conference")


@pytest.mark.parametrize(("instruction", "lacking"), [("call", "CallFrom"), ("redirect", "RedirectCallSid")])
def test_what_an_instruction_cannot_do_without_is_asked_for(instruction, lacking):
    with pytest.raises(InvalidInput, match=lacking):
        check(Parameters(""), instruction)


@pytest.mark.parametrize("name", ACTIVITIES)
def test_an_activity_after_the_work_must_be_there(site, name):
    _, _, reservation = site.reserved()
    answer = site.post(reservation["url"], Instruction="dequeue", **{name: "WA" + "0" * 32})
    assert (answer.status, answer["code"]) == (400, 20001)
    assert name in answer["message"]
    assert name not in CHECKS
    assert site.post(reservation["url"], Instruction="dequeue", **{name: site.activity("Break")}).status == 200


def test_the_guide_names_every_parameter_that_has_no_effect_and_no_other():
    _, _, paragraph = GUIDE.read_text(encoding="utf-8").partition("a test keeps them current -->\n")
    named = re.findall(r"`(\w+)`", paragraph.strip().partition("\n\n")[0])
    assert named == [name for name in (*CHECKS, *ACTIVITIES) if name not in {"CallAccept", "RedirectAccept"}]
