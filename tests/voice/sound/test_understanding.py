"""Acoustic hearing as a whole: what is ours is understood, what is not is not."""

import random

import numpy as np
import pytest

from flexsim.voice.sound.impairments import Impairments, impaired
from flexsim.voice.sound.memory import Memory
from flexsim.voice.sound.understanding import NOT_UNDERSTOOD, understood
from flexsim.voice.sound.voices import named
from flexsim.voice.sound.words import heard_until
from tests.voice.sound.takes import LINES, slow

VOICE = named("verse")
KNOWN = [
    "My account number is 4 0 9 1 7, and I was born on March 12.",
    "My account number is 4 0 9 1 6, and I was born on March 12.",
    "Your claim number is 3 5 8. An expert will call you on May 7.",
    "Good morning, this is Priya Nkomo speaking. How may I help you today?",
    "I see.",
    "Uh huh.",
    "Yes, please.",
    "Yes, please go on.",
    "What do you mean by a deductible?",
]
STRANGE = [
    "My account number is 4 0 9 1 5, and I was born on March 12.",
    "My account number is 4 0 9 1 7, and I was born on March 13.",
    "Your claim number is 3 5 8. An expert will call you on June 7.",
    "The piano that we found near the river weighed 80 pounds.",
    "No.",
    "I saw.",
]


@pytest.fixture(scope="module")
def memory(speaker):
    known = Memory()
    for text in KNOWN:
        known.add(speaker.say(text, VOICE))
    return known


def heard(memory, pcm, over=Impairments(), seed=1):  # noqa: B008 -- a frozen record
    sound = slow(impaired(bytes(300 * 48) + pcm + bytes(500 * 48), over, random.Random(seed)))
    return understood(sound, memory, onset=2_400)


@pytest.mark.parametrize("over", LINES)
@pytest.mark.parametrize("text", KNOWN)
def test_what_was_spoken_here_is_understood_over_every_line(speaker, memory, over, text):
    found = heard(memory, speaker.say(text, VOICE).pcm, LINES[over])
    assert (found.text, found.understood, found.complete) == (text, True, True)


@pytest.mark.parametrize("over", LINES)
@pytest.mark.parametrize("text", STRANGE)
def test_what_was_not_is_never_taken_for_what_was(speaker, memory, over, text):
    assert heard(memory, speaker.say(text, VOICE).pcm, LINES[over]) == NOT_UNDERSTOOD


def test_another_voice_is_not_understood_even_if_it_says_the_same(speaker, memory):
    assert heard(memory, speaker.say(KNOWN[0], named("coral")).pcm) == NOT_UNDERSTOOD


@pytest.mark.parametrize("over", ["clean", "mu-law", "10 dB"])
@pytest.mark.parametrize("milliseconds", [640, 1200, 2000])
def test_of_an_utterance_that_was_cut_off_the_words_until_then(speaker, memory, over, milliseconds):
    speech = speaker.say(KNOWN[2], VOICE)
    found = heard(memory, speech.pcm[: milliseconds * 48], LINES[over])
    assert found.understood
    assert not found.complete
    want = heard_until(speech, milliseconds)
    assert abs(len(found.text.split()) - len(want.split())) <= 1
    assert found.text.startswith(want) or want.startswith(found.text)


def test_several_utterances_are_understood_in_their_order(speaker, memory):
    parts = [KNOWN[3], KNOWN[4], KNOWN[2]]
    pcm = bytes(48 * 120).join(speaker.say(text, VOICE).pcm for text in parts)
    for over in ("clean", "10 dB"):
        assert heard(memory, pcm, LINES[over]).text == " ".join(parts)


def test_one_utterance_is_never_heard_twice(speaker, memory):
    for seed in range(12):
        found = heard(memory, speaker.say(KNOWN[0], VOICE).pcm, Impairments(loss=0.15), seed)
        assert found.text in {KNOWN[0], ""}


def test_what_begins_in_the_middle_is_understood_from_there(speaker, memory):
    pcm = speaker.say(KNOWN[2], VOICE).pcm
    found = heard(memory, pcm[48 * 2_300 :])
    assert found.understood
    assert not found.complete
    assert found.text.endswith("An expert will call you on May 7.")


def test_known_words_before_unknown_ones_are_not_enough(speaker, memory):
    pcm = speaker.say(KNOWN[4], VOICE).pcm + bytes(48 * 100) + speaker.say(STRANGE[3], VOICE).pcm
    assert heard(memory, pcm) == NOT_UNDERSTOOD


def test_a_quieter_line_is_understood_too(speaker, memory):
    pcm = speaker.say(KNOWN[0], VOICE).pcm
    quiet = (np.frombuffer(pcm, "<i2") * 0.3).astype("<i2").tobytes()
    assert heard(memory, quiet).text == KNOWN[0]


@pytest.mark.parametrize("length", [0, 100, 8_000])
def test_silence_and_noise_say_nothing(memory, length):
    assert understood(np.zeros(length, np.float32), memory, onset=0) == NOT_UNDERSTOOD
    noise = 900 * np.random.default_rng(1).standard_normal(length).astype(np.float32)
    assert understood(noise, memory, onset=0) == NOT_UNDERSTOOD


def test_who_remembers_nothing_understands_nothing(speaker):
    assert heard(Memory(), speaker.say(KNOWN[0], VOICE).pcm) == NOT_UNDERSTOOD
