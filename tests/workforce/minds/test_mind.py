"""The interface of minds."""

from flexsim.workforce.minds.llm import LlmMind, Model
from flexsim.workforce.minds.rules import RulesMind


class Nobody:
    async def complete(self, request, pieces=None):
        raise AssertionError


def test_both_minds_say_which_they_are_and_whether_they_repeat():
    chat = Nobody()
    minds = [RulesMind(), LlmMind(chat, Model(name="m")), LlmMind(chat, Model(name="m"), repeatable=True)]
    assert [(mind.name, mind.repeatable) for mind in minds] == [("rules", True), ("llm", False), ("llm", True)]
