"""Runs a program on the fastest event loop there is: uvloop's where it is installed."""

import asyncio
import importlib
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def run(main: Coroutine[Any, Any, T]) -> T:
    """What ``main`` returns; Ctrl-C cancels it and raises KeyboardInterrupt, as with ``asyncio.run``."""
    try:
        factory = importlib.import_module("uvloop").new_event_loop
    except ImportError:  # not for Windows, and compiled, hence not for everybody
        factory = None
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(main)
