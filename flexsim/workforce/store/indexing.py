"""What memories are found by, as it stands in the database."""

import hashlib
from collections.abc import Iterator

from flexsim.workforce.memory.words import words


def owner(session_id: str, role: str) -> str:
    """A word that stands in all memories of this role in this session, and in no other."""
    return f"z{hashlib.blake2b(f'{session_id}/{role}'.encode(), digest_size=8).hexdigest()}"


def indexed(session_id: str, role: str, text: str) -> str:
    """The words of a memory, apart by spaces; whose it is stands first."""
    return " ".join((owner(session_id, role), *words(text)))


def owners_and_words(role: str, text: str) -> Iterator[tuple[str, str]]:
    """What a memory counts for: each of its words, and the empty word, which counts memories."""
    yield role, ""
    for word in words(text):
        yield role, word
