"""Hearing what was not spoken here, within a grammar: pocketsphinx, where the extra ``hearing`` is installed and asked for.

Its English model hears freely so badly that it would be of no use: of what a grammar allows, it finds the nearest. That
is a guess, always, unlike all other hearing here.
"""

import re
from collections.abc import Iterable, Sequence
from importlib import import_module
from importlib.util import find_spec
from threading import Lock
from typing import Any, Final

import numpy as np

from flexsim.errors import ConfigurationError
from flexsim.voice.ports import Heard
from flexsim.voice.sound.pcm import TELEPHONE_RATE, Samples, pcm_of, resampled
from flexsim.voice.sound.understanding import NOT_UNDERSTOOD

_MODEL_RATE: Final = 16_000
_DITHER_DB: Final = 22  # below the sound: the model has never met silence without noise, and stumbles over it
_WORD: Final = re.compile(r"[a-z']+|[0-9]")
_DIGITS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def installed() -> bool:
    """Whether the extra is there."""
    return find_spec("pocketsphinx") is not None


def grammar_of(sentences: Iterable[str]) -> str:
    """A grammar (JSGF) that allows these sentences; digits are read one by one."""
    alternatives = {" ".join(_words(sentence)) for sentence in sentences} - {""}
    if not alternatives:
        raise ConfigurationError("a grammar needs a sentence with a word in it")
    return "#JSGF V1.0; grammar sentences; public <sentence> = " + " | ".join(sorted(alternatives)) + ";"


class Dictation:
    """Hears within a grammar (JSGF); may be shared by threads, of which one is heard at a time.

    Raises ConfigurationError where the extra is missing, and where the grammar has a fault or an unknown word.
    """

    def __init__(self, grammar: str) -> None:
        if not installed():
            raise ConfigurationError("hearing within a grammar needs pocketsphinx: pip install 'flexsim[hearing]'")
        decoder: Any = import_module("pocketsphinx").Decoder(lm=None, samprate=float(_MODEL_RATE), loglevel="FATAL")
        unknown = sorted(word for word in _grammar_words(grammar) if decoder.lookup_word(word) is None)
        if unknown:
            raise ConfigurationError(f"pocketsphinx does not know the word: {', '.join(unknown)}")
        fault = ConfigurationError(f"this is no grammar in JSGF: {grammar[:200]}")
        if not grammar.startswith("#JSGF"):
            raise fault  # before the library writes the text to standard output
        try:
            decoder.add_jsgf_string("grammar", grammar)
            decoder.activate_search("grammar")
        except (RuntimeError, ValueError, KeyError) as error:
            raise fault from error
        self._decoder = decoder
        self._lock = Lock()

    def hear(self, samples: Samples) -> Heard:
        """What of the grammar is nearest to a sound at the telephone's rate."""
        if not len(samples):
            return NOT_UNDERSTOOD
        with self._lock:
            self._decoder.reinit_feat()  # what it heard before must not decide what it hears now
            self._decoder.start_utt()
            self._decoder.process_raw(pcm_of(_dithered(samples)), full_utt=True)
            self._decoder.end_utt()
            found = self._decoder.hyp()
        return Heard(text=found.hypstr) if found is not None and found.hypstr else NOT_UNDERSTOOD


def _dithered(samples: Samples) -> Samples:
    wide = resampled(samples, TELEPHONE_RATE, _MODEL_RATE)
    level = float(np.sqrt(np.mean(np.square(wide)))) if len(wide) else 0.0
    noise = np.random.Generator(np.random.PCG64(1)).standard_normal(len(wide), np.float32)
    return wide + np.float32(level / 10 ** (_DITHER_DB / 20)) * noise


def _words(sentence: str) -> Sequence[str]:
    return [_DIGITS[int(word)] if word.isdigit() else word for word in _WORD.findall(sentence.lower())]


def _grammar_words(grammar: str) -> set[str]:
    """The words between a grammar's signs, without its header and its rules' names."""
    body = re.sub(r"#JSGF[^;]*;|\bgrammar\s[^;]*;|<[^>]*>|\bpublic\b|\{[^}]*\}|/[^/]*/|//[^\n]*", " ", grammar)
    return set(re.findall(r"[a-z']+", body.lower()))
