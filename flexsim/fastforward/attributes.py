"""Which of a task's attributes routing can read: those that a workflow's document speaks of."""

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

_NAMES: Final = re.compile(r"[^\W\d]\w*")
_NO_EXPRESSIONS: Final = frozenset({"queue", "filter_friendly_name", "friendly_name"})


def reads_personal(workflow: Mapping[str, Any], personal: AbstractSet[str]) -> bool:
    """Whether a workflow (its document) may read one of the task attributes named in ``personal``.

    It errs on the side of yes: any word of any expression counts, in quotes or not.
    """
    return any(not personal.isdisjoint(_NAMES.findall(text)) for text in _texts(workflow))


def _texts(document: Any) -> Iterator[str]:
    """Every text in the document that may hold an expression."""
    if isinstance(document, str):
        yield document
    elif isinstance(document, Mapping):
        for key, value in document.items():
            if key not in _NO_EXPRESSIONS:
                yield from _texts(value)
    elif isinstance(document, list | tuple):
        for each in document:
            yield from _texts(each)
