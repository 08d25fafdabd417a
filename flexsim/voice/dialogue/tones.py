"""In which tone somebody speaks, from the words that describe them. Pure."""

from typing import Final

from flexsim.voice.dialogue.personas import Persona

# The first that is described wins; a persona that is described by none speaks plainly, unless its numbers tell.
_SIGNS: Final = (
    ("cross", ("impatient", "frustrat", "annoy", "angry", "demanding", "irritat", "rude", "upset")),
    ("brisk", ("rush", "hurr", "brisk", "busy", "quick", "to the point")),
    ("gentle", ("gentle", "grateful", "elderly", "old", "roundabout", "hard of hearing")),
)


def tone_of(persona: Persona) -> str:
    """``cross``, ``brisk``, ``gentle``, or nothing for the plain one."""
    described = " ".join((*persona.traits, persona.style)).lower()
    for tone, signs in _SIGNS:
        if any(sign in described for sign in signs):
            return tone
    if persona.patience <= 2:
        return "cross"
    return "brisk" if persona.tendency_to_interrupt >= 0.5 else ""
