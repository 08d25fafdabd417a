"""What a bad line does to sound: noise, mu-law, lost packets, delay; in that order, as a telephone's microphone, codec and network.

Decided by the generator handed in. The output is as long as the input, whatever is lost.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from flexsim.randomness import Generator
from flexsim.voice.ports import RATE, SAMPLE_BYTES
from flexsim.voice.sound.filters import DELAY, Decimator, Interpolator
from flexsim.voice.sound.levels import NOMINAL
from flexsim.voice.sound.mulaw import compressed, expanded
from flexsim.voice.sound.pcm import SILENT_FRAME, Samples, decoded, encoded, pcm_of, samples_of

PACKET: Final = RATE // 50  # 20 ms: what is lost at once, in samples
MULAW_DELAY: Final = 2 * DELAY  # samples at RATE by which mu-law is later, there and back


@dataclass(frozen=True, slots=True, kw_only=True)
class Impairments:
    """``noise_db``: speech over white noise, both over the whole band, in dB (None: no noise); ``loss``: share of packets."""

    noise_db: float | None = None
    mulaw: bool = False
    loss: float = 0.0
    delay_ms: int = 0

    @property
    def none(self) -> bool:
        """Whether sound passes as it is."""
        return self == Impairments()


class Line:
    """Sound through a bad line, a piece after the other: ``carry`` gives as much as it takes."""

    def __init__(self, impairments: Impairments, generator: Generator) -> None:
        self._impairments = impairments
        self._noise = np.random.Generator(np.random.PCG64(generator.getrandbits(64)))
        self._losses = generator
        noise_db = impairments.noise_db
        self._noise_level = None if noise_db is None else np.float32(NOMINAL / 10 ** (noise_db / 20))
        self._decimator, self._interpolator = Decimator(), Interpolator()
        self._packet_left = 0  # of the packet that goes on, in samples
        self._packet_lost = False
        self._waiting = bytes(impairments.delay_ms * RATE // 1000 * SAMPLE_BYTES)

    def carry(self, audio: str) -> str:
        """The next sound as it comes out, base64 as it goes in; whole threes of samples where there is mu-law."""
        if audio == SILENT_FRAME and self._passes_silence():
            return audio
        return encoded(self.carried(decoded(audio)))

    def carried(self, pcm: bytes) -> bytes:
        """The same for PCM."""
        samples = samples_of(pcm)
        if self._noise_level is not None:
            samples = samples + self._noise_level * self._noise.standard_normal(len(samples), np.float32)
        if self._impairments.mulaw:
            samples = self._interpolator(expanded(compressed(self._decimator(samples))))
        if self._impairments.loss:
            samples = self._with_losses(samples)
        return self._delayed(pcm_of(samples))

    def _passes_silence(self) -> bool:
        impairments = self._impairments
        still = self._decimator.still and self._interpolator.still
        return still and impairments.noise_db is None and not impairments.loss and not any(self._waiting)

    def _with_losses(self, samples: Samples) -> Samples:
        kept, at = samples.copy(), 0
        while at < len(kept):
            if not self._packet_left:
                self._packet_left = PACKET
                self._packet_lost = self._losses.random() < self._impairments.loss
            count = min(self._packet_left, len(kept) - at)
            if self._packet_lost:
                kept[at : at + count] = 0
            self._packet_left -= count
            at += count
        return kept

    def _delayed(self, pcm: bytes) -> bytes:
        if not self._waiting:
            return pcm
        line = self._waiting + pcm
        self._waiting = line[len(pcm) :]
        return line[: len(pcm)]


def impaired(pcm: bytes, impairments: Impairments, generator: Generator) -> bytes:
    """Sound as a whole, through a line of its own."""
    return Line(impairments, generator).carried(pcm)
