"""Which words of a text memories are found by.

The same words go into SQLite's index and into PostgreSQL's, so that both find the same: their own parsers differ in what
a word is, in stop words and in stemming. Hence plain ASCII, letters and digits only, when a word leaves here.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+")
_LONGEST: Final = 40  # characters; whatever is longer was no word, and is found by its beginning
_ASKED: Final = 10_000  # characters of a question that are looked at
_WORDS: Final = 64  # of these
_COMMON: Final = (
    "a an and are as at be been but by can do for from had has have he her his how i if in into is it its may more my no not"
    " of on or our she should so than that the their them then there these they this to up us was we were what when which who"
    " why will with would you your"
)
_SKIPPED: Final = frozenset(_COMMON.split())


# Who rebuilds a list of memories turn after turn asks for the words of the same texts.
@lru_cache(maxsize=8_192)
def words(text: str) -> tuple[str, ...]:
    """The distinct words of ``text`` in the order of their first use, without those that stand in any text."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    found = (
        each for each in _WORD.findall(plain.casefold()) if each not in _SKIPPED and (len(each) > 1 or each.isdigit())
    )
    return tuple(dict.fromkeys(_ascii(_singular(each))[:_LONGEST] for each in found))


def query_words(text: str) -> tuple[str, ...]:
    """The words of a question: of a long one the first, who asks with a whole document asks with its beginning."""
    return words(text[:_ASKED])[:_WORDS]


def _singular(word: str) -> str:
    """English plurals lose their ending, by the three rules of the S stemmer (D. Harman, How effective is suffixing?, 1991)."""
    if len(word) < 4 or not word.endswith("s"):
        return word
    if word.endswith("ies"):
        return word if word.endswith(("eies", "aies")) else f"{word[:-3]}y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    return word if word.endswith(("us", "ss")) else word[:-1]


def _ascii(word: str) -> str:
    return word if word.isascii() else f"u{word.encode().hex()}"
