"""A small centre for every test here, and its event log as one text."""

import dataclasses

import pytest

from flexsim.configuration.generate import generate
from flexsim.domain.loading import load_domain
from flexsim.fastforward.replication import Plan
from flexsim.randomness import Randomness

EIGHT = 1_767_618_000.0  # 2026-01-05T08:00 in New York, where the bank is; a Monday


@pytest.fixture(scope="session")
def bank():
    """Twelve agents of the example with shifts, spikes and influences, with as much to do as sixty have."""
    configuration = generate(load_domain("harbour-bank"), Randomness(3), 12)
    domain = configuration.domain
    arrivals = dataclasses.replace(domain.arrivals, rate_per_hour=200)
    return dataclasses.replace(configuration, domain=dataclasses.replace(domain, arrivals=arrivals))


@pytest.fixture(scope="session")
def shop():
    """The defaults: steady gaps, no shifts, agents who come and go every few minutes."""
    return generate(load_domain(None), Randomness(3), 6)


@pytest.fixture
def plan(bank):
    return Plan(configuration=bank, seed=11, start=EIGHT, duration=2 * 3600.0)
