"""Whether a sound is a known utterance: what of it the utterance explains, and what is left.

Speech that was spoken here comes back sample by sample, however much noise lies over it. So it is laid over the sound at
the place where both agree best, and taken off: where it was said nothing is left but noise, and where another word was
said at least as much is left as there was. All at the telephone's rate, in blocks of 20 ms.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from flexsim.voice.sound.levels import NOMINAL
from flexsim.voice.sound.pcm import TELEPHONE_RATE, Samples

Flags = NDArray[np.bool_]

BLOCK: Final = TELEPHONE_RATE // 50

_GRAIN: Final = 16  # samples: zeros are looked for in grains
_LONGEST_LOSS: Final = TELEPHONE_RATE // 10 // _GRAIN  # grains of zeros, beyond which nothing was sent
_SOME: Final = 0.25  # of a block, that must be there to say anything of it
_NOISE: Final = 1.7  # times the noise: more is something else
_QUIETER: Final = 0.15  # of the blocks, that are taken for noise alone
_MISFIT: Final = 0.15  # of an utterance's energy, that may be left where a filter changed it a little
_HUSH: Final = 0.0015 * NOMINAL**2  # energy that nobody would take for speech
_PIECE: Final = 3_700  # samples by which it is found
_AGREES: Final = 0.5  # the least correlation of a block that is the utterance's
_AGREEING: Final = 4  # of such blocks


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Excerpt:
    """Sound in whole blocks: what is ``left`` of it, what known utterances have been ``laid`` over it and taken off.

    ``present`` says which samples are not lost, ``noise`` the energy of those blocks in which nobody speaks.
    """

    left: Samples
    laid: Samples
    present: Flags
    noise: float

    def unexplained(self) -> Flags:
        """In which blocks more is left than noise."""
        count, energy = _energies(self.left, self.present)
        misfit = _MISFIT * _energies(self.laid, self.present)[1]
        flags: Flags = (energy > _NOISE * self.noise + _HUSH + misfit) & (count >= _SOME * BLOCK)
        return flags

    def quieter(self) -> "Excerpt":
        """The same, its noise known better once speech has been taken off."""
        return replace(self, noise=min(self.noise, _noise_of(self.left, self.present)))


def excerpt_of(samples: Samples) -> Excerpt:
    """A sound, with its lost packets marked; what is over the last whole block is left out."""
    whole = samples[: len(samples) // BLOCK * BLOCK]
    silent: Flags = np.abs(whole.reshape(-1, _GRAIN)).max(axis=1) == 0
    lost = silent & ~_in_long_runs(silent)
    edges = lost.copy()  # which filters have smeared
    edges[1:] |= lost[:-1]
    edges[:-1] |= lost[1:]
    present = np.repeat(~edges, _GRAIN)
    return Excerpt(left=whole, laid=np.zeros_like(whole), present=present, noise=_noise_of(whole, present))


def _in_long_runs(flags: Flags) -> Flags:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.view(np.int8), [0]))))
    result = np.zeros_like(flags)
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        result[start:end] = end - start > _LONGEST_LOSS
    return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an utterance lies in an excerpt (samples; before it where negative), and how loud."""

    at: int
    gain: float


def placed(excerpt: Excerpt, utterance: Samples, at: int, *, middle: int, reach: int = 200) -> Place | None:
    """The best place at most ``reach`` samples from ``at``, by what surrounds the utterance's sample ``middle``; None: nowhere."""
    start = max(0, reach - at, middle - _PIECE // 2)
    end = min(len(utterance), len(excerpt.left) - at - reach, start + _PIECE)
    if end - start < BLOCK:
        return None
    piece = utterance[start:end]
    around = excerpt.left[at + start - reach : at + end + reach]
    size = 1 << (len(around) - 1).bit_length()
    spectrum = np.fft.rfft(around, size) * np.conj(np.fft.rfft(piece, size))
    agreement = np.fft.irfft(spectrum, size)[: 2 * reach + 1]
    best = int(agreement.argmax())
    there = slice(at + start - reach + best, at + end - reach + best)
    gain = _gain(excerpt.left[there], piece * excerpt.present[there])
    return None if gain is None else Place(at=at - reach + best, gain=gain)


def _gain(sound: Samples, piece: Samples) -> float | None:
    """How loud the piece is in the sound, judged where they agree: it may have been cut off; None where they do nowhere."""
    blocks = len(piece) // BLOCK
    ours, theirs = (each[: blocks * BLOCK].reshape(blocks, BLOCK) for each in (piece, sound))
    common, own, all_of_it = (np.einsum("ij,ij->i", a, b) for a, b in ((ours, theirs), (ours, ours), (theirs, theirs)))
    agree = common > _AGREES * np.sqrt(own * all_of_it)
    return float(common[agree].sum() / own[agree].sum()) if agree.sum() >= _AGREEING else None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Explained:
    """Blocks ``first`` to ``last`` (not included) are the utterance's, in ``blocks`` of which there was sound; what is left."""

    first: int
    last: int
    blocks: int
    excerpt: Excerpt


def explained(excerpt: Excerpt, utterance: Samples, place: Place) -> Explained:
    """What the utterance, there, explains of the sound: the one stretch of it that leaves the least unexplained."""
    start, end = max(0, place.at), min(len(excerpt.left), place.at + len(utterance))
    laid = np.zeros_like(excerpt.left)
    laid[start:end] = place.gain * utterance[start - place.at : end - place.at]
    with_it = _less(excerpt, laid).quieter()
    excerpt = replace(excerpt, noise=with_it.noise)
    before, after = excerpt.unexplained(), with_it.unexplained()
    first, last = _best_stretch(before.astype(np.int64) - after, start // BLOCK, -(-end // BLOCK))
    laid[: first * BLOCK] = 0
    laid[last * BLOCK :] = 0
    blocks = int((before & ~after)[first:last].sum())
    return Explained(first=first, last=last, blocks=blocks, excerpt=_less(excerpt, laid))


def _less(excerpt: Excerpt, laid: Samples) -> Excerpt:
    return replace(excerpt, left=excerpt.left - laid, laid=excerpt.laid + laid)


def _noise_of(left: Samples, present: Flags) -> float:
    count, energy = _energies(left, present)
    heard = energy[count >= _SOME * BLOCK]
    return float(np.quantile(heard, _QUIETER)) if len(heard) else 0.0


def _energies(samples: Samples, present: Flags) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Of each block: how many samples of it are there, and their mean square."""
    blocks = (samples * present).reshape(-1, BLOCK)
    count = present.reshape(-1, BLOCK).sum(axis=1)
    return count, np.einsum("ij,ij->i", blocks, blocks) / np.maximum(count, 1)


def _best_stretch(worth: NDArray[np.int64], start: int, end: int) -> tuple[int, int]:
    """The stretch of blocks of the greatest sum, the longest where there are several."""
    sums = np.concatenate(([0], np.cumsum(worth[start:end])))
    least = np.minimum.accumulate(sums)
    gains = sums - least
    last = len(gains) - 1 - int(gains[::-1].argmax())
    first = int((sums[: last + 1] == least[last]).argmax())
    return start + first, start + last
