"""What acoustic hearing remembers: the last said, the short, the like; and no more than it may."""

from concurrent.futures import ThreadPoolExecutor
from threading import Lock

import numpy as np
import pytest

from flexsim.voice.sound.memory import Memory
from flexsim.voice.sound.voices import named
from tests.voice.sound.takes import slow

TEXTS = [
    "The first four are 1 1 2 2.",
    "The first four are 1 1 2 3.",
    "Yes.",
    "Do you want to speak to a human?",
    "No.",
]


@pytest.fixture(scope="module")
def said(speaker):
    return [speaker.say(text, named("echo")) for text in TEXTS]


def knowing(speeches, **changes):
    memory = Memory(**changes)
    for speech in speeches:
        memory.add(speech)
    return memory


def texts(remembered):
    return [each.said.text for each in remembered]


def test_what_was_said_last_comes_first(said):
    memory = knowing(said)
    assert texts(memory.recent(3)) == TEXTS[:-4:-1]
    memory.add(said[1])
    assert texts(memory.recent(2)) == [TEXTS[1], TEXTS[4]]
    assert len(memory.recent(99)) == 5


def test_the_short_ones_are_those_that_fit(said):
    assert texts(knowing(said).short(8_000, 9)) == ["No.", "Yes."]
    assert texts(knowing(said).short(8_000, 1)) == ["No."]


def test_the_like_are_found_where_they_are(said):
    memory = knowing(said)
    for speech in said:
        sound = np.concatenate((np.zeros(2_400, np.float32), slow(speech.pcm), np.zeros(4_000, np.float32)))
        best = memory.alike(sound, 3)[0]
        assert best.remembered.said.text == speech.text
        assert abs(best.at - 2_400) <= 160
        assert 0 <= best.middle < len(best.remembered.samples)


def test_nothing_is_like_silence(said):
    assert knowing(said).alike(np.zeros(8_000, np.float32), 3) == []
    assert Memory().alike(slow(said[0].pcm), 3) == []
    assert Memory().recent(3) == []


def test_its_sound_is_the_utterances_as_a_telephone_keeps_it(said):
    remembered = knowing(said[:1]).recent(1)[0]
    sound = slow(said[0].pcm)
    assert np.sqrt(np.mean((remembered.samples - sound) ** 2)) < 0.02 * np.sqrt(np.mean(sound**2))


def test_beyond_its_room_it_forgets_what_was_not_said_for_longest(said):
    memory = knowing(said, seconds_kept=4.0)
    kept = texts(memory.recent(9))
    assert kept == TEXTS[: -len(kept) - 1 : -1]
    assert 2 <= len(kept) < 5
    assert {each.remembered.said.text for each in memory.alike(slow(said[0].pcm), 9)} <= set(kept)


def test_forgetting_leaves_nothing_behind(said):
    memory = knowing(said, seconds_kept=0.1)
    memory.alike(slow(said[0].pcm), 3)
    for speech in said * 2:
        memory.add(speech)
        memory.alike(slow(speech.pcm), 3)
    assert len(memory._known) == len(memory._by_number) == 1
    marks = memory.recent(1)[0].marks
    assert memory._places.keys() == set(marks)
    assert sum(map(len, memory._places.values())) == len(marks)


def test_an_utterance_without_sound_does_no_harm(speaker, said):
    memory = knowing([speaker.say("", named("echo")), *said])
    assert memory.alike(slow(said[0].pcm), 1)[0].remembered.said.text == TEXTS[0]


def test_threads_may_ask_while_others_speak(speaker, said):
    memory = Memory(seconds_kept=3.0, lock=Lock())

    def work(number):
        memory.add(said[number % 5])
        return [each.remembered.said.text for each in memory.alike(slow(said[number % 5].pcm), 2)]

    with ThreadPoolExecutor(4) as pool:
        assert all(found is not None for found in pool.map(work, range(40)))
