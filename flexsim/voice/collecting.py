"""When Python's garbage collector looks for cycles: sound comes and goes without any."""

import contextlib
import gc
from collections.abc import Iterator
from typing import Final

_SELDOM: Final = (5_000, 20, 100)  # the collector's thresholds; Python's are 700, 10, 10


@contextlib.contextmanager
def collecting_seldom() -> Iterator[None]:
    """Look seldom; looking through all sessions because of a few made frames wait for tens of milliseconds."""
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
