"""A goal is judged by how things stand at the end, and the verdict says what was seen."""

import pytest

from flexsim.voice.dialogue.judge import Ended, judge
from flexsim.voice.dialogue.personas import Criterion, Goal


def ended(after, said=(), end_reason="completed", before=None):
    return Ended(before=before or {}, after=after, end_reason=end_reason, turns=3, said=said)


def goal(*success, failure=()):
    return Goal(primary="x", success=success, failure=failure)


BLOCKED = Criterion(says="blocked", check="cards.gold.status == 'blocked'")
HUMAN = Criterion(says="transferred to human", check="call.end_reason == 'handed_off'")


def test_a_criterion_is_met_by_the_end_state():
    verdict = judge(goal(BLOCKED), ended({"cards": {"gold": {"status": "blocked"}}}))
    assert verdict.reached
    assert verdict.as_dict() == {
        "reached": True,
        "criteria": [{"criterion": "blocked", "met": True, "why": "cards.gold.status is 'blocked'"}],
        "failures": [],
    }


def test_all_must_be_met_and_the_reason_is_told():
    verdict = judge(goal(BLOCKED, HUMAN), ended({"cards": {"gold": {"status": "active"}}}))
    assert not verdict.reached
    assert [each.why for each in verdict.criteria] == [
        "cards.gold.status is 'active'",
        "call.end_reason is 'completed'",
    ]


def test_what_is_not_there_is_told_as_such():
    assert judge(goal(BLOCKED), ended({})).criteria[0].why == "cards.gold.status is not there"


def test_a_failure_condition_spoils_what_was_reached():
    verdict = judge(
        goal(BLOCKED, failure=(HUMAN,)), ended({"cards": {"gold": {"status": "blocked"}}}, end_reason="handed_off")
    )
    assert not verdict.reached
    assert verdict.failures == ("transferred to human",)


def test_the_state_before_can_be_compared_with():
    moved = Criterion(says="more", check="balance > before.balance")
    assert judge(goal(moved), ended({"balance": 2}, before={"balance": 1})).reached


@pytest.mark.parametrize(
    ("value", "text", "met"),
    [
        (517.25, "You have 517 dollars and 25 cents in your account.", True),
        (517.25, "You have five hundred seventeen dollars and 25 cents.", True),
        (517.25, "You have 571 dollars and 25 cents in your account.", False),
        ("143947", "The claim number is 1 4 3 9 4 7.", True),
        ("143947", "The claim number is 1 4 3 9 4.", False),
        ("2026-11-21", "It was on November 21st, 2026.", True),
        ("Springfield", "It goes to springfield.", True),
    ],
)
def test_what_must_be_told_is_looked_for_in_what_the_agent_said(value, text, met):
    told = Criterion(says="told", told="things.0.value")
    verdict = judge(goal(told), ended({"things": [{"value": value}]}, said=[text]))
    assert verdict.reached is met
    assert ("said so" in verdict.criteria[0].why) is met or "did not say so" in verdict.criteria[0].why


def test_what_does_not_exist_was_not_told():
    assert not judge(goal(Criterion(says="told", told="things.3.value")), ended({"things": []}, said=["None"])).reached
