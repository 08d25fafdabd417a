import dataclasses

import pytest

from flexsim.configuration.generate import generate
from flexsim.configuration.staff import MOST_AGENTS, with_agents
from flexsim.domain.loading import load_domain
from flexsim.errors import ConfigurationError
from flexsim.randomness import Randomness


@pytest.fixture(scope="module")
def configuration():
    return generate(load_domain(None), Randomness(3), 5)


def test_more_or_fewer_is_what_would_have_been_made(configuration):
    for count in (1, 3, 5, 9):
        assert with_agents(configuration, count) == generate(load_domain(None), Randomness(3), count)


def test_agents_with_names_of_their_own_stay_and_others_join_them(configuration):
    own = tuple(dataclasses.replace(worker, name=f"Own_{worker.name}") for worker in configuration.workers)
    found = with_agents(dataclasses.replace(configuration, workers=own), 8)
    assert found.workers[:5] == own
    assert len({worker.name for worker in found.workers}) == 8


@pytest.mark.parametrize("count", [0, -1, MOST_AGENTS + 1])
def test_a_number_that_cannot_be_is_named(configuration, count):
    with pytest.raises(ConfigurationError, match=f"not {count}"):
        with_agents(configuration, count)
