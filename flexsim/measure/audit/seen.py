"""Which ids there have been in a log, in sixteen bytes for each.

Kept are the 64-bit hash of an id and the number of the event that brought it. Two ids of ten million have the same hash
once in 400,000 logs of that length.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterator
from hashlib import blake2b
from typing import Final

_SHARDS: Final = 4096


class Seen:
    """Ids, each with the sequence number of the event in which it came; ``twice`` finds those that came again."""

    __slots__ = ("_hashes", "_seqs")

    def __init__(self) -> None:
        # Many short columns, so that looking for an id, which is seldom done, looks at few.
        self._hashes: defaultdict[int, array[int]] = defaultdict(lambda: array("Q"))
        self._seqs: defaultdict[int, array[int]] = defaultdict(lambda: array("q"))

    def add(self, identity: str, seq: int) -> None:
        """Note that the event ``seq`` brought this id."""
        number = _hash(identity)
        shard = number % _SHARDS
        self._hashes[shard].append(number)
        self._seqs[shard].append(seq)

    def first(self, identity: str) -> int | None:
        """The event in which this id first came; None if it has not."""
        number = _hash(identity)
        shard = number % _SHARDS
        try:
            return self._seqs[shard][self._hashes[shard].index(number)]
        except ValueError:
            return None

    def twice(self) -> Iterator[tuple[int, int]]:
        """For every id that came again: the event in which it first came, and the one in which it came again."""
        for shard, hashes in self._hashes.items():
            if len(set(hashes)) == len(hashes):
                continue
            firsts: dict[int, int] = {}
            for number, seq in zip(hashes, self._seqs[shard], strict=True):
                if number in firsts:
                    yield firsts[number], seq
                else:
                    firsts[number] = seq


def _hash(identity: str) -> int:
    # Not hash(): it differs from process to process, and so would what a report says in that one case.
    return int.from_bytes(blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
