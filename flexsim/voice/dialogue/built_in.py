"""The files that come with flexsim: callers, scenarios and agents, by the names of their files."""

import functools
from importlib import resources
from typing import Final

from flexsim.domain.problems import hint
from flexsim.errors import ConfigurationError

_ENDING: Final = ".yaml"


@functools.cache
def names(folder: str) -> tuple[str, ...]:
    """What there is in a folder of ours, in order of name."""
    files = resources.files("flexsim.voice.dialogue").joinpath("library", folder).iterdir()
    return tuple(sorted(each.name.removesuffix(_ENDING) for each in files if each.name.endswith(_ENDING)))


def text(folder: str, name: str, what: str) -> str:
    """The file of this name; raises ConfigurationError saying what there is, where there is none."""
    known = names(folder)
    if name not in known:
        advice = hint(name, known) or f"; there are {', '.join(known)}"
        raise ConfigurationError(f"no such {what}: {' '.join(name.split())[:100]}{advice}")
    return (
        resources.files("flexsim.voice.dialogue")
        .joinpath("library", folder, name + _ENDING)
        .read_text(encoding="utf-8")
    )
