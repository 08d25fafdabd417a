"""Speech over a line into an ear: what tests of hearing do."""

import random

from flexsim.voice.ports import FRAME_MS, RATE, SAMPLE_BYTES
from flexsim.voice.sound.filters import FACTOR, Decimator
from flexsim.voice.sound.impairments import Impairments, Line
from flexsim.voice.sound.pauses import TAIL_MS
from flexsim.voice.sound.pcm import SILENT_FRAME, samples_of

LINES = {
    "clean": Impairments(),
    "mu-law": Impairments(mulaw=True),
    "loss": Impairments(loss=0.05),
    "20 dB": Impairments(noise_db=20),
    "10 dB": Impairments(noise_db=10),
    "5 dB": Impairments(noise_db=5),
    "0 dB": Impairments(noise_db=0),
}


def line(name, seed=1):
    return Line(LINES[name], random.Random(seed))


def take(ear, frames, over=None, *, before=25, after=30):
    """Silence, the frames and silence, over a line into an ear: what it found."""
    sent = [SILENT_FRAME] * before + list(frames) + [SILENT_FRAME] * after
    return [each for frame in sent for each in ear.feed(over.carry(frame) if over else frame)]


def hear(ear, frames, over=None, **silence):
    """And what it heard, from the first start to the last stop."""
    happenings = take(ear, frames, over, **silence)
    assert happenings, "no speech was found"
    return ear.hear(happenings[0].at_ms, happenings[-1].at_ms)


def voiced_ms(speech):
    """How long it lasts without the silence after it."""
    return len(speech.pcm) / SAMPLE_BYTES / RATE * 1000 - TAIL_MS


def slow(pcm):
    """PCM at the telephone's rate."""
    samples = samples_of(pcm)
    return Decimator()(samples[: len(samples) // FACTOR * FACTOR])


def frames_ms(count):
    return count * FRAME_MS
