"""The ids of one session's events, items, responses and calls: a seed decides them, so that a run can be repeated to the byte."""

import hashlib
from typing import Final

_STIR: Final = 0x9E3779B97F4A7C15  # odd, hence a permutation modulo 2**64: no id comes twice
_MASK: Final = (1 << 64) - 1


class Identifiers:
    """Ids that look like the service's: a kind, an underscore, and 20 hexadecimal digits."""

    __slots__ = ("_count", "_mask", "_tag")

    def __init__(self, seed: int, session: str) -> None:
        digest = hashlib.blake2b(f"{seed}/realtime/{session}".encode(), digest_size=10).digest()
        self._tag = digest[:2].hex()
        self._mask = int.from_bytes(digest[2:], "big")
        self._count = 0

    def new(self, kind: str) -> str:
        """The next id of this kind: ``event``, ``item``, ``resp``, ``call``, ``sess``, ``conv``."""
        self._count = count = self._count + 1
        return f"{kind}_{self._tag}{((count * _STIR) & _MASK ^ self._mask).to_bytes(8, 'big').hex()}"
