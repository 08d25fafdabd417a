"""The tone follows from how somebody is described."""

import pytest

from flexsim.voice.dialogue.callers import caller
from flexsim.voice.dialogue.personas import Persona
from flexsim.voice.dialogue.tones import tone_of


@pytest.mark.parametrize(
    ("name", "tone"), [("typical", ""), ("frustrated", "cross"), ("elderly", "gentle"), ("hurried", "brisk")]
)
def test_those_that_come_with_flexsim_speak_as_they_are(name, tone):
    assert tone_of(caller(name).persona) == tone


def test_without_a_description_numbers_tell():
    assert tone_of(Persona(style="", patience=1)) == "cross"
    assert tone_of(Persona(style="", tendency_to_interrupt=0.7)) == "brisk"
    assert tone_of(Persona(style="")) == ""
