"""What the tests of configurations start from."""

import pytest

from flexsim.configuration.generate import generate
from flexsim.domain.loading import load_domain
from flexsim.randomness import Randomness


@pytest.fixture
def domain():
    return load_domain(None)


@pytest.fixture
def configuration(domain):
    return generate(domain, Randomness(1))
