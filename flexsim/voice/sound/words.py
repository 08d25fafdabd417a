"""How much of a text was heard, where its sound was cut off."""

from collections.abc import Sequence
from typing import Final

from flexsim.voice.ports import RATE, SAMPLE_BYTES, Speech, Word

_ENOUGH: Final = 0.5  # of a word, to know it


def text_until(text: str, words: Sequence[Word], samples: float, length: int) -> str:
    """What of ``text`` is heard in the first ``samples`` of its ``length``: the words of which at least a half was played.

    The whole text, with its last full stop, only where all of its words are heard.
    """
    ends = [*(word.sample for word in words[1:]), length]
    heard = sum(samples >= word.sample + _ENOUGH * (end - word.sample) for word, end in zip(words, ends, strict=True))
    if heard == len(words):
        return text
    return text[: words[heard].offset].rstrip()


def heard_until(speech: Speech, milliseconds: float) -> str:
    """What of an utterance's text is heard in its first milliseconds."""
    samples = milliseconds * RATE / 1000
    return text_until(speech.text, speech.words, samples, len(speech.pcm) // SAMPLE_BYTES)
