"""How a simulator that runs until it is told to stop is told so.

Ctrl-C is asyncio's business: it cancels the main task, whose clean-up logs everybody out, and then raises
KeyboardInterrupt (exit 130). A second one cuts the clean-up short. SIGTERM does the same and is no interruption.
"""

import asyncio
import contextlib
import signal
from collections.abc import Iterator


@contextlib.contextmanager
def until_terminated() -> Iterator[None]:
    """SIGTERM cancels what runs within, and execution goes on after it; to be used in the main task."""
    task = asyncio.current_task()
    assert task is not None, "there is a current task inside a running loop"
    terminated = False

    def terminate() -> None:
        nonlocal terminated
        terminated = True
        task.cancel()

    loop = asyncio.get_running_loop()
    # Windows' loops know no signals; there SIGTERM ends the process, as it always does.
    with contextlib.suppress(NotImplementedError):
        loop.add_signal_handler(signal.SIGTERM, terminate)
    try:
        yield
    except asyncio.CancelledError:
        if not terminated or task.uncancel():
            raise
    finally:
        with contextlib.suppress(NotImplementedError):
            loop.remove_signal_handler(signal.SIGTERM)
