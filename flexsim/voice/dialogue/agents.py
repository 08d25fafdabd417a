"""Agents by name, as they come with flexsim; reading reads those of your own."""

import functools

from flexsim.voice.dialogue import built_in
from flexsim.voice.dialogue.personas import Agent
from flexsim.voice.dialogue.reading import read_agent


def names() -> tuple[str, ...]:
    """Which there are."""
    return built_in.names("agents")


@functools.cache
def agent(name: str) -> Agent:
    """The one of this name; raises ConfigurationError saying which there are."""
    return read_agent(built_in.text("agents", name, "agent"), f"agents/{name}.yaml", name)
