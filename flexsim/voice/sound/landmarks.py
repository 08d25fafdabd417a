"""Landmarks of speech: pairs of peaks in its spectrum, that survive noise; by them an utterance is looked up.

After A. Wang, An industrial-strength audio search algorithm, ISMIR 2003. All at the telephone's rate.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from flexsim.voice.sound.pcm import TELEPHONE_RATE, Samples

Marks = NDArray[np.int64]

HOP: Final = TELEPHONE_RATE // 100  # samples; the unit of a landmark's time

_WINDOW: Final = 256
_HANN: Final = np.hanning(_WINDOW).astype(np.float32)
_LOWEST, _HIGHEST = 5, 104  # bins of 31 Hz: 160 to 3,250 Hz
_ACROSS, _ALONG = 2, 3  # bins and hops, in either direction, over which a peak is the highest
_SLOT, _A_SLOT = 10, 7  # of so many hops, the highest so many peaks are taken
_ABOVE_NOISE: Final = 8.0  # times the noise's mean in a bin: a twentieth of its own peaks is as high
_PARTNERS: Final = 6  # later peaks, that each is paired with
_FARTHEST: Final = 63  # hops


def landmarks(samples: Samples, *, noise: float = 0.0) -> tuple[Marks, Marks]:
    """The landmarks of a sound and their times in hops, in order of time; ``noise`` is the energy of a sample of it."""
    if len(samples) < _WINDOW:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    times, bins = _peaks(_spectrum(samples), _ABOVE_NOISE * noise * float(_HANN @ _HANN))
    marks, when = [], []
    for partner in range(1, _PARTNERS + 1):
        apart = times[partner:] - times[:-partner]
        near = apart <= _FARTHEST
        first, second = bins[:-partner], bins[partner:]
        marks.append(((first << 7 | second) << 6 | apart)[near])
        when.append(times[: len(near)][near])
    return np.concatenate(marks), np.concatenate(when)


def _spectrum(samples: Samples) -> Samples:
    """Energy by hop and bin."""
    hops = (len(samples) - _WINDOW) // HOP + 1
    windows = np.ndarray((hops, _WINDOW), np.float32, np.ascontiguousarray(samples), 0, (4 * HOP, 4))
    parts = np.fft.rfft(windows * _HANN, axis=1)[:, _LOWEST:_HIGHEST]
    energy = parts.real**2 + parts.imag**2
    return energy.astype(np.float32, copy=False)


def _peaks(energy: Samples, least: float) -> tuple[Marks, Marks]:
    """Hop and bin of the highest peaks, by time and then by bin."""
    highest = _running_max(_running_max(energy, _ALONG, axis=0), _ACROSS, axis=1)
    times, bins = np.nonzero((energy == highest) & (energy > least))
    slots = times // _SLOT
    by_height = np.lexsort((-energy[times, bins], slots))
    starts = np.searchsorted(slots[by_height], slots[by_height])
    kept = np.sort(by_height[np.arange(len(by_height)) - starts < _A_SLOT])
    return times[kept], bins[kept]


def _running_max(values: Samples, reach: int, *, axis: int) -> Samples:
    lines = np.moveaxis(values, axis, 0)
    result = lines.copy()
    for shift in range(1, reach + 1):
        np.maximum(result[shift:], lines[:-shift], out=result[shift:])
        np.maximum(result[:-shift], lines[shift:], out=result[:-shift])
    return np.moveaxis(result, 0, axis)
