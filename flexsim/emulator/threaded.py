"""A thread with an event loop that one server runs on, and how other threads have something done there."""

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Protocol, TypeVar

from flexsim.loops import loop_factory

T = TypeVar("T")


class Serving(Protocol):
    """What is run: entered and left on the thread's event loop."""

    async def __aenter__(self) -> object: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class ServerThread:
    """Runs ``server`` from ``start`` to ``stop``."""

    def __init__(self, server: Serving) -> None:
        self._server = server
        self._begun = threading.Event()
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._over: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._main, name="local-taskrouter", daemon=True)

    def start(self) -> None:
        """Return once it serves; raises what starting raised."""
        self._thread.start()
        self._begun.wait()
        if self._failure is not None:
            self._thread.join()
            raise self._failure

    def do(self, work: Callable[[], T]) -> T:
        """Do it on this thread's loop, between requests, and return what it returns or raise what it raises."""
        assert self._loop is not None
        if threading.current_thread() is self._thread:
            return work()
        done: concurrent.futures.Future[T] = concurrent.futures.Future()

        def run() -> None:
            try:
                done.set_result(work())
            except BaseException as error:  # noqa: BLE001 -- raised again in the thread that asked
                done.set_exception(error)

        self._loop.call_soon_threadsafe(run)
        return done.result()

    def stop(self) -> None:
        """Return once it no longer serves."""
        assert self._loop is not None
        assert self._over is not None
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()
        if self._failure is not None:
            raise self._failure

    def _main(self) -> None:
        try:
            # Not loops.run: the process is somebody else's, and so is its garbage collector.
            with asyncio.Runner(loop_factory=loop_factory()) as runner:
                runner.run(self._serve())
        except BaseException as error:  # noqa: BLE001 -- raised again in the thread that asked
            self._failure = error
        finally:
            self._begun.set()

    async def _serve(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        async with self._server:
            self._begun.set()
            await self._over.wait()
