"""What the formulas are compared with: the same sums in fractions, without rounding."""

from fractions import Fraction

import pytest


class Chain:
    """The birth and death chain of M/M/c/K+M in whole fractions; mean service is 1, ``leaving`` is one over patience."""

    def __init__(self, agents, load, *, leaving=0, room=None, enough=200):
        self.agents, self.load, self.leaving = agents, Fraction(load), Fraction(leaving)
        self.room = agents + enough if room is None else room
        weight, weights = Fraction(1), [Fraction(1)]
        for number in range(1, self.room + 1):
            weight *= self.load / (min(number, agents) + max(0, number - agents) * self.leaving)
            weights.append(weight)
        total = sum(weights)
        self.shares = [weight / total for weight in weights]

    @property
    def full(self):
        return self.shares[self.room]

    @property
    def all_busy(self):
        return sum(self.shares[self.agents :])

    @property
    def waiting(self):
        return sum(share * (number - self.agents) for number, share in enumerate(self.shares) if number > self.agents)

    @property
    def busy(self):
        return sum(share * min(number, self.agents) for number, share in enumerate(self.shares))


@pytest.fixture
def chain():
    return Chain
