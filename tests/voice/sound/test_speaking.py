"""A speaker: what it says is what the ports promise, and what it said last is at hand."""

import pytest

from flexsim.errors import ConfigurationError
from flexsim.voice.ports import FRAME_BYTES, RATE, Voice
from flexsim.voice.sound.pcm import decoded
from flexsim.voice.sound.speaking import EspeakSpeaker
from flexsim.voice.sound.voices import named


def test_frames_are_the_pcm(speaker):
    speech = speaker.say("I have lost my card.", named("marin"))
    sound = b"".join(map(decoded, speech.frames))
    assert sound[: len(speech.pcm)] == speech.pcm
    assert not any(sound[len(speech.pcm) :])
    assert len(sound) - len(speech.pcm) < FRAME_BYTES
    assert (speech.text, speech.voice) == ("I have lost my card.", named("marin"))


def test_words_lie_in_text_and_sound(speaker):
    speech = speaker.say("The balance is 1,204 dollars. Zoë's card — the gold one — arrives on May 3rd.", named("ash"))
    for word in speech.words:
        assert speech.text[word.offset : word.offset + len(word.text)] == word.text
    samples, offsets = [word.sample for word in speech.words], [word.offset for word in speech.words]
    assert samples == sorted(samples)
    assert offsets == sorted(set(offsets))
    assert samples[-1] < len(speech.pcm) // 2
    assert speech.words[0].sample == 0


def test_a_number_is_one_word(speaker):
    words = [word.text for word in speaker.say("You have 3528 dollars and 12 cents.", named("ash")).words]
    assert words == ["You", "have", "3528", "dollars", "and", "12", "cents"]


def test_a_speaker_of_its_own_says_the_same(speaker):
    assert EspeakSpeaker().say("Good evening.", named("verse")) == speaker.say("Good evening.", named("verse"))


def test_what_was_said_is_not_made_again(speaker):
    assert speaker.say("Once more.", Voice()) is speaker.say("Once more.", Voice())


def test_what_was_not_said_for_longest_is_forgotten():
    small = EspeakSpeaker(cache_seconds=2.5)
    one, two = small.say("The number one.", Voice()), small.say("The number two.", Voice())
    assert small.say("The number one.", Voice()) is one
    small.say("The number three.", Voice())
    assert small.say("The number one.", Voice()) is one
    assert small.say("The number two.", Voice()) is not two


def test_an_utterance_longer_than_the_cache_is_spoken_and_not_kept():
    small = EspeakSpeaker(cache_seconds=0.1)
    assert small.say("Hello there.", Voice()) == small.say("Hello there.", Voice())
    assert not small._kept


@pytest.mark.parametrize("text", ["", "  ", "\n", "\0", "\0\0 "])
def test_nothing_to_say_is_no_sound(speaker, text):
    speech = speaker.say(text, Voice())
    assert (speech.pcm, speech.frames, speech.words) == (b"", (), ())


@pytest.mark.parametrize(
    "text",
    ["...", "?!", "<b>bold</b> & <speak>", "[[h@l'oU]]", "日本語", "😀", "a" * 3000, "one\ntwo\r\nthree", "a\0b"],
)
def test_odd_texts_are_no_accident(speaker, text):
    speech = speaker.say(text, Voice())
    assert len(speech.pcm) % 2 == 0
    assert all(0 <= word.sample <= len(speech.pcm) // 2 for word in speech.words)


def test_every_language_speaks(speaker):
    sounds = {speaker.say("Nova information", Voice(language=code)).pcm for code in ("de", "en-us", "es", "fr", "it")}
    assert len(sounds) == 5
    assert all(len(sound) > RATE // 2 for sound in sounds)


def test_a_voice_that_is_none_is_said(speaker):
    with pytest.raises(ConfigurationError, match="no such voice: nova"):
        speaker.say("Hello.", Voice(name="nova"))
    with pytest.raises(ConfigurationError, match="no such language: xx"):
        speaker.say("Hello.", Voice(language="xx"))
