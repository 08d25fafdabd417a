"""Which languages the minds speak."""

from collections.abc import Mapping
from typing import Final

from flexsim.voice.dialogue.english import ENGLISH
from flexsim.voice.dialogue.french import FRENCH
from flexsim.voice.dialogue.german import GERMAN
from flexsim.voice.dialogue.language import Language

LANGUAGES: Final[Mapping[str, Language]] = {each.code: each for each in (ENGLISH, FRENCH, GERMAN)}


def language_of(code: str) -> Language:
    """The language of this code (``en``, ``en-us``); English for one that nobody here speaks."""
    return LANGUAGES.get(code.lower().partition("-")[0], ENGLISH)
