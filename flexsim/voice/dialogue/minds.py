"""From a session's instructions to the mind that follows them. Pure.

Instructions of ours are read back exactly; with any others the mind is a polite assistant of nobody's, that uses whatever
functions it is given.
"""

import functools
from collections.abc import Sequence
from typing import Final

from flexsim.randomness import Generator
from flexsim.voice.dialogue.agent_mind import AgentMind
from flexsim.voice.dialogue.caller_mind import CallerMind
from flexsim.voice.dialogue.instructions import AgentRole, CallerRole, read
from flexsim.voice.ports import Mind, Tool

_REMEMBERED: Final = 256


def make_mind(instructions: str, tools: Sequence[Tool], generator: Generator) -> Mind:
    """The mind of a session; ``generator`` is its own."""
    role = _read(instructions)
    if isinstance(role, CallerRole):
        return CallerMind(role, tools, generator)
    return AgentMind(role or AgentRole(), tools, generator)


@functools.lru_cache(maxsize=_REMEMBERED)
def _read(instructions: str) -> CallerRole | AgentRole | None:
    return read(instructions)
