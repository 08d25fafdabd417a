"""G.711 mu-law: a sample in a byte. Its tables are made from the recommendation's rules (``audioop`` left Python in 3.13)."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from flexsim.voice.sound.pcm import Samples

_CLIP: Final = 32_635  # what does not fit the largest segment once the bias is added
_BIAS: Final = 0x84


def compressed(samples: Samples) -> NDArray[np.uint8]:
    """A byte for each sample."""
    whole = np.clip(np.rint(samples), -32768, 32767).astype(np.int16)
    return _COMPRESSED[whole.view(np.uint16)]


def expanded(codes: NDArray[np.uint8]) -> Samples:
    """A sample for each byte."""
    return _EXPANDED[codes]


def _expansion() -> Samples:
    """G.711, table 2b: of a byte, inverted, the sign, three bits of segment, four of step."""
    code = ~np.arange(256, dtype=np.uint8)
    segment, step = (code >> 4 & 7).astype(np.int32), (code & 15).astype(np.int32)
    magnitude = ((step << 3) + _BIAS << segment) - _BIAS
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.float32)


def _compression() -> NDArray[np.uint8]:
    """The byte for each of the 65,536 samples, in the order of their unsigned bit patterns."""
    sample = np.arange(65_536, dtype=np.uint16).view(np.int16).astype(np.int32)
    biased = np.minimum(np.abs(sample), _CLIP) + _BIAS
    segment = np.frexp(biased.astype(np.float64))[1] - 8  # the place of the highest bit, counted from the bias's
    code = np.where(sample < 0, 0x80, 0) | segment << 4 | (biased >> segment + 3 & 15)
    codes: NDArray[np.uint8] = (~code & 0xFF).astype(np.uint8)
    return codes


_EXPANDED: Final = _expansion()
_COMPRESSED: Final = _compression()
