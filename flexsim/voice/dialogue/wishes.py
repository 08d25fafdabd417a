"""Which of an agent's functions somebody wishes for. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from flexsim.voice.dialogue.language import Language
from flexsim.voice.dialogue.meaning import Meaning
from flexsim.voice.dialogue.tools import HANG_UP, HUMAN, VERIFY
from flexsim.voice.ports import Tool

_OWN: Final = (HANG_UP, HUMAN, VERIFY)  # not what anybody calls for
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_COMMON: Final = frozenset(
    [
        "the",
        "and",
        "for",
        "you",
        "get",
        "set",
        "give",
        "make",
        "want",
        "from",
        "with",
        "this",
        "that",
        "what",
        "how",
        "are",
        "can",
        "could",
        "would",
        "please",
        "need",
        "have",
        "about",
        "tell",
        "caller",
        "user",
        "their",
        "them",
        "its",
        "into",
        "current",
        "given",
        "returns",
        "return",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """Functions that were meant, and whether something was meant that is not among them."""

    known: tuple[str, ...] = ()
    strange: bool = False


def wishes(meaning: Meaning, tools: Sequence[Tool], language: Language) -> Wishes:
    """What is wished for: by the language's cues, or, for a function that it has none for, by the words of its description."""
    names = {each.name for each in tools} - set(_OWN)
    cued = [each for each in meaning.of("skill") if each in names]
    if not cued:
        said = _words([meaning.plain])
        strangers = [each for each in tools if each.name in names and f"skill.{each.name}" not in language.cues]
        scored = [(_score(each, said), each.name) for each in strangers]
        best = max(scored, default=(0, ""))
        cued = [best[1]] if best[0] >= 2 else []
    strange = not cued and bool(set(meaning.of("skill")) - {HUMAN})
    return Wishes(known=tuple(cued), strange=strange)


def _score(tool: Tool, said: frozenset[str]) -> int:
    """Two for each word of the name that was said, one for each of the description."""
    name = _words([tool.name.replace("_", " ").replace("-", " ")])
    return 2 * len(name & said) + len((_words([tool.description]) - name) & said)


def _words(texts: Iterable[str]) -> frozenset[str]:
    """The words that mean something, without the ending of a plural."""
    return frozenset(
        word.removesuffix("s") for text in texts for word in _WORD.findall(text.lower()) if word not in _COMMON
    )
