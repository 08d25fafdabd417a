"""How a program on an event loop is told to stop, by Ctrl-C or SIGTERM, once and twice.

The first of them ends it in good order. Ctrl-C is an interruption (exit 130), and so is SIGTERM, but for who runs until being
told to stop (exit 0). A second one does not wait for good order: the process is over there and then. A KeyboardInterrupt
wherever the program happens to be would not do: asyncio loses a callback to it now and then, and what waits for that never ends.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, Final, TypeVar

T = TypeVar("T")

_STOPPING: Final = (signal.SIGINT, signal.SIGTERM)
_SHOW_CURSOR: Final = b"\x1b[?25h"  # a live picture hides it


def run(main: Coroutine[Any, Any, T], loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None) -> T:
    """What ``main`` returns; Ctrl-C and SIGTERM cancel it and raise KeyboardInterrupt once it has put everything away."""

    async def interruptible() -> T:
        interrupt: Any = signal.getsignal(signal.SIGINT)  # the runner's, which cancels this task
        with first_signal(lambda _: interrupt(signal.SIGINT, None)):
            return await main

    with asyncio.Runner(loop_factory=loop_factory) as runner:
        return runner.run(interruptible())


@contextlib.contextmanager
def first_signal(stop: Callable[[signal.Signals], None]) -> Iterator[None]:
    """The first SIGINT or SIGTERM calls ``stop`` on the running loop; a second one, also afterwards, ends the process.

    Where none has come, all is as before afterwards. What is ignored stays so; and only the main thread gets signals: in
    another one nothing changes.
    """
    loop = asyncio.get_running_loop()
    before: dict[signal.Signals, Any] = {}
    received = False

    def receive(number: int, frame: Any) -> None:
        nonlocal received
        if received:  # it has come while the first was being received
            _end_at_once(number, frame)
        received = True
        for each in before:
            signal.signal(each, _end_at_once)
        loop.call_soon_threadsafe(stop, signal.Signals(number))

    with contextlib.suppress(ValueError):  # not the main thread
        for each in _STOPPING:
            if signal.getsignal(each) is not signal.SIG_IGN:
                before[each] = signal.signal(each, receive)
    try:
        yield
    finally:
        for each, handler in before.items():
            if signal.getsignal(each) is receive:
                signal.signal(each, handler)


@contextlib.contextmanager
def until_terminated() -> Iterator[None]:
    """SIGTERM cancels what runs within, and execution goes on after it; to be used in the main task. Ctrl-C is what it was."""
    task = asyncio.current_task()
    assert task is not None, "there is a current task inside a running loop"
    interrupt: Any = signal.getsignal(signal.SIGINT)
    terminated = False

    def stop(number: signal.Signals) -> None:
        nonlocal terminated
        if number is signal.SIGINT:
            interrupt(number, None)
        else:
            terminated = True
            task.cancel()

    with first_signal(stop):
        try:
            yield
        except asyncio.CancelledError:
            if not terminated or task.uncancel():
                raise


def _end_at_once(number: int, _: Any) -> None:
    for stream in (sys.__stdout__, sys.__stderr__):
        with contextlib.suppress(OSError, ValueError):  # closed, or without a number
            if stream is not None and stream.isatty():
                os.write(stream.fileno(), _SHOW_CURSOR)
    os._exit(128 + number)
