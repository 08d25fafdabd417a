"""Processes that work for this one, and stop when they are not wanted any more; here, or wherever a ``Spread`` has them."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeAlias


class Pool(Protocol):
    """Whoever calls functions somewhere else."""

    def submit(self, function: Callable[..., Any], /, *arguments: Any) -> "Future[Any]":
        """Call this; its result comes."""


Opened: TypeAlias = AbstractContextManager[Pool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How work is spread: ``open(begin, *given)`` gives a pool each of whose processes does ``begin(*given)`` first.

    ``same_disk``: what one of them writes to a path, this process finds there. ``count`` is about how many there are, for
    those who hand out work a little ahead.
    """

    open: Callable[..., Opened]
    same_disk: bool
    count: int


def over_processes(count: int) -> Spread | None:
    """Over so many processes of this machine; None for one, which is this."""
    return None if count <= 1 else Spread(open=partial(processes, count), same_disk=True, count=count)


@contextmanager
def processes(count: int, begin: Callable[..., None], *given: Any) -> Iterator[ProcessPoolExecutor]:
    """``count`` processes, each of which does ``begin(*given)`` first; whatever they are doing at the end is stopped.

    Left without an exception, it waits for what has been submitted.
    """
    before = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(
        count, mp_context=multiprocessing.get_context("spawn"), initializer=_begin, initargs=(begin, given)
    )
    try:
        yield pool
        pool.shutdown()
    finally:
        for process in set(multiprocessing.active_children()) - before:
            process.terminate()
        pool.shutdown(cancel_futures=True)  # waits until they are gone


def _begin(begin: Callable[..., None], given: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all; the one who asked for the work decides
    threading.Thread(target=_end_with, args=(multiprocessing.parent_process(),), daemon=True).start()
    begin(*given)


def _end_with(parent: Any) -> None:
    """Whoever asked for the work may be killed; nobody would ask for it then, nor end those who wait for more."""
    parent.join()
    os._exit(1)
