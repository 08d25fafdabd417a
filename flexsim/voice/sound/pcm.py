"""Sound as bytes, as numbers and as the protocol's text: PCM, base64, frames, other rates.

Samples are float32 arrays in units of the 16 bit scale (-32768 to 32767), so that nothing is scaled on the way in or out.
"""

from typing import Final

import numpy as np
import pybase64
import soxr
from numpy.typing import NDArray

from flexsim.voice.ports import FRAME_BYTES

Samples = NDArray[np.float32]

TELEPHONE_RATE: Final = 8_000  # of G.711


def samples_of(pcm: bytes | bytearray | memoryview) -> Samples:
    """The samples of PCM; a last odd byte is left out."""
    return np.frombuffer(pcm, dtype="<i2", count=len(pcm) // 2).astype(np.float32)


def pcm_of(samples: Samples) -> bytes:
    """Samples as PCM: rounded, and clipped to what 16 bits hold."""
    pcm: bytes = np.clip(np.rint(samples), -32768, 32767).astype("<i2").tobytes()
    return pcm


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
    other: Samples = soxr.resample(samples, before, after)
    return other
