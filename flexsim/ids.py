"""Twilio-shaped identifiers that a seed decides and a number leads back from.

A SID is two letters and 32 hexadecimal digits (Twilio: ``^[A-Z]{2}[0-9a-f]{32}$``). Ours hold, in the first 16 digits,
a tag drawn from the seed and the scope (a workspace, say) and, in the last 16, the resource's serial number, stirred
so that neighbours do not look alike. Stirring is multiplication by an odd constant modulo 2**64 and an exclusive or with
digits drawn like the tag, so it can be undone: no table from SID to resource is needed.
"""

import hashlib
from typing import Final

_MASK: Final = (1 << 64) - 1
_STIR: Final = 0x9E3779B97F4A7C15  # odd, hence invertible modulo 2**64
_UNSTIR: Final = pow(_STIR, -1, 1 << 64)


class Sids:
    """The SIDs of one scope: ``sid("WT", 7)`` and back."""

    __slots__ = ("_mask", "_tag")

    def __init__(self, seed: int | str, scope: str) -> None:
        digest = hashlib.blake2b(f"{seed}/{scope}".encode(), digest_size=16).digest()
        self._tag = digest[:8].hex()
        self._mask = int.from_bytes(digest[8:], "big")

    def sid(self, prefix: str, number: int) -> str:
        """The SID of the resource with this serial ``number`` (from 0) and two-letter ``prefix``."""
        # Every answer holds a handful: this way costs two thirds of formatting with ``:016x``.
        return prefix + self._tag + ((number * _STIR) & _MASK ^ self._mask).to_bytes(8, "big").hex()

    def number(self, prefix: str, sid: str) -> int | None:
        """The serial number that ``sid`` was made from; None if this scope did not make it."""
        if len(sid) != 34 or not sid.startswith(prefix) or sid[2:18] != self._tag:
            return None
        try:
            return ((int(sid[18:], 16) ^ self._mask) * _UNSTIR) & _MASK
        except ValueError:
            return None


def secret(seed: int | str, name: str) -> str:
    """32 hexadecimal digits that ``seed`` and ``name`` decide: a local auth token, never a real secret."""
    return hashlib.blake2b(f"{seed}/secret/{name}".encode(), digest_size=16).hexdigest()


def contact_id(seed: int | str, number: int) -> str:
    """The id that one contact carries through every view: ``CX`` and 32 hexadecimal digits."""
    return Sids(seed, "contact").sid("CX", number)
