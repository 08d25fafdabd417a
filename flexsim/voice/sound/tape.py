"""The last sound that came, at the telephone's rate, for as long as somebody may still ask what was said."""

from typing import Final

import numpy as np

from flexsim.voice.ports import RATE, SAMPLE_BYTES
from flexsim.voice.sound.filters import FACTOR, Decimator
from flexsim.voice.sound.pcm import TELEPHONE_RATE, Samples, samples_of

_AT_A_TIME: Final = RATE * SAMPLE_BYTES // 2  # bytes that wait before they are slowed down: half a second
_STEP: Final = FACTOR * SAMPLE_BYTES
_A_MS: Final = TELEPHONE_RATE // 1000 * SAMPLE_BYTES  # bytes


class Tape:
    """Sound from ``start_ms`` on; 16 kB a second."""

    __slots__ = ("_decimator", "_fresh", "_kept", "_start_ms")

    def __init__(self, start_ms: int) -> None:
        self._start_ms = start_ms
        self._fresh = bytearray()
        self._kept = bytearray()
        self._decimator = Decimator()

    def append(self, pcm: bytes) -> None:
        """The next sound, at ``RATE``."""
        self._fresh += pcm
        if len(self._fresh) >= _AT_A_TIME:
            self._slow_down()

    def between(self, start_ms: int, end_ms: int) -> Samples:
        """The sound from one position to another, as much as is left of it."""
        self._slow_down()
        start, end = ((at - self._start_ms) * _A_MS for at in (start_ms, end_ms))
        return samples_of(self._kept[max(0, start) : max(0, end)])

    def forget(self, before_ms: int) -> None:
        """Nobody will ask for what was before; done by the second, so that it costs nothing."""
        if before_ms - self._start_ms >= 1000:
            milliseconds = min(before_ms - self._start_ms, len(self._kept) // _A_MS)
            del self._kept[: milliseconds * _A_MS]
            self._start_ms += milliseconds

    def _slow_down(self) -> None:
        whole = len(self._fresh) // _STEP * _STEP
        slow = self._decimator(samples_of(self._fresh[:whole]))
        self._kept += np.clip(np.rint(slow), -32768, 32767).astype("<i2").tobytes()
        del self._fresh[:whole]
