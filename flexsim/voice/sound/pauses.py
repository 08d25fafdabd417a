"""Silence inside and after an utterance, cut to stated lengths.

A listener takes half a second of silence for the end of a turn, and espeak-ng rests as long between two sentences when it
speaks slowly: longer pauses are shortened, so that nobody falls into another's sentence.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from flexsim.voice.ports import RATE, Word
from flexsim.voice.sound.levels import NOMINAL
from flexsim.voice.sound.pcm import Samples

PAUSE_MS: Final = 180  # the longest inside an utterance
TAIL_MS: Final = 60  # left after it

TAIL_SAMPLES: Final = RATE * TAIL_MS // 1000

_BLOCK: Final = RATE // 100
_QUIET: Final = 0.08 * NOMINAL  # the loudest sample of a silent block


def shortened(samples: Samples, words: Sequence[Word]) -> tuple[Samples, tuple[Word, ...]]:
    """The sound without what is too long of its silences, and the words at their new places; silence before it goes whole."""
    samples = np.pad(samples, (0, TAIL_SAMPLES))
    keep = _kept(_loud_blocks(samples), len(samples))
    places = np.concatenate(([0], np.cumsum(keep, dtype=np.int32)))
    moved = tuple(replace(word, sample=int(places[min(word.sample, len(keep))])) for word in words)
    return samples[keep], moved


def _loud_blocks(samples: Samples) -> NDArray[np.intp]:
    padded = np.pad(np.abs(samples), (0, -len(samples) % _BLOCK))
    return np.flatnonzero(padded.reshape(-1, _BLOCK).max(axis=1) > _QUIET)


def _kept(loud: NDArray[np.intp], length: int) -> NDArray[np.bool_]:
    """Which samples stay: of each silence, its first part."""
    keep = np.zeros(length, dtype=bool)
    if not len(loud):
        return keep
    longest = RATE * PAUSE_MS // 1000
    after = [*np.diff(loud) * _BLOCK, 0]
    for block, gap in zip(loud, after, strict=True):
        stays = min(gap, _BLOCK + longest) if gap else _BLOCK + TAIL_SAMPLES
        keep[block * _BLOCK : block * _BLOCK + stays] = True
    return keep
