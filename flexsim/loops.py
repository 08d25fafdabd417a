"""The fastest event loop there is, uvloop's where it is installed, and the garbage collector out of its way."""

import asyncio
import contextlib
import gc
import importlib
import importlib.util
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, Final, TypeVar

from flexsim import interrupts

T = TypeVar("T")

_RARER: Final = (20, 100)  # the collector's second and third threshold; Python's are 10 and 10, the first 700


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Where uvloop is installed, its event loop; else None, which is asyncio's own."""
    if importlib.util.find_spec("uvloop") is None:
        return None
    # Optional (pip install flexsim[fast]) and not on Windows, so that type checking must do without it.
    factory: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module("uvloop").new_event_loop
    return factory


@contextlib.contextmanager
def collecting_seldom(every: int = 5_000) -> Iterator[None]:
    """Have the garbage collector look for cycles less often, once so many objects are new; for a process of our own, whose collector is ours to set.

    What a server holds is alive and goes without the collector's help. Looking through it time and again took a third of
    creating a task, and stood still for 0.4 seconds at 40,000 tasks.
    """
    before = gc.get_threshold()
    gc.set_threshold(every, *_RARER)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def run(main: Coroutine[Any, Any, T], *, collect_every: int = 5_000) -> T:
    """What ``main`` returns; Ctrl-C and SIGTERM cancel it and raise KeyboardInterrupt.

    For a program of its own: the garbage collector is set as by ``collecting_seldom``.
    """
    with collecting_seldom(collect_every):
        return interrupts.run(main, loop_factory())
