"""How fast conversations are scored, and how right: ``python bench/voice_scores.py``.

Seconds of stereo sound for each second of CPU, in digital silence and in noise; whole folders, with and without their pages;
and how far starts and ends of speech are off, by the noise. Where the local voices are there, they speak; else what the
tests speak with. There is no peer for the scores; webrtcvad and its kin find speech in steps of 10 to 30 ms, and only that.
"""

import importlib.util
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))
_spec = importlib.util.spec_from_file_location(
    "studio", Path(__file__).parent.parent / "tests" / "voice" / "scores" / "studio.py"
)
studio = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(studio)

from flexsim.voice.scores.activity import activity  # noqa: E402 -- after the path to it
from flexsim.voice.scores.analysis import analysed  # noqa: E402 -- as above
from flexsim.voice.scores.page import PLAYERS, conversation_page  # noqa: E402 -- as above
from flexsim.voice.scores.reading import read_recording  # noqa: E402 -- as above
from flexsim.voice.scores.recording import Sound  # noqa: E402 -- as above
from flexsim.voice.scores.scoring import from_sound  # noqa: E402 -- as above

RATE = studio.RATE
TICK = 20.0  # ms
TEXTS = (
    "Good morning, this is Northgate Bank, how can I help you?", "Hello, I have lost my gold card.", "Four four one two.",
    "Sure, could you tell me your name please?", "She sells sea shells.", "Thank you for waiting.", "Happy to help.",
    "The balance of your account is two thousand three hundred and five dollars.", "Five working days.", "Yes, that's right.",
    "Who am I speaking to?", "Please hold the line while I check that for you.", "Fine.", "Have you got your number at hand?",
)  # fmt: skip


def spoken():
    """Utterances as samples, without silence around them; and who spoke."""
    try:
        from flexsim.voice.ports import Voice
        from flexsim.voice.sound.speaking import EspeakSpeaker
    except ImportError:
        return [studio.speech(0.5 + 0.2 * seed, seed) for seed in range(14)], "the tests' own speech"
    speaker = EspeakSpeaker()
    voices = (Voice(), Voice(rate=140, pitch=70), Voice(rate=210, pitch=30))
    said = [np.frombuffer(speaker.say(text, voice).pcm, "<i2").astype(np.float32) for text in TEXTS for voice in voices]
    edges = [np.flatnonzero(np.abs(each) > 12) for each in said]
    return [each[first[0] : first[-1] + 1] for each, first in zip(said, edges, strict=True)], "the local voices"


def channel(utterances, random, duration):
    """Utterances with pauses of 0.8 to 3 s between them, and where they are."""
    sound, truth, at = np.zeros(round(duration * RATE), np.float32), [], 0
    while True:
        at += round(random.uniform(0.8, 3.0) * RATE)
        said = utterances[random.integers(len(utterances))]
        if at + len(said) > len(sound) - RATE:
            return sound, truth
        sound[at : at + len(said)] = said
        truth.append((at, at + len(said)))
        at += len(said)


def cpu(work):
    begin = time.process_time()
    work()
    return time.process_time() - begin


def speed(utterances):
    print("\nspeed, of one core")
    random = np.random.default_rng(1)
    both = [channel(utterances, random, 600.0)[0] for _ in range(2)]
    for name, line in (("digital silence", {}), ("noise at 20 dB", {"noise_db": 20})):
        caller, agent = (studio.pcm(studio.impaired(each, **line)) for each in both)
        sound = Sound(rate=RATE, caller=caller, agent=agent)
        took = min(cpu(lambda sound=sound: from_sound(sound)) for _ in range(2))
        print(f"  {name:18} {600 / took:9,.0f} seconds of stereo sound a second")


def folders():
    print("\nfolders of a call of 30 s, of one core")
    with tempfile.TemporaryDirectory() as root:
        folder = studio.lost_card().leave(Path(root))
        names = [name for _, name, _ in PLAYERS]
        for what, work in (
            ("read and scored by the log", lambda: analysed(read_recording(folder, with_sound=False))),
            ("read and scored twice", lambda: analysed(read_recording(folder))),
            ("and made into a page", lambda: conversation_page(analysed(read_recording(folder)), names)),
        ):
            work()
            took = cpu(lambda work=work: [work() for _ in range(50)]) / 50
            print(f"  {what:28} {1 / took:7,.0f} a second")


def rightness(utterances, who):
    print(f"\nstarts and ends of {who}: within a tick (20 ms), and how far off in milliseconds, 50 % and 95 %")
    lines = [
        {}, {"mulaw": True}, {"loss": 0.05}, {"noise_db": 30}, {"noise_db": 20}, {"noise_db": 20, "mulaw": True},
        {"noise_db": 20, "mulaw": True, "loss": 0.05}, {"noise_db": 15}, {"noise_db": 10}, {"noise_db": 5}, {"noise_db": 0},
    ]  # fmt: skip
    for line in lines:
        starts, ends, missed, made_up = measure(utterances, line)
        print(f"  {told(line):28} starts {figures(starts)}   ends {figures(ends)}   missed {missed}, made up {made_up}")


def measure(utterances, line):
    starts, ends, missed, made_up = [], [], 0, 0
    for seed in range(4):
        sound, truth = channel(utterances, np.random.default_rng(seed), 90.0)
        found = near(activity(studio.pcm(studio.impaired(sound, seed, **line)), RATE).spans)
        for first, last in truth:
            seen = [each for each in found if each[0] < last and each[1] > first]
            missed += not seen
            if seen:
                starts.append((seen[0][0] - first) * 1000 / RATE)
                ends.append((seen[-1][1] - last) * 1000 / RATE)
        made_up += sum(not any(each[0] < last and each[1] > first for first, last in truth) for each in found)
    return np.abs(starts), np.abs(ends), missed, made_up


def near(spans):
    """With breath within them."""
    found = []
    for start, end in spans:
        if found and start - found[-1][1] < 0.5 * RATE:
            found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    return found


def told(line):
    return ", ".join(f"{name} {value:g}" if value is not True else name for name, value in line.items()) or "clean"


def figures(off):
    return f"{100 * np.mean(off <= TICK):5.1f} %  {np.percentile(off, 50):5.1f} {np.percentile(off, 95):6.1f}"


if __name__ == "__main__":
    utterances, who = spoken()
    speed(utterances)
    folders()
    rightness(utterances, who)
    print(f"\nmost memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
