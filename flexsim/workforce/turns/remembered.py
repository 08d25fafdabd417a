"""Memories in a list, found by the words that they share with a question: what a run without a store recalls with. Pure.

A memory's rank is (words shared / root of its words) * (0.5 + importance) * 0.97 ** age; the newer first among equals.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from flexsim.workforce.records import Memory

_WORD: Final = re.compile(r"[a-z]{3,}")
_EMPTY: Final = frozenset("the and for was with that this from had has have are our not but its week weeks asked".split())
_FADES: Final = 0.97


class Remembered:
    """Add memories as they come; recall what matters."""

    def __init__(self, memories: Iterable[Memory] = ()) -> None:
        self._by_word: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._all: list[tuple[Memory, int]] = []
        self.add(memories)

    def add(self, memories: Iterable[Memory]) -> None:
        """From now on these, too."""
        for memory in memories:
            words = _words(memory.text)
            for word in words:
                self._by_word[memory.role, word].append(len(self._all))
            self._all.append((memory, len(words)))

    def recall(self, role: str, query: str, *, turn: int, limit: int) -> Sequence[Memory]:
        """The memories of ``role`` that share a word with ``query`` and have not expired, best first."""
        shared: dict[int, int] = defaultdict(int)
        for word in _words(query):
            for index in self._by_word.get((role, word), ()):
                shared[index] += 1
        ranked = []
        for index, count in shared.items():
            memory, words = self._all[index]
            if memory.expires is None or turn <= memory.expires:
                rank = count / math.sqrt(words) * (0.5 + memory.importance) * _FADES ** (turn - memory.turn)
                ranked.append((-rank, -memory.turn, index))
        return [self._all[index][0] for _, _, index in sorted(ranked)[:limit]]


def _words(text: str) -> set[str]:
    return {word.rstrip("s") for word in _WORD.findall(text.lower())} - _EMPTY
