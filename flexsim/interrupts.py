"""How a program on an event loop is told to stop, by Ctrl-C or SIGTERM.

The first of them cancels what it does, which puts everything away. Ctrl-C is an interruption (exit 130), and so is SIGTERM, but
for who runs until being told to stop (exit 0). A second one ends the process (``signals``).
"""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

from flexsim.signals import STOPPING, end_at_once

T = TypeVar("T")


def run(main: Coroutine[Any, Any, T], loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None) -> T:
    """What ``main`` returns; Ctrl-C and SIGTERM cancel it and raise KeyboardInterrupt once it has put everything away."""
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        return runner.run(_interruptible(main))


async def _interruptible(main: Coroutine[Any, Any, T]) -> T:
    interrupted, task = False, _current_task()

    def stop(_: signal.Signals) -> None:
        nonlocal interrupted
        interrupted = True
        task.cancel()

    with first_signal(stop):
        try:
            return await main
        except asyncio.CancelledError:
            if interrupted and not task.uncancel():
                raise KeyboardInterrupt from None
            raise


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
            end_at_once(number, frame)
        received = True
        for each in before:
            signal.signal(each, end_at_once)
        loop.call_soon_threadsafe(stop, signal.Signals(number))

    with contextlib.suppress(ValueError):  # not the main thread
        for each in STOPPING:
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
    interrupt: Any = signal.getsignal(signal.SIGINT)
    terminated, task = False, _current_task()

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


def _current_task() -> asyncio.Task[Any]:
    task = asyncio.current_task()
    assert task is not None, "there is a current task inside a running loop"
    return task
