"""Voice activity: where there is speech in a channel's sound.

The energy of six bands, every five milliseconds, beside the floor and the spread that the channel itself shows in its pauses: a
consonant of high frequencies is seen in its band where noise hides it in the whole. Speech is found where it is sure; its
edges are where the evidence for it, summed outwards, is greatest (CUSUM: Page, *Continuous inspection schemes*, 1954).

Digital silence shows no floor; there, whatever is louder than ``FAINTEST`` is speech. Zeros for less than a quarter of a
second, in sound that is never silent, are lost packets: of them nothing is known.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from flexsim.voice.scores.recording import Samples, Side
from flexsim.voice.scores.stretches import Stretch, joined

FAINTEST: Final = 12.0  # of the 16 bit scale, root mean square: 69 dB below full scale
BANDS: Final = ((80, 350), (350, 900), (900, 2000), (2000, 3600), (3600, 6500), (6500, 11_000))  # Hz

_PARTS: Final = 5  # of a look, a millisecond each
_CHUNK: Final = 12_000  # looks at once: a minute of sound
_SILENT_RUN: Final = 50  # looks without a sound: silence, and no loss
_SILENT_SHARE: Final = 0.05  # of the recording in such runs: whatever made it has no floor
_SURE_DB: Final = 8.0  # over the floor, in one band: speech
_SURE_SPREADS: Final = 3.3
_SURE_RUN: Final = 4  # looks
_DOUBT: Final = 2.2  # spreads over the floor, in the highest band, that speak neither for speech nor against it
_MOST: Final = 6.0  # spreads that one look can speak for it: a click is one look
_REACH: Final = 50  # looks that an edge can lie outside of where speech is sure
_GAP: Final = 40  # looks between two sure places of one stretch: the closure of a stop, lost packets
_SEEN_BEFORE: Final = 17  # parts in which an edge can be seen before it is there: looks are wide
_LOUD: Final = 3.0  # times the noise
_SHORTEST: Final = 12  # looks; a click is no speech

Energies = NDArray[np.float32]  # decibels: a row for each look, a column for each band
Mask = NDArray[np.bool_]
Runs = list[tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Spans of speech in one channel, as samples; ``noise_db`` is speech over noise, None where silence is digital."""

    spans: tuple[tuple[int, int], ...]
    noise_db: float | None


def stretches_of(found: Activity, rate: int, side: Side) -> list[Stretch]:
    """The spans of one side's channel as stretches in seconds, breath within them."""
    return joined(Stretch(side=side, start=start / rate, end=end / rate) for start, end in found.spans)


