"""Means of a domain's customers."""

import pytest

from flexsim.domain.loading import examples, load_domain
from flexsim.randomness import Randomness
from flexsim.staffing.handling import mean_handling


def test_the_means_are_those_of_the_description():
    """The default: talk a bell from 15 to 95, wrap-up one from 5 to 25, patience even from 20 to 150."""
    found = mean_handling(load_domain(None), Randomness(1).generator("test"))
    assert found.aht == pytest.approx(55.0 + 15.0, rel=0.02)
    assert found.patience == pytest.approx(85.0, rel=0.03)


def test_influences_count():
    """The bank's talk grows with complexity, beyond its mean of 220; wrap-up is 45."""
    found = mean_handling(load_domain(examples()["harbour-bank"]), Randomness(1).generator("test"))
    assert found.aht == pytest.approx(268.0, rel=0.05)
    assert found.patience == pytest.approx(148.0, rel=0.05)


def test_the_same_generator_gives_the_same_means():
    domain = load_domain(None)
    first, second = (mean_handling(domain, Randomness(4).generator("test")) for _ in range(2))
    assert first == second
