"""Which utterances are back-channels: they say that one listens, and ask for nothing."""

import re
from typing import Final

_WORDS: Final = frozenset(
    # English, German, French, Spanish
    [
        "mm",
        "hm",
        "mhm",
        "mmhm",
        "hmm",
        "uh",
        "huh",
        "ah",
        "oh",
        "aha",
        "yes",
        "yeah",
        "yep",
        "ok",
        "okay",
        "right",
        "sure",
        "good",
        "great",
        "fine",
        "i",
        "see",
        "got",
        "it",
        "ja",
        "genau",
        "klar",
        "gut",
        "verstehe",
        "stimmt",
        "oui",
        "d'accord",
        "bien",
        "voilà",
        "sí",
        "si",
        "vale",
        "claro",
        "bueno",
    ]
)
_MOST: Final = 4  # words
_WORD: Final = re.compile(r"[\w']+")


def is_backchannel(text: str) -> bool:
    """Whether ``text``, or what has come of it so far, is no more than that."""
    words = _WORD.findall(text.lower())
    return 0 < len(words) <= _MOST and all(word in _WORDS for word in words)
