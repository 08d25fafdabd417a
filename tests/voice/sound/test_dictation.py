"""Hearing within a grammar: the extra that is tested because it can be installed."""

import sys

import numpy as np
import pytest

from flexsim.errors import ConfigurationError
from flexsim.voice.sound import dictation
from flexsim.voice.sound.dictation import Dictation, grammar_of
from flexsim.voice.sound.understanding import NOT_UNDERSTOOD
from flexsim.voice.sound.voices import named
from tests.voice.sound.takes import slow

SENTENCES = ["I have lost my card.", "What is the balance?", "The last digits are 4 4 1 2.", "No, thank you!"]


@pytest.fixture(scope="module")
def grammar():
    pytest.importorskip("pocketsphinx", reason="the extra hearing is not installed")
    return Dictation(grammar_of(SENTENCES))


def test_sentences_become_a_grammar_of_words():
    assert grammar_of(["Yes, 10!", "I'm OK.", "?"]) == (
        "#JSGF V1.0; grammar sentences; public <sentence> = i'm ok | yes one zero;"
    )
    with pytest.raises(ConfigurationError, match="a sentence with a word"):
        grammar_of(["?", ""])


def test_what_the_grammar_allows_is_heard(speaker, grammar):
    heard = [grammar.hear(slow(speaker.say(text, named("ash")).pcm)).text for text in SENTENCES]
    assert heard == [
        "i have lost my card",
        "what is the balance",
        "the last digits are four four one two",
        "no thank you",
    ]


def test_what_was_heard_before_does_not_matter(speaker, grammar):
    sound, other = (slow(speaker.say(SENTENCES[at], named("shimmer")).pcm) for at in (0, 1))
    scores = []
    for before in (sound, other * np.float32(0.05), other):
        grammar.hear(before)
        grammar.hear(sound)
        scores.append(grammar._decoder.hyp().score)
    assert len(set(scores)) == 1


def test_silence_is_nothing(grammar):
    assert grammar.hear(np.zeros(0, np.float32)) == NOT_UNDERSTOOD


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("words", "this is no grammar in JSGF: words"),
        ("#JSGF V1.0; grammar g; public <a> = (yes;", "this is no grammar in JSGF"),
        ("#JSGF V1.0; grammar g; public <a> = yes | xyzzy;", "pocketsphinx does not know the word: xyzzy"),
    ],
)
def test_a_grammar_with_a_fault_is_refused(grammar, text, message):
    with pytest.raises(ConfigurationError, match=message.replace("(", r"\(")):
        Dictation(text)


def test_without_the_extra_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pocketsphinx", None)
    monkeypatch.setattr(dictation, "find_spec", lambda _: None)
    with pytest.raises(ConfigurationError, match=r"needs pocketsphinx: pip install 'flexsim\[hearing\]'"):
        Dictation(grammar_of(SENTENCES))
