"""A back-channel says that one listens, and nothing more."""

import pytest

from flexsim.voice.realtime.backchannels import is_backchannel


@pytest.mark.parametrize(
    "text", ["Mm-hm.", "Okay.", "I see.", "Yes, yes.", "Uh-huh, right.", "Ja, genau.", "D'accord."]
)
def test_these_are(text):
    assert is_backchannel(text)


@pytest.mark.parametrize(
    "text", ["", "No.", "Okay, but why?", "Stop.", "Yes yes yes yes yes.", "Right, my number is 4."]
)
def test_these_are_not(text):
    assert not is_backchannel(text)
