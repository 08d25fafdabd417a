"""Acoustic hearing: the words of a sound that comes from here, however bad the line; and that it does not, where it does not.

Nothing is guessed. A sound is understood where known utterances explain all of it: one word that is another, one digit,
and it is not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from flexsim.voice.ports import Heard
from flexsim.voice.sound.explaining import BLOCK, Excerpt, Explained, excerpt_of, explained, placed
from flexsim.voice.sound.filters import FACTOR
from flexsim.voice.sound.landmarks import HOP
from flexsim.voice.sound.memory import Candidate, Memory, Remembered
from flexsim.voice.sound.pauses import TAIL_SAMPLES
from flexsim.voice.sound.pcm import TELEPHONE_RATE, Samples
from flexsim.voice.sound.words import joined

NOT_UNDERSTOOD: Final = Heard(text="", understood=False)

_RECENT: Final = 3  # utterances that are tried first
_EARLIER, _REACH = (
    960,
    2_240,
)  # samples: in noise, speech is noticed up to 400 ms late; elsewhere it may be a little early
_SHORT: Final = TELEPHONE_RATE  # samples: a word or two
_SHORT_ONES: Final = 64
_CANDIDATES: Final = 20
_AT_ONCE: Final = 5  # utterances in one sound, at most
_EVIDENCE: Final = 6  # blocks that an utterance must explain
_TOLERATED: Final = 3  # blocks that nothing explains: a click


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Find:
    """A known utterance, ``at`` these samples of the sound; ``unexplained`` blocks are left without it."""

    remembered: Remembered
    at: int
    explained: Explained
    unexplained: int

    @property
    def heard(self) -> Heard:
        """Its words, as far as they came."""
        said = self.remembered.said
        start, end = ((block * BLOCK - self.at) * FACTOR for block in (self.explained.first, self.explained.last))
        sure = 4 * BLOCK * FACTOR  # no better is it known where it begins and ends
        over = end > said.length - TAIL_SAMPLES - sure
        return said.between(0 if start < sure else start, said.length if over else end)

    @property
    def rank(self) -> tuple[int, bool]:
        """The more it explains the better; a whole utterance before the first half of another that begins like it."""
        return -self.unexplained, self.heard.complete

    @property
    def enough(self) -> bool:
        """Whether nothing else could be better."""
        return self.unexplained <= _TOLERATED and self.heard.complete


def understood(samples: Samples, memory: Memory, *, onset: int) -> Heard:
    """The words of a sound at the telephone's rate, in which speech begins about ``onset`` samples in."""
    excerpt = excerpt_of(samples)
    finds: list[_Find] = []
    while len(finds) < _AT_ONCE:
        find = _best(excerpt, memory, onset, finds)
        if find is None:
            break
        finds.append(find)
        if find.unexplained <= _TOLERATED:
            return joined([each.heard for each in sorted(finds, key=lambda each: each.at)])
        excerpt = find.explained.excerpt
    return NOT_UNDERSTOOD


def _best(excerpt: Excerpt, memory: Memory, onset: int, before: Sequence[_Find]) -> _Find | None:
    """The utterance that explains most, beside those that were found before."""
    best: _Find | None = None
    for candidate, reach in _candidates(excerpt, memory, None if before else onset):
        find = _find(excerpt, candidate, reach)
        if find is None or any(_overlap(find.explained, each.explained) > _TOLERATED for each in before):
            continue  # nobody says two things at once
        if best is None or find.rank > best.rank:
            best = find
            if find.enough:
                break
    return best


def _overlap(one: Explained, other: Explained) -> int:
    return min(one.last, other.last) - max(one.first, other.first)


def _candidates(excerpt: Excerpt, memory: Memory, onset: int | None) -> Iterator[tuple[Candidate, int]]:
    """What was said last, from where speech begins; then what has landmarks in common: a short word in noise has too few."""
    if onset is not None:
        for remembered in memory.recent(_RECENT):
            yield Candidate(remembered=remembered, at=onset - _EARLIER, middle=0), _REACH
        for remembered in memory.short(_SHORT, _SHORT_ONES) if _extent(excerpt) < _SHORT else ():
            yield Candidate(remembered=remembered, at=onset - _EARLIER, middle=0), _REACH
    for candidate in memory.alike(excerpt.left, _CANDIDATES, noise=excerpt.noise):
        yield candidate, 2 * HOP


def _extent(excerpt: Excerpt) -> int:
    """Samples from the first unexplained block to the last."""
    blocks = np.flatnonzero(excerpt.unexplained())
    return int(blocks[-1] - blocks[0] + 1) * BLOCK if len(blocks) else 0


def _find(excerpt: Excerpt, candidate: Candidate, reach: int) -> _Find | None:
    utterance = candidate.remembered.samples
    place = placed(excerpt, utterance, candidate.at, middle=candidate.middle, reach=reach)
    if place is None:
        return None
    told = explained(excerpt, utterance, place)
    if told.blocks < _EVIDENCE:
        return None
    left = int(told.excerpt.unexplained().sum())
    return _Find(remembered=candidate.remembered, at=place.at, explained=told, unexplained=left)
