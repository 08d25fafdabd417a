"""Voice activity: where speech begins and ends in sound that nothing is known of.

Speech is energy between 150 and 1,200 Hz, where voices are and most noise is not, above what is always there: the least
energy of the last seconds (minimum statistics; R. Martin, IEEE Trans. Speech and Audio Processing 9(5), 2001). A sound of
60 ms begins speech; how long a silence ends it is a setting. Exact zeros are a lost packet or a line that sends nothing:
no speech, and no sign of how quiet the room is.
"""

from collections import deque
from dataclasses import dataclass
from math import inf, log10
from typing import Final

import numpy as np

from flexsim.voice.ports import RATE
from flexsim.voice.sound.levels import NOMINAL
from flexsim.voice.sound.pcm import Samples

HOP_MS: Final = 10

_HOP: Final = RATE * HOP_MS // 1000
_WINDOW: Final = 2 * _HOP
_LOW_HZ, _HIGH_HZ = 150, 1_200
_LEAST_DB, _MORE_DB = 3.5, 3.0  # above the floor: at a threshold of 0, and more at 1
_BEGINS: Final = 6  # hops of speech
_FORGIVEN: Final = 2  # hops without, one after the other, among them
_LASTING, _LASTING_DB = 0.25, 4.0  # how fast a mean follows that keeps speech going; how far above the floor it does
_LEARNING: Final = 20  # hops before it is known how quiet the room is
_EPOCH, _EPOCHS = 30, 10  # hops in an epoch; epochs in which the least energy is looked for
_BIAS_DB: Final = 1.5  # what the least of many is below their mean
_FLOOR_DB: Final = -45.0  # against speech: nothing below is worth hearing
_DEAD: Final = 10  # hops of zeros, beyond which no packet was lost but the line is silent
_WHOLE: Final = 0.9  # share of samples other than zero, in a hop of which nothing was lost


def _bank() -> Samples:
    """A window's part in each frequency of the band, as cosine and sine side by side."""
    step = RATE / _WINDOW
    frequencies = np.arange(_LOW_HZ, _HIGH_HZ + 1, step)
    angles = 2 * np.pi / RATE * np.outer(np.arange(_WINDOW), frequencies)
    bank: Samples = (np.hanning(_WINDOW)[:, None] * np.hstack((np.cos(angles), np.sin(angles)))).astype(np.float32)
    return bank


_BANK: Final = _bank()
_REFERENCE_DB: Final = float(10 * np.log10(NOMINAL**2 * np.square(np.hanning(_WINDOW)).sum() * _WINDOW / 2))


@dataclass(frozen=True, slots=True)
class Began:
    """Speech began ``at_ms`` into the sound; it takes 60 ms to be sure of it."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The last speech was ``at_ms`` into the sound; so much silence came since as the setting says."""

    at_ms: int


