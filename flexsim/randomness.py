"""One seed, and a generator of its own for every purpose.

Purposes never share a generator, so that one more agent or one more draw somewhere does not disturb the rest. Where
draws must not depend on the order of events either (how long one contact talks), the purpose includes the contact's id.
"""

import hashlib
import random

Generator = random.Random  # the type of a generator that is handed in; only this module makes one


class Randomness:
    """Generators by purpose, all decided by one ``seed``."""

    __slots__ = ("seed",)

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def generator(self, *purpose: str | int) -> Generator:
        """A new generator for this purpose; the same seed and purpose give the same draws."""
        key = "/".join(map(str, (self.seed, *purpose)))
        return random.Random(int.from_bytes(hashlib.blake2b(key.encode(), digest_size=16).digest(), "big"))


def fresh_seed() -> int:
    """A seed for a run that was given none; print it, so that the run can be repeated."""
    return random.SystemRandom().randrange(1 << 32)
