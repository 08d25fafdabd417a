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
_ALONE: Final = 1 << 17  # multiplications
_AT_ONCE: Final = 32  # samples of the slow side that one row of a product gives: half the time of a row for each


def _rows() -> Samples:
    """The filter as a matrix: from the samples around a block of the fast side to the block's samples of the slow side."""
    rows = np.zeros((FACTOR * (_AT_ONCE - 1) + TAPS, _AT_ONCE), np.float32)
    for column in range(_AT_ONCE):
        rows[FACTOR * column : FACTOR * column + TAPS, column] = _LOW_PASS
    return rows


_ROWS: Final = _rows()


def _product(rows: Samples, matrix: Samples) -> Samples:
    """The product, in parts so small that no BLAS starts threads for it: they cost more than they give."""
    most = max(1, _ALONE // matrix.size)
    if len(rows) <= most:
        product: Samples = rows @ matrix
        return product
    return np.concatenate([rows[at : at + most] @ matrix for at in range(0, len(rows), most)])


class Decimator:
    """``RATE`` to ``TELEPHONE_RATE``; takes sound in pieces of whole threes of samples."""

    __slots__ = ("_tail",)

    def __init__(self) -> None:
        self._tail = np.zeros(TAPS - 1, np.float32)

    def __call__(self, samples: Samples) -> Samples:
        """The next third as many samples."""
        count = len(samples) // FACTOR
        blocks = -(-count // _AT_ONCE)
        line = np.zeros(TAPS - 1 + blocks * _AT_ONCE * FACTOR, np.float32)
        line[: TAPS - 1] = self._tail
        line[TAPS - 1 : TAPS - 1 + len(samples)] = samples
        self._tail = line[len(samples) : len(samples) + TAPS - 1].copy()
        windows = np.ndarray((blocks, len(_ROWS)), np.float32, line, 0, (4 * FACTOR * _AT_ONCE, 4))
        return _product(windows, _ROWS).reshape(-1)[:count]

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
        return _product(windows, _PHASES).reshape(-1)

    @property
    def still(self) -> bool:
        """Whether nothing is left in the filter."""
        return not self._tail.any()