class Activity:
    """Fed with sound from ``start_ms`` on, says where speech begins and ends."""

    __slots__ = (
        "_before",
        "_floor",
        "_hop",
        "_last",
        "_lasting",
        "_left",
        "_margin",
        "_onset",
        "_silence",
        "_sure",
        "speaking",
    )

    def __init__(self, *, start_ms: int, threshold: float, silence_ms: int) -> None:
        self._margin = _LEAST_DB + _MORE_DB * threshold
        self._silence = silence_ms // HOP_MS
        self._left = np.zeros(_HOP, np.float32)
        self._hop = start_ms // HOP_MS - 1  # the number of the hop that comes next: half of it was before
        self._floor = _Floor()
        self._sure = _Sureness()
        self._lasting = 0.0  # level of the last hops, smoothed
        self._before = False  # whether the last hop was speech: a single one does not keep it going
        self._onset = 0  # the first hop of speech
        self._last = 0  # the last
        self.speaking = False

    def feed(self, samples: Samples) -> list[Began | Ended]:
        """Take the next sound."""
        line = np.concatenate((self._left, samples))
        hops = (len(line) - _HOP) // _HOP
        self._left = line[hops * _HOP :]
        windows = np.ndarray((hops, _WINDOW), np.float32, line, 0, (4 * _HOP, 4))
        parts = windows @ _BANK
        energies = (parts * parts).sum(axis=1).tolist()
        happenings: list[Began | Ended] = []
        for energy, present in zip(energies, _present(line, windows), strict=True):
            self._step(10 * log10(energy + 1) - _REFERENCE_DB, present, happenings)
        return happenings

    def feed_silence(self, milliseconds: int) -> list[Began | Ended]:
        """Take so much digital silence: the same as ``feed`` with zeros, without a look at them."""
        happenings: list[Began | Ended] = []
        if self._left.any():
            return self.feed(np.zeros(milliseconds * RATE // 1000, np.float32))
        for _ in range(milliseconds // HOP_MS):
            self._step(-_REFERENCE_DB, 0.0, happenings)
        return happenings

    def assume(self, *, speaking: bool) -> None:
        """It is known from elsewhere whether somebody speaks now."""
        self.speaking = speaking
        self._last = self._hop
        self._sure = _Sureness()

    def _step(self, level: float, present: float, happenings: list[Began | Ended]) -> None:
        floor = self._floor.after(level, present)
        speech = floor is not None and level > floor + self._margin
        if self.speaking:
            self._lasting += _LASTING * (level - self._lasting)
            if (speech and self._before) or (floor is not None and self._lasting > floor + _LASTING_DB):
                self._last = self._hop
            elif self._hop - self._last >= self._silence:
                self.speaking = False
                happenings.append(Ended(at_ms=(self._last + 1) * HOP_MS))
        elif present and self._sure.after(speech):
            self._onset = self._hop - self._sure.hops + 1
            self._last = self._hop
            self._lasting = level
            self.speaking = True
            self._sure = _Sureness()
            happenings.append(Began(at_ms=max(0, self._onset * HOP_MS)))
        self._before = speech
        self._hop += 1


def _present(line: Samples, windows: Samples) -> list[float]:
    """The share of each window's samples that are not zero; told apart only where there are many zeros in all."""
    if len(line) - np.count_nonzero(line) <= (1 - _WHOLE) * _WINDOW:
        return [1.0] * len(windows)
    shares: list[float] = (np.count_nonzero(windows, axis=1) / _WINDOW).tolist()
    return shares


class _Sureness:
    """Hops of speech until it is sure that somebody speaks."""

    __slots__ = ("_misses", "_speech", "hops")

    def __init__(self) -> None:
        self.hops = 0  # since the first of them
        self._speech = 0
        self._misses = 0

    def after(self, speech: bool) -> bool:
        if speech:
            self._speech += 1
            self._misses = 0
        elif self._speech:
            self._misses += 1
            if self._misses > _FORGIVEN:
                self.hops = self._speech = self._misses = 0
        self.hops += self._speech > 0
        return self._speech >= _BEGINS


class _Floor:
    """The level of what is always there, in dB against speech; None while it is not known."""

    __slots__ = ("_dead", "_in_epoch", "_least", "_low", "_lows", "_seen", "_smooth")

    def __init__(self) -> None:
        self._lows: deque[float] = deque(maxlen=_EPOCHS)
        self._low = inf  # of these
        self._least = inf  # of the epoch that goes on
        self._in_epoch = 0
        self._smooth = 0.0
        self._seen = 0
        self._dead = 0

    def after(self, level: float, present: float) -> float | None:
        if present >= _WHOLE:
            self._dead = 0
            self._smooth = level if not self._seen else (self._smooth + level) / 2
            self._note(self._smooth + _BIAS_DB)
        elif not present:
            self._dead += 1
            if self._dead >= _DEAD:
                self._seen = _LEARNING
                self._note(_FLOOR_DB)
        if self._seen < _LEARNING:
            return None
        return max(_FLOOR_DB, min(self._least, self._low))

    def _note(self, level: float) -> None:
        self._seen += 1
        self._least = min(self._least, level)
        self._in_epoch += 1
        if self._in_epoch == _EPOCH:
            self._lows.append(self._least)
            self._low = min(self._lows)
            self._least, self._in_epoch = inf, 0
