"""One seed, and numbers of its own for every purpose.

Purposes never share a generator, so that one more agent or one more draw somewhere does not disturb the rest. Where
draws must not depend on the order of events either (how long one contact talks), the purpose includes the contact's id;
``Family`` makes such numbers at a tenth of what a generator of its own costs.
"""

import hashlib
import random
from collections.abc import Callable, Iterator
from struct import Struct
from typing import Final, Protocol

Generator = random.Random  # the type of a generator that is handed in; only this module makes one

_UNIT: Final = 2.0**-53
_eight: Final = Struct("<8Q").unpack


class Uniform(Protocol):
    """Whatever gives one number after the other, evenly from 0 up to, never including, 1."""

    @property
    def random(self) -> Callable[[], float]:
        """Called: the next number, a multiple of 2**-53."""


class Randomness:
    """Generators by purpose, all decided by one ``seed``."""

    __slots__ = ("seed",)

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def generator(self, *purpose: str | int) -> Generator:
        """A new generator for this purpose; the same seed and purpose give the same draws."""
        key = "/".join(map(str, (self.seed, *purpose)))
        return random.Random(int.from_bytes(hashlib.blake2b(key.encode(), digest_size=16).digest(), "big"))

    def family(self, *purpose: str | int) -> "Family":
        """Numbers for many of one kind (contacts, say), each with its own."""
        return Family("/".join(map(str, (self.seed, *purpose))))

    def replication(self, number: int) -> "Randomness":
        """What decides the replication of this ``number``; 0 is the run itself, and others have nothing in common with it."""
        if number == 0:
            return self
        digest = hashlib.blake2b(f"{self.seed}/replication/{number}".encode(), digest_size=6).digest()
        return Randomness(int.from_bytes(digest, "big"))


class Family:
    """``of(name).random()`` gives numbers that seed, purpose and name decide, without end.

    Eight at a time are one keyed BLAKE2b (RFC 7693) of the name and a counter: no state to set up, unlike the Mersenne
    Twister's 2.5 kB.
    """

    __slots__ = ("_base",)

    def __init__(self, purpose: str) -> None:
        self._base = hashlib.blake2b(key=hashlib.blake2b(purpose.encode(), digest_size=32).digest())

    def of(self, name: str) -> "Draws":
        """The numbers of the one of this name, from the first."""
        return Draws(self.stream(name))

    def stream(self, name: str) -> Iterator[float]:
        """The same as a bare iterator."""
        hasher = self._base.copy()
        hasher.update(name.encode())
        while True:
            for number in _eight(hasher.digest()):
                yield (number >> 11) * _UNIT
            hasher.update(b"\0")


class Draws:
    """One stream of numbers, as something with a method ``random``."""

    __slots__ = ("random",)

    def __init__(self, stream: Iterator[float]) -> None:
        self.random: Callable[[], float] = stream.__next__


def fresh_seed() -> int:
    """A seed for a run that was given none; print it, so that the run can be repeated."""
    return random.SystemRandom().randrange(1 << 32)


def fresh_secret() -> str:
    """32 hexadecimal digits that nobody can guess."""
    return f"{random.SystemRandom().getrandbits(128):032x}"
