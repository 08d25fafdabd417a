"""How much of a text was heard, where its sound was cut off."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flexsim.voice.ports import RATE, SAMPLE_BYTES, Heard, Speech, Word

_ENOUGH: Final = 0.5  # of a word, to know it


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An utterance without its sound, whose ``length`` is in samples at ``RATE``."""

    text: str
    words: tuple[Word, ...]
    length: int

    @classmethod
    def of(cls, speech: Speech) -> "Said":
        """What was said."""
        return cls(text=speech.text, words=speech.words, length=len(speech.pcm) // SAMPLE_BYTES)

    def between(self, start: float, end: float) -> Heard:
        """What is heard where only the samples from ``start`` to ``end`` came: the words of which at least a half is there."""
        complete = start <= 0 and end >= self.length
        if complete or not self.words:
            return Heard(text=self.text if complete else "", complete=complete)
        ends = [*(word.sample for word in self.words[1:]), self.length]
        heard = [
            number
            for number, (word, over) in enumerate(zip(self.words, ends, strict=True))
            if min(end, over) - max(start, word.sample) >= _ENOUGH * (over - word.sample)
        ]
        return Heard(text=self._words(heard), complete=False)

    def _words(self, heard: Sequence[int]) -> str:
        """These words, with what stands between them; with what stands before and after them where they are all there is."""
        if not heard:
            return ""
        first, following = heard[0], heard[-1] + 1
        start = self.words[first].offset if first else 0
        end = self.words[following].offset if following < len(self.words) else len(self.text)
        return self.text[start:end].rstrip()


def heard_until(speech: Speech, milliseconds: float) -> str:
    """What of an utterance's text is heard in its first milliseconds."""
    return Said.of(speech).between(0, milliseconds * RATE / 1000).text


def joined(parts: Sequence[Heard]) -> Heard:
    """What several utterances, one right after the other, come to."""
    return Heard(
        text=" ".join(part.text for part in parts if part.text),
        understood=all(part.understood for part in parts),
        complete=all(part.complete for part in parts),
    )
