"""How much of a text is heard in a part of its sound."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.voice.ports import Heard, Speech, Voice, Word
from flexsim.voice.sound.words import Said, heard_until, joined

# Four words of a second each, at 24,000 samples a second.
TEXT = "Well, my card's gone."
WORDS = tuple(
    Word(text=word, offset=TEXT.index(word), sample=24_000 * at)
    for at, word in enumerate(["Well", "my", "card's", "gone"])
)
SAID = Said(text=TEXT, words=WORDS, length=96_000)


@pytest.mark.parametrize(
    ("start", "end", "text", "complete"),
    [
        (0, 4, TEXT, True),
        (0, 3.6, TEXT, False),
        (0, 3.4, "Well, my card's", False),
        (0, 1, "Well,", False),
        (0, 0.6, "Well,", False),
        (0, 0.4, "", False),
        (0.4, 4, TEXT, False),
        (0.6, 4, "my card's gone.", False),
        (1, 2, "my", False),
        (3.6, 4, "", False),
    ],
)
def test_the_words_are_heard_of_which_half_is_there(start, end, text, complete):
    assert SAID.between(start * 24_000, end * 24_000) == Heard(text=text, complete=complete)


@given(st.floats(0, 5_000), st.floats(0, 5_000))
def test_the_more_is_played_the_more_is_heard(one, other):
    speech = Speech(text=TEXT, voice=Voice(), pcm=bytes(192_000), words=WORDS, frames=())
    sooner, later = sorted((one, other))
    assert heard_until(speech, later).startswith(heard_until(speech, sooner))


def test_the_whole_utterance_is_heard_at_its_end_and_nothing_at_its_beginning():
    speech = Speech(text=TEXT, voice=Voice(), pcm=bytes(192_000), words=WORDS, frames=())
    assert heard_until(speech, 4_000) == TEXT
    assert heard_until(speech, 0) == ""


def test_text_without_a_word_is_heard_when_it_is_over():
    assert Said(text="?!", words=(), length=100).between(0, 100).text == "?!"
    assert Said(text="?!", words=(), length=100).between(0, 50).text == ""


def test_utterances_are_joined_and_what_fails_one_fails_all():
    whole, half, nothing = Heard(text="Yes."), Heard(text="I have", complete=False), Heard(text="", complete=False)
    assert joined([whole, half]) == Heard(text="Yes. I have", complete=False)
    assert joined([nothing, whole]).text == "Yes."
    assert not joined([whole, Heard(text="", understood=False)]).understood
