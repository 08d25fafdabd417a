"""Names of voices: a grammar, and what is said of what is not in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.errors import ConfigurationError
from flexsim.voice.ports import Voice
from flexsim.voice.sound.voices import LANGUAGES, NAMES, checked, espeak_name, name_of, named

OPENAI = {"alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar"}
voices = st.builds(
    Voice,
    name=st.sampled_from(NAMES),
    rate=st.integers(80, 450),
    pitch=st.integers(0, 99),
    language=st.sampled_from(LANGUAGES),
)


@given(voices)
def test_a_voice_comes_back_from_its_name(voice):
    assert named(name_of(voice)) == voice


@given(voices)
def test_a_name_says_no_more_than_it_must(voice):
    for part in name_of(voice).split(":")[1:]:
        assert named(name_of(voice).replace(f":{part}", "")) != voice


def test_openais_names_are_all_there_and_sound_differently():
    assert set(NAMES) == OPENAI | {"default"}
    assert len({(espeak_name(named(name)), named(name).pitch) for name in NAMES}) == len(NAMES)
    assert len({espeak_name(named(name)) for name in NAMES}) == len(NAMES)


def test_the_ports_default_voice_has_the_shortest_name():
    assert name_of(Voice()) == "default"
    assert named("default") == Voice()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no such voice: ; there are: default, alloy,"),
        ("nova", "no such voice: nova; there are: default, alloy,"),
        ("Alloy", "no such voice: Alloy;"),
        ("alloy:rate=79", "rate is '79', in the voice alloy:rate=79; it goes from 80 to 450"),
        ("alloy:rate=451", "it goes from 80 to 450"),
        ("alloy:rate=", "rate is ''"),
        ("alloy:rate=1e2", "rate is '1e2'"),
        ("alloy:rate=٢٠٠", "rate is"),
        ("alloy:pitch=100", "it goes from 0 to 99"),
        ("alloy:pitch=-1", "it goes from 0 to 99"),
        ("alloy:language=xx", "no such language: xx, in the voice alloy:language=xx; there are: de, en,"),
        ("alloy:volume=3", "a voice has no 'volume=3', in alloy:volume=3; it has rate=, pitch= and language="),
        ("alloy:", "a voice has no ''"),
    ],
)
def test_what_is_no_voice_is_said_in_one_line(text, message):
    with pytest.raises(ConfigurationError) as caught:
        named(text)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_voice_made_by_hand_is_checked_too():
    with pytest.raises(ConfigurationError, match="rate is '20'"):
        checked(Voice(rate=20))
    assert checked(Voice(name="ash", rate=200)) == Voice(name="ash", rate=200)
