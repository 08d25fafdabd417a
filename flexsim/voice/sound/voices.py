"""Voices by name: those of OpenAI's Realtime API, each as a voice of espeak-ng's that can be told from the others.

A session carries one string as its ``voice``. All of a ``Voice`` goes into it::

    string = name { ":" part }
    part   = "rate=" words a minute | "pitch=" 0 to 99 | "language=" code

``marin``, ``marin:rate=150``, ``cedar:pitch=30:language=de``. What is not said is the name's own.
"""

from dataclasses import replace
from typing import Any, Final

from flexsim.errors import ConfigurationError
from flexsim.voice.ports import Voice

RATES: Final = range(80, 451)  # words a minute, that espeak-ng speaks
PITCHES: Final = range(100)
LANGUAGES: Final = ("de", "en", "en-us", "es", "fr", "it", "nl", "pt")

_TIMBRES: Final = {  # espeak-ng's variant, and the pitch that is the name's own
    "default": ("", 50),
    "alloy": ("f1", 45),
    "ash": ("m1", 35),
    "ballad": ("m7", 45),
    "coral": ("f2", 60),
    "echo": ("m3", 40),
    "sage": ("f4", 50),
    "shimmer": ("f3", 70),
    "verse": ("m4", 50),
    "marin": ("f5", 55),
    "cedar": ("m2", 25),
}
NAMES: Final = tuple(_TIMBRES)


def named(text: str) -> Voice:
    """The voice that a session's string says; raises ConfigurationError, in one line, where it says none."""
    name, *parts = text.split(":")
    if name not in _TIMBRES:
        raise ConfigurationError(f"no such voice: {name}; there are: {', '.join(NAMES)}")
    voice = Voice(name=name, pitch=_TIMBRES[name][1])
    for part in parts:
        voice = replace(voice, **_said(part, text))
    return voice


def name_of(voice: Voice) -> str:
    """The shortest string that ``named`` reads as this voice."""
    own = named(voice.name)
    parts = [
        f":{part}={getattr(voice, part)}"
        for part in ("rate", "pitch", "language")
        if getattr(voice, part) != getattr(own, part)
    ]
    return voice.name + "".join(parts)


def checked(voice: Voice) -> Voice:
    """The voice, if it can be spoken; else ConfigurationError says what of it cannot."""
    return named(f"{voice.name}:rate={voice.rate}:pitch={voice.pitch}:language={voice.language}")


def espeak_name(voice: Voice) -> str:
    """What espeak-ng calls it: ``en-us+f3``."""
    variant = _TIMBRES[voice.name][0]
    return f"{voice.language}+{variant}" if variant else voice.language


def _said(part: str, text: str) -> dict[str, Any]:
    key, _, value = part.partition("=")
    if key == "language":
        if value not in LANGUAGES:
            raise ConfigurationError(
                f"no such language: {value}, in the voice {text}; there are: {', '.join(LANGUAGES)}"
            )
        return {key: value}
    allowed = {"rate": RATES, "pitch": PITCHES}.get(key)
    if allowed is None:
        raise ConfigurationError(f"a voice has no {part!r}, in {text}; it has rate=, pitch= and language=")
    if not (value.isascii() and value.isdigit() and int(value) in allowed):
        raise ConfigurationError(f"{key} is {value!r}, in the voice {text}; it goes from {allowed[0]} to {allowed[-1]}")
    return {key: int(value)}
