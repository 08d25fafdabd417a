"""Tokens, estimated: four characters of text are one; so are 100 ms of sound that comes in, and 50 ms of what goes out.

The sound's are the service's own figures (its guide to managing costs). Only proportions matter here: to bills and limits in tests.
"""

from typing import Any, Literal

from flexsim.voice.ports import RATE, SAMPLE_BYTES, Speech


def of_text(text: str) -> int:
    """Tokens of a text."""
    return -(-len(text) // 4)


def of_input(milliseconds: int) -> int:
    """Tokens of sound that is heard."""
    return -(-milliseconds // 100)


def of_output(milliseconds: int) -> int:
    """Tokens of sound that is spoken."""
    return -(-milliseconds // 50)


def text_within(text: str, limit: int | Literal["inf"]) -> str:
    """As much of a text as so many tokens hold."""
    return text if limit == "inf" or of_text(text) <= limit else text[: 4 * limit].rstrip()


def words_within(speech: Speech, limit: int | Literal["inf"]) -> str:
    """As many words of an utterance as so many tokens hold, with their sound."""
    length = len(speech.pcm) // SAMPLE_BYTES
    if limit == "inf" or _cost(speech.text, length) <= limit:
        return speech.text
    said = ""
    for following in speech.words[1:]:
        so_far = speech.text[: following.offset].rstrip()
        if _cost(so_far, following.sample) > limit:
            break
        said = so_far
    return said


def _cost(text: str, samples: int) -> int:
    return of_text(text) + of_output(samples * 1000 // RATE)


class Usage:
    """What one response has used."""

    __slots__ = ("audio_in", "audio_out", "text_in", "text_out")

    def __init__(self, text_in: int = 0, audio_in: int = 0) -> None:
        self.text_in, self.audio_in = text_in, audio_in
        self.text_out = self.audio_out = 0

    @property
    def total(self) -> int:
        """All of it."""
        return self.text_in + self.audio_in + self.text_out + self.audio_out

    def document(self) -> dict[str, Any]:
        """As the protocol shows it."""
        return {
            "total_tokens": self.total,
            "input_tokens": self.text_in + self.audio_in,
            "output_tokens": self.text_out + self.audio_out,
            "input_token_details": {"cached_tokens": 0, "text_tokens": self.text_in, "audio_tokens": self.audio_in},
            "output_token_details": {"text_tokens": self.text_out, "audio_tokens": self.audio_out},
        }
