"""More agents, or fewer, in a configuration that is there already. Pure."""

import dataclasses
from typing import Final

from flexsim.configuration.generate import generate
from flexsim.configuration.records import Configuration
from flexsim.errors import ConfigurationError
from flexsim.randomness import Randomness

MOST_AGENTS: Final = 100_000  # as the schema's agentCnt


def with_agents(configuration: Configuration, count: int) -> Configuration:
    """The configuration with ``count`` agents: the last ones are taken away, or others are added like those it was made with.

    Those who stay are what they were. Raises ConfigurationError where so many cannot be.
    """
    if not 1 <= count <= MOST_AGENTS:
        raise ConfigurationError(f"there can be 1 to {MOST_AGENTS} agents, not {count}")
    workers = configuration.workers[:count]
    domain = dataclasses.replace(configuration.domain, agent_count=count)
    if len(workers) < count:
        names = {worker.name for worker in workers}
        # Among so many, enough have names that nobody has yet.
        drawn = generate(domain, Randomness(configuration.seed), count + len(workers)).workers
        workers += tuple(each for each in drawn if each.name not in names)[: count - len(workers)]
    return dataclasses.replace(configuration, domain=domain, workers=workers)
