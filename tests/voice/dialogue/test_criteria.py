"""Sentences that mean something by themselves."""

import pytest

from flexsim.taskrouter.expressions import parse
from flexsim.voice.dialogue.criteria import KNOWN, known


@pytest.mark.parametrize("sentence", KNOWN)
def test_every_sentence_means_an_expression(sentence):
    assert parse(KNOWN[sentence]).paths


def test_letter_case_does_not_matter_and_strangers_mean_nothing():
    assert known(" Transferred to Human ").check == KNOWN["transferred to human"]
    assert known("everybody is happy") is None
