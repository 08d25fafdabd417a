"""What acoustic hearing remembers of what was spoken here: its sound at the telephone's rate, and where to look it up.

Nothing is worked out before it is asked for: as long as everybody hears exactly, an utterance costs a place in a list.
All methods may be called from several threads, where a lock is given.
"""

from array import array
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np

from flexsim.voice.ports import RATE, SAMPLE_BYTES, Speech, Voice
from flexsim.voice.sound.filters import Decimator
from flexsim.voice.sound.landmarks import HOP, Marks, landmarks
from flexsim.voice.sound.mulaw import compressed, expanded
from flexsim.voice.sound.pcm import Samples, samples_of
from flexsim.voice.sound.words import Said

SECONDS_KEPT: Final = 1_200.0  # of speech: 10 MB of sound, and 43 MB of landmarks once they are asked for

_PENDING_SECONDS: Final = 300.0  # of speech at its full rate: 14 MB
_TELLING: Final = 64  # places, at most, at which a landmark is known that tells something
_HOP_BITS: Final = 12  # of a place: 40 s; above them the number of the utterance
_LATE: Final = 1 << _HOP_BITS  # so that a difference of two hops is not negative
_LATER_BITS: Final = _HOP_BITS + 2


@dataclass(slots=True, eq=False, kw_only=True)
class Remembered:
    """One utterance: ``codes`` is its sound in mu-law at the telephone's rate; ``marks`` its landmarks, once looked for."""

    number: int
    said: Said
    codes: bytes
    marks: "array[int] | None" = None

    @property
    def samples(self) -> Samples:
        """Its sound at the telephone's rate."""
        return expanded(np.frombuffer(self.codes, np.uint8))


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An utterance that may have been said, ``at`` these samples into the sound; ``middle`` of it is where it agrees."""

    remembered: Remembered
    at: int
    middle: int


class Memory:
    """Utterances by the order in which they were last said, and by their landmarks."""

    def __init__(
        self, seconds_kept: float = SECONDS_KEPT, *, lock: AbstractContextManager[object] | None = None
    ) -> None:
        self._room = int(seconds_kept * RATE)
        self._held = 0  # samples
        self._pending: OrderedDict[tuple[str, Voice], Speech] = OrderedDict()
        self._pending_samples = 0
        self._known: OrderedDict[tuple[str, Voice], Remembered] = OrderedDict()
        self._by_number: dict[int, Remembered] = {}
        self._places: dict[int, array[int]] = {}  # of a landmark: utterance's number and hop, in one integer
        self._unmarked: dict[int, Remembered] = {}  # whose landmarks nobody has looked for
        self._next = 0
        self._lock = lock or nullcontext()

    def add(self, speech: Speech) -> None:
        """Remember this utterance, as the last that was said."""
        name = speech.text, speech.voice
        with self._lock:
            if name in self._known:
                self._known.move_to_end(name)
            elif name in self._pending:
                self._pending.move_to_end(name)
            else:
                self._pending[name] = speech
                self._pending_samples += len(speech.pcm) // SAMPLE_BYTES
                while self._pending_samples > _PENDING_SECONDS * RATE and len(self._pending) > 1:
                    self._study(*self._pending.popitem(last=False))

    def recent(self, count: int) -> list[Remembered]:
        """What was said last, the last first."""
        with self._lock:
            self._study_all()
            return list(islice(reversed(self._known.values()), count))

    def short(self, length: int, count: int) -> list[Remembered]:
        """Utterances of at most ``length`` samples (at the telephone's rate), what was said last first."""
        with self._lock:
            self._study_all()
            return list(islice((each for each in reversed(self._known.values()) if len(each.codes) <= length), count))

    def alike(self, samples: Samples, count: int, *, noise: float = 0.0) -> list[Candidate]:
        """The utterances with which a sound has most landmarks in common, at the place where it has, the best first."""
        marks, times = landmarks(samples, noise=noise)
        with self._lock:
            self._study_all()
            self._look_all_up()
            hits, whens = self._hits(marks.tolist(), times.tolist())
            return list(self._elected(hits, whens, count)) if len(hits) else []

    def _hits(self, marks: list[int], times: list[int]) -> tuple[Marks, Marks]:
        """Where the marks are known, and for each place, when its mark was; marks that all speech has tell nothing."""
        hits, whens, counts = array("q"), array("q"), array("q")
        places = self._places
        for mark, when in zip(marks, times, strict=True):
            there = places.get(mark)
            if there is not None and len(there) <= _TELLING:
                hits += there
                whens.append(when)
                counts.append(len(there))
        return np.frombuffer(hits, np.int64), np.repeat(np.frombuffer(whens, np.int64), counts)

    def _elected(self, hits: Marks, whens: Marks, count: int) -> Iterator[Candidate]:
        hops = hits & (1 << _HOP_BITS) - 1
        keys, votes = np.unique((hits >> _HOP_BITS << _LATER_BITS) + (whens - hops + _LATE), return_counts=True)
        seen: set[int] = set()
        for place in np.argsort(-votes, kind="stable")[: 4 * count].tolist():
            number, later = int(keys[place]) >> _LATER_BITS, (int(keys[place]) & (1 << _LATER_BITS) - 1) - _LATE
            if number in seen or len(seen) == count:
                continue
            seen.add(number)
            agreeing = hops[(hits >> _HOP_BITS == number) & (whens - hops == later)]
            middle = int(agreeing[len(agreeing) // 2]) * HOP
            yield Candidate(remembered=self._by_number[number], at=later * HOP, middle=middle)

    def _study_all(self) -> None:
        while self._pending:
            self._study(*self._pending.popitem(last=False))

    def _study(self, name: tuple[str, Voice], speech: Speech) -> None:
        said = Said.of(speech)
        self._pending_samples -= said.length
        whole = samples_of(speech.pcm)[: said.length // 3 * 3]
        remembered = Remembered(number=self._next, said=said, codes=compressed(Decimator()(whole)).tobytes())
        self._next += 1
        self._known[name] = self._by_number[remembered.number] = remembered
        self._unmarked[remembered.number] = remembered
        self._held += said.length
        while self._held > self._room and len(self._known) > 1:
            self._forget(self._known.popitem(last=False)[1])

    def _look_all_up(self) -> None:
        for remembered in self._unmarked.values():
            marks, times = landmarks(remembered.samples)
            remembered.marks = array("q", marks.tolist())
            base = remembered.number << _HOP_BITS
            for mark, when in zip(remembered.marks, times.tolist(), strict=True):
                place = base | when & _LATE - 1
                there = self._places.get(mark)
                if there is None:
                    self._places[mark] = array("q", (place,))
                else:
                    there.append(place)
        self._unmarked.clear()

    def _forget(self, remembered: Remembered) -> None:
        self._held -= remembered.said.length
        del self._by_number[remembered.number]
        self._unmarked.pop(remembered.number, None)
        for mark in set(remembered.marks or ()):
            others = [place for place in self._places[mark] if place >> _HOP_BITS != remembered.number]
            if others:
                self._places[mark] = array("q", others)
            else:
                del self._places[mark]
