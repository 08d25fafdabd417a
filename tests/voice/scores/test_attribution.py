"""Each rule applies to the failure it is about, and says what it rests on; earlier rules come first."""

import re
from pathlib import Path

import pytest

from flexsim.voice.scores.analysis import analysed
from flexsim.voice.scores.attribution import RULES, Party
from flexsim.voice.scores.reading import read_recording
from tests.voice.scores.studio import Studio, lost_card

MISSED = {"reached": False, "criteria": [{"criterion": "card replaced", "met": False, "why": "it is active"}]}


def verdict(studio, root, **metadata):
    folder = studio.know(goal=MISSED, **metadata).leave(root)
    return analysed(read_recording(folder, with_sound=False)).verdict


def quiet():
    """Nothing went wrong in it."""
    studio = Studio(9.0)
    studio.say("agent", 0.5, 1.0, "How can I help you?")
    studio.say("caller", 2.0, 1.0, "I need a card.")
    return studio.say("agent", 3.5, 1.0, "One moment.")


def circling(side):
    studio = Studio(30.0)
    for number in range(4):
        studio.say("agent", 7 * number + 0.5, 1.0, "Your name, please?" if side == "agent" else f"Question {number}?")
        studio.say("caller", 7 * number + 2, 1.0, f"Answer {number}." if side == "agent" else "I want my money!")
    return studio


def lost(studio):
    for each in studio.utterances:
        each["heard"] = {"text": "", "understood": False}
    return studio


CASES = [
    ("stopped", Party.LINE, quiet, {"end_reason": "interrupted"}),
    ("stopped", Party.LINE, quiet, {"end_reason": "recorder_failed"}),
    ("connection_lost", Party.LINE, quiet, {"end_reason": "agent_lost"}),
    ("not_heard", Party.LINE, lambda: lost(quiet()), {"end_reason": "caller_hung_up", "impairments": {"noise_db": 0}}),
    ("identity", Party.CALLER, lambda: quiet().call(3, "verify", {}, result={"refused": "locked"}), {}),
    ("function_failed", Party.LINE, lambda: quiet().call(3, "verify", {}, error="timed out"), {}),
    ("call_wrong", Party.AGENT, lambda: quiet().offer(find={}).call(3, "verify", {}), {}),
    ("too_early", Party.AGENT, lambda: quiet().call(3, "pay", {}, result={"refused": "not_verified"}), {}),
    ("not_possible", Party.CALLER, lambda: quiet().call(3, "pay", {}, result={"refused": "over_limit"}), {}),
    ("nobody_spoke", Party.CALLER, lambda: quiet().say("agent", 6, 1, "Is that right?"), {"end_reason": "timeout"}),
    ("nobody_spoke", Party.AGENT, quiet, {"end_reason": "timeout"}),
    ("nobody_spoke", Party.AGENT, lambda: quiet().say("agent", 6, 1, "So it is.").call(7, "find", {}), {"end_reason": "timeout"}),
    ("nobody_spoke", Party.AGENT, lambda: quiet().say("caller", 5, 1, "Thanks."), {"end_reason": "timeout"}),
    ("nobody_spoke", Party.AGENT, lambda: Studio(5.0), {"end_reason": "timeout"}),
    ("agent_hung_up", Party.AGENT, quiet, {"end_reason": "agent_hung_up"}),
    ("agent_gave_up", Party.AGENT, quiet, {"end_reason": "handed_off"}),
    ("caller_gave_up", Party.CALLER, lambda: quiet().say("caller", 5, 1, "Give me a human."), {"end_reason": "handed_off"}),
    ("caller_gave_up", Party.CALLER, quiet, {"end_reason": "caller_hung_up"}),
    ("caller_provoked", Party.AGENT, lambda: lost(quiet()), {"end_reason": "caller_hung_up"}),
    ("caller_provoked", Party.AGENT, lambda: quiet().say("caller", 4, 1, kind="interruption").say("agent", 8, 1), {"end_reason": "caller_hung_up"}),
    ("circles", Party.AGENT, lambda: circling("agent"), {"end_reason": "max_turns"}),
    ("circles", Party.CALLER, lambda: circling("caller"), {"end_reason": "max_duration"}),
    ("out_of_time", Party.AGENT, quiet, {"end_reason": "max_turns"}),
    ("goal_not_met", Party.AGENT, quiet, {"end_reason": "completed"}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "party", "make", "metadata"), CASES)
def test_the_rule_applies(tmp_path, rule, party, make, metadata):
    found = verdict(make(), tmp_path, **metadata)
    assert (found.rule, found.party) == (rule, party)
    assert found.evidence
    assert all(each.what and each.at >= 0 for each in found.evidence)


def test_every_rule_has_its_case_and_stands_in_the_guide():
    assert {rule for rule, *_ in CASES} == set(RULES)
    guide = (Path(__file__).parents[3] / "docs" / "voice-scores.md").read_text()
    assert [rule for rule in RULES if not re.search(rf"^\| `{rule}` \|", guide, re.MULTILINE)] == []


def test_what_was_mended_is_not_held_against_anybody(tmp_path):
    studio = quiet().call(2, "verify", {}, error="timed out").call(3, "verify", {}, result={"verified": True})
    assert verdict(studio, tmp_path, end_reason="completed").rule == "goal_not_met"


def test_a_goal_that_was_reached_or_not_judged_is_no_failure(tmp_path):
    for number, goal in enumerate(({"reached": True}, {}, None)):
        folder = lost_card().know(goal=goal, end_reason="agent_hung_up").leave(tmp_path, str(number))
        assert analysed(read_recording(folder, with_sound=False)).verdict is None


def test_the_evidence_has_the_time_and_the_words(tmp_path):
    found = verdict(quiet(), tmp_path, end_reason="agent_hung_up").document()
    assert found["evidence"] == [{"at": 3.5, "what": 'the last words: "One moment."'}]
    unmet = verdict(quiet(), tmp_path / "2", end_reason="completed").evidence
    assert unmet[0].what == "not met: card replaced (it is active)"
