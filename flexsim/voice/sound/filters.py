"""From the protocol's rate to the telephone's and back, a frame at a time, without a seam between frames.

Both ways go through one symmetrical low-pass filter, so that sound keeps its form and comes exactly ``DELAY`` samples later.
"""

from typing import Final

import numpy as np

from flexsim.voice.ports import RATE
from flexsim.voice.sound.pcm import TELEPHONE_RATE, Samples

FACTOR: Final = RATE // TELEPHONE_RATE
TAPS: Final = 49
DELAY: Final = TAPS // 2  # of either way, in samples at RATE; a multiple of FACTOR, so that samples fall on samples
_CUT_HZ: Final = 3_500


def _low_pass() -> Samples:
    """A windowed sinc (Hamming): half amplitude at ``_CUT_HZ``, below -40 dB from 4,200 Hz."""
    at = np.arange(TAPS) - TAPS // 2
    taps = np.sinc(2 * _CUT_HZ / RATE * at) * np.hamming(TAPS)
    even: Samples = (taps / taps.sum()).astype(np.float32)
    return even


_LOW_PASS: Final = _low_pass()
# Between two samples of the slow side, each of the three of the fast side has its own third of the taps.
_PHASES: Final = FACTOR * np.pad(_LOW_PASS, (0, -TAPS % FACTOR)).reshape(-1, FACTOR)[::-1]
_BEFORE: Final = len(_PHASES) - 1


class Decimator:
    """``RATE`` to ``TELEPHONE_RATE``; takes sound in pieces of whole threes of samples."""

    __slots__ = ("_tail",)

    def __init__(self) -> None:
        self._tail = np.zeros(TAPS - 1, np.float32)

    def __call__(self, samples: Samples) -> Samples:
        """The next third as many samples."""
        line = np.concatenate((self._tail, samples))
        self._tail = line[len(line) - (TAPS - 1) :]
        count = len(samples) // FACTOR
        windows = np.ndarray((count, TAPS), np.float32, line, 0, (4 * FACTOR, 4))
        return windows @ _LOW_PASS

    @property
    def still(self) -> bool:
        """Whether nothing is left in the filter: what comes next does not depend on what was."""
        return not self._tail.any()


class Interpolator:
    """``TELEPHONE_RATE`` to ``RATE``."""

    __slots__ = ("_tail",)

    def __init__(self) -> None:
        self._tail = np.zeros(_BEFORE, np.float32)

    def __call__(self, samples: Samples) -> Samples:
        """The next three times as many samples."""
        line = np.concatenate((self._tail, samples))
        self._tail = line[len(line) - _BEFORE :]
        windows = np.ndarray((len(samples), _BEFORE + 1), np.float32, line, 0, (4, 4))
        return (windows @ _PHASES).reshape(-1)

    @property
    def still(self) -> bool:
        """Whether nothing is left in the filter."""
        return not self._tail.any()
