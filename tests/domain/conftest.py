"""What the tests of the domain start from."""

import copy
import json

import pytest

from flexsim.domain.loading import load_domain, locale_file
from flexsim.domain.parsing import domain_of
from flexsim.randomness import Randomness


@pytest.fixture
def document():
    """A whole, valid document that a test may spoil: the defaults for en-us."""
    return json.loads(locale_file("en-us").read_text(encoding="utf-8"))


@pytest.fixture
def dimensions(document):
    return document["dimensions"]


@pytest.fixture
def domain():
    return load_domain(None)


@pytest.fixture
def rng():
    return Randomness(7).generator("test")


@pytest.fixture
def with_dimensions(document):
    """Make a domain of the defaults and these dimensions."""

    def make(**more):
        whole = copy.deepcopy(document)
        whole["dimensions"] |= more
        return domain_of(whole, "en-us")

    return make
