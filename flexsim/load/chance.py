"""Draws that do not depend on the order of events: a keyed hash of who draws and for the how-manieth time.

A generator of its own for each of 20,000 agents would take 50 MB; a hash takes nothing, and eight uniforms cost 1 µs.
"""

import hashlib
import math
import struct
from statistics import NormalDist
from typing import Final, TypeAlias

Uniforms: TypeAlias = tuple[float, ...]

_EIGHT: Final = struct.Struct("<8Q")
_NORMAL: Final = NormalDist()


class Chance:
    """Uniform numbers for one purpose, decided by a seed."""

    __slots__ = ("_base",)

    def __init__(self, seed: int, purpose: str) -> None:
        self._base = hashlib.blake2b(f"{seed}/load/{purpose}".encode(), digest_size=64)

    def uniforms(self, number: int, turn: int) -> Uniforms:
        """Eight numbers, each above 0 and below 1; the same for the same seed, purpose, number and turn."""
        digest = self._base.copy()
        digest.update(b"%d/%d" % (number, turn))
        return tuple(((bits >> 11) + 0.5) * 2.0**-53 for bits in _EIGHT.unpack(digest.digest()))


def exponential(mean: float, uniform: float) -> float:
    """An exponential draw, by inversion."""
    return -mean * math.log(uniform)


def lognormal(mean: float, cv: float, uniform: float) -> float:
    """A lognormal draw with this mean and coefficient of variation, by inversion."""
    variance = math.log1p(cv * cv)
    return mean * math.exp(math.sqrt(variance) * _NORMAL.inv_cdf(uniform) - variance / 2)
