"""Sound in the formats of telephony: G.711 mu-law and A-law, 8,000 samples a second, from and to what is used inside."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from flexsim.voice.ports import FRAME_BYTES, FRAME_MS, Speech
from flexsim.voice.realtime.configuration import Format
from flexsim.voice.sound.filters import Decimator, Interpolator
from flexsim.voice.sound.mulaw import compressed, expanded
from flexsim.voice.sound.pcm import TELEPHONE_RATE, Samples, decoded, encoded, pcm_of, samples_of

_FRAME: Final = TELEPHONE_RATE * FRAME_MS // 1000  # bytes


def frames_in(speech: Speech, kind: Format) -> Sequence[str]:
    """An utterance as base64 frames in this format; PCM's are the very same objects, which exact hearing knows again."""
    if kind is Format.PCM:
        return speech.frames
    padded = speech.pcm.ljust(-(-len(speech.pcm) // FRAME_BYTES) * FRAME_BYTES, b"\0")
    narrow = Decimator()(samples_of(padded))
    codes = (compressed(narrow) if kind is Format.ULAW else _to_alaw(narrow)).tobytes()
    return [encoded(codes[at : at + _FRAME]) for at in range(0, len(codes), _FRAME)]


class Decoder:
    """Turns what a client sends in a narrow format into base64 PCM, without seams between pieces."""

    __slots__ = ("_interpolator", "_is_mulaw")

    def __init__(self, kind: Format) -> None:
        self._is_mulaw = kind is Format.ULAW
        self._interpolator = Interpolator()

    def pcm(self, audio: str) -> str:
        """The next piece; raises ValueError where it is not base64."""
        codes = np.frombuffer(decoded(audio), dtype=np.uint8)
        return encoded(pcm_of(self._interpolator(expanded(codes) if self._is_mulaw else _ALAW[codes])))


def _alaw_values() -> Samples:
    """G.711, table 1: even bits inverted, then the sign, three bits of segment, four of step."""
    code = np.arange(256, dtype=np.int32) ^ 0x55
    segment, step = code >> 4 & 7, code & 15
    magnitude = np.where(segment == 0, (step << 4) + 8, (step << 4) + 0x108 << np.maximum(segment - 1, 0))
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.float32)


_ALAW: Final = _alaw_values()
_ORDER: Final = np.argsort(_ALAW)
_EDGES: Final = (_ALAW[_ORDER][1:] + _ALAW[_ORDER][:-1]) / 2


def _to_alaw(samples: Samples) -> NDArray[np.uint8]:
    """The nearest of A-law's values for every sample."""
    codes: NDArray[np.uint8] = _ORDER[np.searchsorted(_EDGES, samples)].astype(np.uint8)
    return codes
