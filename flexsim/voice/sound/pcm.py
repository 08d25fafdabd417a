"""Sound as bytes, as numbers and as the protocol's text: PCM at ``RATE``, mu-law, base64, frames, other rates.

Samples are float32 arrays in units of the 16 bit scale (-32768 to 32767), so that nothing is scaled on the way in or out.
"""

from typing import Final

import numpy as np
import pybase64
import soxr
from numpy.typing import NDArray

from flexsim.voice.ports import FRAME_BYTES, RATE

Samples = NDArray[np.float32]

TELEPHONE_RATE: Final = 8_000  # of G.711
_CLIP: Final = 32_635  # G.711: what does not fit the largest segment once the bias is added
_BIAS: Final = 0x84


def samples_of(pcm: bytes | bytearray | memoryview) -> Samples:
    """The samples of PCM; a last odd byte is left out."""
    return np.frombuffer(pcm, dtype="<i2", count=len(pcm) // 2).astype(np.float32)


def pcm_of(samples: Samples) -> bytes:
    """Samples as PCM: rounded, and clipped to what 16 bits hold."""
    return np.clip(np.rint(samples), -32768, 32767).astype("<i2").tobytes()


def encoded(pcm: bytes | bytearray | memoryview) -> str:
    """PCM as the protocol sends it."""
    return pybase64.b64encode_as_string(pcm)


def decoded(audio: str) -> bytes:
    """PCM out of the protocol's base64; raises ValueError where it is none."""
    return pybase64.b64decode(audio, validate=True)


def frames_of(pcm: bytes) -> tuple[str, ...]:
    """PCM in frames of base64, the last padded with zeros."""
    padded = pcm.ljust(-(-len(pcm) // FRAME_BYTES) * FRAME_BYTES, b"\0")
    return tuple(encoded(padded[at : at + FRAME_BYTES]) for at in range(0, len(padded), FRAME_BYTES))


SILENT_FRAME: Final = encoded(bytes(FRAME_BYTES))  # digital silence, a frame of it


def resampled(samples: Samples, before: int, after: int) -> Samples:
    """The same sound at another rate (samples a second)."""
    if before == after:
        return samples
    return soxr.resample(samples, before, after).astype(np.float32, copy=False)


def to_mulaw(pcm: bytes) -> bytes:
    """PCM at ``RATE`` as G.711 mu-law at 8,000 samples a second."""
    narrow = resampled(samples_of(pcm), RATE, TELEPHONE_RATE)
    return _COMPRESSED[np.frombuffer(pcm_of(narrow), dtype="<u2")].tobytes()


def from_mulaw(mulaw: bytes) -> bytes:
    """G.711 mu-law at 8,000 samples a second as PCM at ``RATE``."""
    narrow = _EXPANDED[np.frombuffer(mulaw, dtype=np.uint8)].astype(np.float32)
    return pcm_of(resampled(narrow, TELEPHONE_RATE, RATE))


def _expansion() -> NDArray[np.int16]:
    """G.711, table 2b: of a byte, inverted, the sign, three bits of segment, four of step."""
    code = ~np.arange(256, dtype=np.uint8)
    segment, step = (code >> 4 & 7).astype(np.int32), (code & 15).astype(np.int32)
    magnitude = ((step << 3) + _BIAS << segment) - _BIAS
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def _compression() -> NDArray[np.uint8]:
    """The byte for each of the 65,536 samples, in the order of their unsigned bit patterns."""
    sample = np.arange(65_536, dtype=np.uint16).view(np.int16).astype(np.int32)
    biased = np.minimum(np.abs(sample), _CLIP) + _BIAS
    segment = np.frexp(biased.astype(np.float64))[1] - 8  # the place of the highest bit, from that of the bias
    code = np.where(sample < 0, 0x80, 0) | segment << 4 | (biased >> segment + 3 & 15)
    return (~code & 0xFF).astype(np.uint8)


_EXPANDED: Final = _expansion()
_COMPRESSED: Final = _compression()
