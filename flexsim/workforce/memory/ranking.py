"""Which memories matter most to a question, as of a turn.

A memory's score is its relevance, times a factor from 1/2 to 1 that grows with its strength::

    relevance   the weights of the question's words that it holds, as a share of the weights of all that anybody holds
    weight      log(1 + memories of this role / those that hold the word), so that rare words count more
    strength    importance * 2 ** (-turns since then / half-life of its kind)

Equal scores go by turn, the latest first, and then by the order in which they were remembered, the latest first. Nothing
here knows of a database: stores look up counts and candidates, and all of them rank by this.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from flexsim.workforce.records import Memory, MemoryKind

# Turns after which a memory matters half as much.
HALF_LIVES: Final[Mapping[MemoryKind, float]] = {
    MemoryKind.SHORT_TERM: 1.0,
    MemoryKind.EPISODIC: 8.0,
    MemoryKind.LONG_TERM: 52.0,
    MemoryKind.SEMANTIC: math.inf,
}
_HALF_LIVES: Final = {kind.value: turns for kind, turns in HALF_LIVES.items()}
# So many memories are looked at. Rare words come first, and a word that would lead to more is a common one: it counts in
# the score of those that are found, and leads to nobody. Where all words are common, the rarest leads to the latest.
CANDIDATES: Final = 400


class Candidate(NamedTuple):
    """A memory that may matter: what its place depends on. ``number`` says in which order memories were made.

    A tuple, because hundreds are made for one answer, and a frozen dataclass costs four times as much.
    """

    number: int
    kind: str
    importance: float
    turn: int
    words: Iterable[str]


def strength(importance: float, kind: str, age: int) -> float:
    """How much of its importance a memory has kept after ``age`` turns, from 0 to 1."""
    return importance * math.exp2(-max(0, age) / _HALF_LIVES[kind])


def is_remembered(memory: Memory, turn: int) -> bool:
    """Whether a memory is there as of ``turn``: made by then, and not expired before."""
    return memory.turn <= turn and (memory.expires is None or turn <= memory.expires)


def leading(counts: Mapping[str, int]) -> tuple[str, ...]:
    """The words that lead to candidates, rarest first; ``counts`` says how many memories hold each, none being 0."""
    chosen: list[str] = []
    total = 0
    for word, count in sorted(counts.items(), key=lambda each: (each[1], each[0])):
        total += count
        if chosen and total > CANDIDATES:
            break
        chosen.append(word)
    return tuple(chosen)


def best(
    candidates: Iterable[Candidate], counts: Mapping[str, int], memories: int, *, turn: int, limit: int
) -> list[int]:
    """The numbers of the ``limit`` candidates that matter most, best first.

    There are ``memories`` in all, and ``counts`` says how many of them hold each word of the question.
    """
    weights = {word: math.log(1.0 + memories / count) for word, count in counts.items()}
    whole = math.fsum(weights.values())

    def place(candidate: Candidate) -> tuple[float, int, int]:
        number, kind, importance, made, words = candidate
        held = math.fsum(weights[word] for word in words if word in weights)
        score = held / whole * (0.5 + 0.5 * strength(importance, kind, turn - made))
        return (-score, -made, -number)

    return [each.number for each in sorted(candidates, key=place)[:limit]]
