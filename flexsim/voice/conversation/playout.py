"""What one session has said, played frame by frame: sound comes faster than it is played, and may be cut off.

A track is one item's sound. Its frames are passed on as they came where they came as frames; sound of another length is
cut into frames, the last padded with silence. Pure.
"""

from collections import deque
from collections.abc import Sequence
from typing import Final

import numpy as np

from flexsim.voice.ports import FRAME_BYTES, FRAME_MS, RATE, SAMPLE_BYTES
from flexsim.voice.sound.pcm import decoded, encoded, samples_of

_FRAME_TEXT: Final = FRAME_BYTES * 4 // 3  # characters of a frame in base64
_BYTES_A_MS: Final = RATE * SAMPLE_BYTES // 1000
_LAST: Final = 8  # frames at the end of a track, in which it may be quiet
_LOOK_MS: Final = 5
_LOOK: Final = RATE * _LOOK_MS // 1000
FAINTEST: Final = 12.0  # of the 16 bit scale, root mean square: as scores.activity has it
_ENOUGH: Final = 0.5  # of a piece of text, to have been said


class Track:
    """The sound of one item, with the words that came along, each with the number of frames that had come before it."""

    __slots__ = (
        "_rest", "_size", "_text", "_words", "arrived", "complete", "dry_at", "dry_played", "frames", "item_id", "quiet_ms",
        "response_id",
    )  # fmt: skip

    def __init__(self, item_id: str, response_id: str) -> None:
        self.item_id = item_id
        self.response_id = response_id
        self.frames: deque[str] = deque()
        self.arrived = 0
        self.complete = False
        self.quiet_ms = 0  # at its end, in which there is sound and nothing to be heard
        self.dry_at: int | None = None  # the frame of the conversation from which on there was no more sound of it
        self.dry_played = 0
        self._rest = b""
        self._size = 0  # bytes of sound
        self._text: str | None = None
        self._words: list[tuple[int, str]] = []

    @property
    def played(self) -> int:
        """How many frames of it were played."""
        return self.arrived - len(self.frames)

    @property
    def played_ms(self) -> int:
        """The same in milliseconds, and never more than came."""
        return min(self.played * FRAME_MS, self._size // _BYTES_A_MS)

    def add(self, audio: str) -> None:
        """More sound; raises ValueError where it is not base64."""
        if len(audio) == _FRAME_TEXT and audio[-1] != "=" and not self._rest:
            self._size += FRAME_BYTES
            self.frames.append(audio)
            self.arrived += 1
            return
        pcm = decoded(audio)
        self._size += len(pcm)
        sound = self._rest + pcm
        whole = len(sound) - len(sound) % FRAME_BYTES
        for at in range(0, whole, FRAME_BYTES):
            self._append(encoded(sound[at : at + FRAME_BYTES]))
        self._rest = sound[whole:]

    def finish(self) -> None:
        """That was all of it."""
        if self._rest:
            self._append(encoded(self._rest.ljust(FRAME_BYTES, b"\0")))
            self._rest = b""
        if not self.complete:
            self.quiet_ms = _quiet_ms(
                [self.frames[at] for at in range(max(0, len(self.frames) - _LAST), len(self.frames))]
            )
        self.complete = True

    def write(self, piece: str) -> None:
        """The next words."""
        self._words.append((self.arrived, piece))

    def wrote(self, text: str) -> None:
        """All the words, once they are known."""
        self._text = text

    @property
    def text(self) -> str:
        """All of its words."""
        return "".join(piece for _, piece in self._words) if self._text is None else self._text

    def said(self, *, placed: bool) -> str:
        """The words that were played: those of which at least a half was. Words that are not ``placed`` came ahead of their sound."""
        text, played = self.text, self.played
        if self.complete and not self.frames:
            return text
        if not placed or not self._words:
            share = played / max(1, self.arrived)
            cut = round(len(text) * share)
            return text[: cut + 1].rpartition(" ")[0] if cut < len(text) else text
        ends = [*(begin for begin, _ in self._words[1:]), self.arrived]
        pieces = zip(self._words, ends, strict=True)
        return "".join(
            piece for (begin, piece), end in pieces if played > begin and played >= begin + _ENOUGH * (end - begin)
        ).rstrip()

    def _append(self, frame: str) -> None:
        self.frames.append(frame)
        self.arrived += 1


def _quiet_ms(frames: Sequence[str]) -> int:
    """How long it is quiet at the end of these."""
    samples = samples_of(b"".join(map(decoded, frames))).reshape(-1, _LOOK)
    loud = np.flatnonzero(np.square(samples).mean(axis=1) >= FAINTEST**2)
    return (len(samples) - 1 - int(loud[-1])) * _LOOK_MS if len(loud) else 0


class Playout:
    """The tracks of one session: the ``current`` one, if any, and those that are ``waiting`` for their turn."""

    __slots__ = ("_cut", "_last", "current", "waiting")

    def __init__(self) -> None:
        self.current: Track | None = None
        self._last: Track | None = None
        self.waiting: deque[Track] = deque()
        self._cut: set[str] = set()

    @property
    def idle(self) -> bool:
        """Whether there is nothing left to play."""
        return self.current is None and not self.waiting

    def track(self, item_id: str, response_id: str) -> Track | None:
        """The item's track; None where it was cut off, and what still comes of it is not played."""
        current = self.current
        if current is not None and current.item_id == item_id:
            return current
        for each in self.waiting:
            if each.item_id == item_id:
                return each
        if self._last is not None and self._last.item_id == item_id:
            return self._last  # its words may be late
        if item_id in self._cut:
            return None
        made = Track(item_id, response_id)
        self.waiting.append(made)
        return made

    def begin(self) -> Track | None:
        """Go on to the next track, if its sound has come."""
        while self.waiting and self.waiting[0].complete and not self.waiting[0].frames:
            self.waiting.popleft()  # words without a sound
        if not self.waiting or not self.waiting[0].frames:
            return None
        self.current = self.waiting.popleft()
        return self.current

    def finish(self, response_id: str) -> None:
        """There is no more sound of this response."""
        for each in self._all():
            if each.response_id == response_id:
                each.finish()

    def dry(self, frame: int) -> bool:
        """The current track has no sound for this frame: whether it is over; else the rest of it is late."""
        track = self.current
        assert track is not None, "there is none to be over"
        if track.dry_at is None or track.dry_played != track.played:
            track.dry_at, track.dry_played = frame, track.played
        return track.complete

    def end(self) -> int:
        """The current track is over; gives the frame after its last."""
        assert self.current is not None, "there is none to end"
        self._last, self.current = self.current, None
        assert self._last.dry_at is not None, "it has run dry"
        return self._last.dry_at

    def cut(self) -> list[Track]:
        """Stop: what was being played and what was still to be; nothing of it is played any more."""
        tracks = self._all()
        self._cut.update(each.item_id for each in tracks)
        self.current = None
        self.waiting.clear()
        return tracks

    def _all(self) -> list[Track]:
        return [*(() if self.current is None else (self.current,)), *self.waiting]
