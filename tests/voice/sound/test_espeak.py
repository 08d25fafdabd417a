"""The library: the same bytes always, in this process and in others, whatever was said before."""

import ctypes
import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from flexsim.errors import ConfigurationError
from flexsim.voice.sound.espeak import ESPEAK_RATE, Wish, speak

SENTENCE = "Hello Zoë, my card ends in 4 4 1 2."

IN_ANOTHER_PROCESS = """
import hashlib
from flexsim.voice.sound.espeak import Wish, speak
for text in ("What came before.", {text!r}):
    spoken = speak(Wish(text=text, voice="en-us+f3", rate=170, pitch=50))
print(hashlib.sha256(spoken.pcm).hexdigest())
"""


def wish(text=SENTENCE, **changes):
    return Wish(**({"text": text, "voice": "en-us+f3", "rate": 170, "pitch": 50} | changes))


def digest(text=SENTENCE):
    return hashlib.sha256(speak(wish(text)).pcm).hexdigest()


def test_the_same_text_gives_the_same_bytes_whatever_was_said_in_between():
    first = digest()
    speak(wish("Shh! Psst, sixty-six sticks.", voice="de+whisper", rate=90))
    assert digest() == first


def test_numbers_that_others_drew_from_libc_do_not_matter():
    said = wish(voice="en-us+caleb")  # one of the voices whose noise comes from there
    libc = ctypes.cdll.msvcrt if sys.platform == "win32" else ctypes.CDLL(None)
    sounds = set()
    for seed in (99, 7):
        libc.srand(seed)
        sounds.add(speak(said).pcm)
    assert len(sounds) == 1


def test_another_process_gives_the_same_bytes():
    program = IN_ANOTHER_PROCESS.format(text=SENTENCE)
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert other.stdout.split() == [digest()]


def test_threads_give_the_same_bytes():
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(lambda _: digest(), range(8)))) == 1


@pytest.mark.parametrize("change", [{"voice": "en-us+m1"}, {"voice": "de+f3"}, {"rate": 171}, {"pitch": 51}])
def test_voice_rate_and_pitch_change_the_sound(change):
    assert speak(wish(**change)).pcm != speak(wish()).pcm


def test_words_come_in_order_with_their_offsets_in_characters():
    spoken = speak(wish())
    assert [SENTENCE[offset : offset + length] for offset, length, _ in spoken.words] == [
        *("Hello", "Zoë", "my", "card", "ends", "in", "4", "4", "1", "2")
    ]
    places = [sample for *_, sample in spoken.words]
    assert places == sorted(places)
    assert 0 <= places[0] < places[-1] < len(spoken.pcm) // 2


def test_speech_takes_as_long_as_the_rate_says():
    text = " ".join(["simple words are spoken here"] * 6)  # thirty
    for rate in (100, 200, 300):
        seconds = len(speak(wish(text, rate=rate)).pcm) / 2 / ESPEAK_RATE
        assert seconds == pytest.approx(30 / rate * 60, rel=0.35)


def test_a_voice_that_it_does_not_have_is_named():
    with pytest.raises(ConfigurationError, match="espeak-ng has no such voice: xyzzy"):
        speak(wish(voice="xyzzy"))


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_nothing_stays_open_or_loaded():
    speak(wish())
    before = set(os.listdir("/proc/self/fd"))  # noqa: PTH208
    for _ in range(5):
        speak(wish("Again."))
    assert len(set(os.listdir("/proc/self/fd")) - before) <= 1  # noqa: PTH208 -- the listing's own
    with open("/proc/self/maps") as maps:  # noqa: PTH123
        assert "memfd:espeak" not in maps.read()
