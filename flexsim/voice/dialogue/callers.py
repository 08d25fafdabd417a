"""Callers by name, as they come with flexsim; reading reads those of your own."""

import functools

from flexsim.voice.dialogue import built_in
from flexsim.voice.dialogue.personas import Caller
from flexsim.voice.dialogue.reading import read_caller


def names() -> tuple[str, ...]:
    """Which there are."""
    return built_in.names("callers")


@functools.cache
def caller(name: str) -> Caller:
    """The one of this name; raises ConfigurationError saying which there are."""
    return read_caller(built_in.text("callers", name, "caller"), f"callers/{name}.yaml", name)
