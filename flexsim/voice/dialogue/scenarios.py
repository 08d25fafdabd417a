"""Scenarios by name, as they come with flexsim; reading reads those of your own."""

import functools

from flexsim.voice.dialogue import built_in
from flexsim.voice.dialogue.personas import Scenario
from flexsim.voice.dialogue.reading import read_scenario


def names() -> tuple[str, ...]:
    """Which there are."""
    return built_in.names("scenarios")


@functools.cache
def scenario(name: str) -> Scenario:
    """The one of this name; raises ConfigurationError saying which there are."""
    return read_scenario(built_in.text("scenarios", name, "scenario"), f"scenarios/{name}.yaml", name)
