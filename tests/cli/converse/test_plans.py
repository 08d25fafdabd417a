"""What the options mean for the library, and what an ending means for the exit code."""

from pathlib import Path

import pytest

from flexsim.cli.converse import plans
from flexsim.errors import RecorderFailed, TargetUnreachable
from flexsim.voice.conversation.casting import Provider
from flexsim.voice.conversation.conversing import Outcome
from flexsim.voice.conversation.records import EndReason
from flexsim.voice.conversation.rules import TurnTaking


def test_the_commands_names_are_the_librarys():
    assert [each.value for each in plans.Turns] == [each.value for each in TurnTaking]
    assert [each.value for each in plans.Provider] == [each.value for each in Provider]


@pytest.mark.parametrize(
    ("reason", "error"),
    [
        (EndReason.AGENT_LOST, TargetUnreachable),
        (EndReason.CALLER_LOST, TargetUnreachable),
        (EndReason.RECORDER_FAILED, RecorderFailed),
        (EndReason.INTERRUPTED, KeyboardInterrupt),
    ],
)
def test_a_conversation_that_was_cut_short_is_an_error(reason, error):
    with pytest.raises(error):
        plans.raise_if_lost(Outcome(folder=Path("x"), metadata={"end_reason": reason.value}))


@pytest.mark.parametrize(
    "reason", [EndReason.COMPLETED, EndReason.CALLER_HUNG_UP, EndReason.TIMEOUT, EndReason.MAX_TURNS]
)
def test_one_that_came_to_an_end_is_none(reason):
    plans.raise_if_lost(Outcome(folder=Path("x"), metadata={"end_reason": reason.value}))