def activity(samples: Samples, rate: int) -> Activity:
    """Where there is speech: within a tick (20 ms) down to some 20 dB of steady noise; none is missed down to 0 dB."""
    hop = _PARTS * max(1, round(rate / 1000))
    still = _still(samples, hop)
    silent = _masked(len(still), (run for run in _runs(still) if run[1] - run[0] >= _SILENT_RUN))
    if not len(still) or silent.mean() >= _SILENT_SHARE:
        return Activity(spans=_told_by_silence(samples, hop), noise_db=None)
    energies, unknown = _looks(samples, rate, hop)
    if unknown.all():
        return Activity(spans=(), noise_db=None)
    floor, spread = _floor(energies[~unknown])
    runs = _edged(_sure(energies - floor, spread, unknown), _evidence(energies - floor, spread, unknown))
    runs = [run for run in runs if run[1] - run[0] >= _SHORTEST]
    level = _noise_level(samples, runs, hop)
    spans = tuple(
        _trimmed(samples, (start * hop, min(end * hop, len(samples))), level, hop // _PARTS) for start, end in runs
    )
    return Activity(spans=spans, noise_db=_over_noise(energies, runs))


# Digital silence.


def _still(samples: Samples, hop: int) -> Mask:
    """Of each look, whether all of it is zero."""
    count = len(samples) // hop
    loud: Mask = np.any(samples[: count * hop].reshape(count, hop), axis=1)
    return ~loud


def _told_by_silence(samples: Samples, hop: int) -> tuple[tuple[int, int], ...]:
    """What is louder than the faintest, from its first such sample to its last."""
    count = -(-len(samples) // hop)
    loud = np.empty(count, np.bool_)
    for start in range(0, count, _CHUNK):
        piece = samples[start * hop : (start + _CHUNK) * hop].astype(np.float32)
        piece = np.pad(piece, (0, -len(piece) % hop)).reshape(-1, hop)
        loud[start : start + len(piece)] = np.einsum("ij,ij->i", piece, piece) > hop * FAINTEST**2
    runs = [run for run in _runs(_closed(loud, _GAP)) if run[1] - run[0] >= _SHORTEST]
    return tuple(_to_the_sample(samples, start * hop, end * hop) for start, end in runs)


def _to_the_sample(samples: Samples, start: int, end: int) -> tuple[int, int]:
    loud = np.flatnonzero(np.abs(samples[start:end].astype(np.int32)) > FAINTEST)
    return start + int(loud[0]), start + int(loud[-1]) + 1


# Sound that is never silent.


def _looks(samples: Samples, rate: int, hop: int) -> tuple[Energies, Mask]:
    """The energies of all looks, and which of them touch zeros and so say nothing."""
    pieces = [_piece(samples, rate, hop, start) for start in range(0, len(samples) // hop, _CHUNK)]
    return np.concatenate([each for each, _ in pieces]), np.concatenate([each for _, each in pieces])


def _piece(samples: Samples, rate: int, hop: int, start: int) -> tuple[Energies, Mask]:
    """A chunk of looks: each sees twice its own length, with itself in the middle."""
    count = min(_CHUNK, len(samples) // hop - start)
    before = hop // 2
    begin, end = start * hop - before, (start + count) * hop + hop - before
    piece = np.zeros(end - begin, np.float32)
    inside = samples[max(0, begin) : end]
    piece[max(0, -begin) : max(0, -begin) + len(inside)] = inside
    windows = np.lib.stride_tricks.sliding_window_view(piece, 2 * hop)[::hop]
    shape = np.hanning(2 * hop).astype(np.float32)
    spectrum = np.fft.rfft(windows * shape, axis=1).astype(np.complex64)
    power = spectrum.real**2 + spectrum.imag**2
    energies = 10 * np.log10(power @ _bands(rate, 2 * hop) + 1.0)
    part = hop // _PARTS
    zeros = ~np.any(windows[:, : 2 * _PARTS * part].reshape(count, 2 * _PARTS, part), axis=2)
    return energies.astype(np.float32), zeros.any(axis=1)


def _bands(rate: int, window: int) -> Energies:
    """Which frequencies belong to which band; those that the rate cannot carry are left out."""
    frequencies = np.fft.rfftfreq(window, 1 / rate)
    columns = [(frequencies >= low) & (frequencies < high) for low, high in BANDS if high <= 0.55 * rate]
    return np.stack(columns, axis=1).astype(np.float32)


def _floor(energies: Energies) -> tuple[Energies, Energies]:
    """Of each band, the middle of its pauses and how far they spread: what gathers at the quiet end.

    The middle of what is at most a little louder than the quietest is looked for again from where it was found.
    """
    quiet = np.percentile(energies, 5, axis=0)
    for _ in range(3):
        among = np.where(energies < quiet + _among(energies), energies, np.nan)
        middle = np.nanmedian(among, axis=0)
        spread = 1.4826 * np.nanmedian(np.abs(among - middle), axis=0)
        quiet = middle - spread
    return middle, np.maximum(spread, 1.0)


def _among(energies: Energies) -> Energies:
    """Decibels: the lowest band holds few frequencies, so that its noise spreads more."""
    reach = np.full(energies.shape[1], 6.0, np.float32)
    reach[0] = 8.0
    return reach


def _sure(over: Energies, spread: Energies, unknown: Mask) -> Mask:
    """Where three looks together are clearly over the floor, in some band, long enough."""
    padded = np.pad(over, ((1, 1), (0, 0)))
    smooth = (padded[:-2] + padded[1:-1] + padded[2:]) / 3
    found = (smooth > np.maximum(_SURE_DB, _SURE_SPREADS * spread)).any(axis=1) & ~unknown
    return _masked(len(found), (run for run in _runs(found) if run[1] - run[0] >= _SURE_RUN))


def _evidence(over: Energies, spread: Energies, unknown: Mask) -> NDArray[np.float32]:
    """How much each look speaks for speech, less than zero: against it."""
    found = np.minimum((over / spread).max(axis=1), _MOST) - _DOUBT
    return np.where(unknown, np.float32(0), found).astype(np.float32)


def _edged(sure: Mask, evidence: NDArray[np.float32]) -> Runs:
    """The sure places, grown outwards to where the evidence sums up highest; those that then touch are one."""
    cores = _runs(_closed(sure, _GAP))
    grown = np.zeros(len(sure), np.bool_)
    for start, end in cores:
        before = evidence[max(0, start - _REACH) : start][::-1]
        after = evidence[end : end + _REACH]
        grown[start - _best(before) : end + _best(after)] = True
    return _runs(_closed(grown, _GAP))


def _best(evidence: NDArray[np.float32]) -> int:
    """How many looks to take for the sum to be greatest; none where it would be below zero."""
    sums = np.cumsum(evidence)
    return int(np.argmax(sums)) + 1 if len(sums) and sums.max() > 0 else 0


def _noise_level(samples: Samples, runs: Runs, hop: int) -> float:
    """Root mean square of what is between the runs."""
    pauses = ~_masked(len(samples) // hop, runs)
    looks = samples[: len(pauses) * hop].reshape(-1, hop)[pauses][:_CHUNK].astype(np.float32)
    return float(np.sqrt(np.mean(looks**2))) if looks.size else 0.0


def _trimmed(samples: Samples, span: tuple[int, int], level: float, part: int) -> tuple[int, int]:
    """The span without what its outermost looks have seen of it beforehand.

    A loud edge is found by its milliseconds; where none of these is loud, the edge is faint, and stays where it is.
    """
    start, end = span
    before = _loud_parts(samples[start : start + _SEEN_BEFORE * part], level, part)
    after = _loud_parts(samples[end - _SEEN_BEFORE * part : end][::-1], level, part)
    return start + before, end - after


def _loud_parts(samples: Samples, level: float, part: int) -> int:
    """How many samples come before the first loud millisecond; none where there is no loud one."""
    count = len(samples) // part
    parts = samples[: count * part].reshape(count, part).astype(np.float32)
    loud = np.flatnonzero(np.mean(parts**2, axis=1) > (_LOUD * level) ** 2)
    return int(loud[0]) * part if len(loud) else 0


def _over_noise(energies: Energies, runs: Runs) -> float | None:
    """Speech over noise, in dB, of the whole band."""
    speech = _masked(len(energies), runs)
    if not speech.any() or speech.all():
        return None
    power = (10 ** (energies / 10)).sum(axis=1)
    noise = power[~speech].mean()
    return float(10 * np.log10(max(power[speech].mean() - noise, noise / 1000) / noise))


# Runs of looks.


def _runs(mask: Mask) -> Runs:
    """Where the mask is true: from, up to but not including."""
    changes = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return list(_pairs(changes))


def _pairs(changes: NDArray[np.intp]) -> Iterator[tuple[int, int]]:
    for start, end in changes.reshape(-1, 2):
        yield int(start), int(end)


def _masked(length: int, runs: Iterable[tuple[int, int]]) -> Mask:
    mask = np.zeros(length, np.bool_)
    for start, end in runs:
        mask[start:end] = True
    return mask


def _closed(mask: Mask, gap: int) -> Mask:
    """The mask without its gaps that are at most this long; what is before the first run and after the last stays."""
    runs = _runs(mask)
    between = ((one[1], two[0]) for one, two in pairwise(runs) if two[0] - one[1] <= gap)
    return mask | _masked(len(mask), between)
