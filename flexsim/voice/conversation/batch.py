"""Many conversations: one after the other, on several processes in virtual time, or several at once at the clock's pace."""

import asyncio
import contextlib
import multiprocessing
import signal
from collections.abc import Awaitable, Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flexsim.errors import FlexsimError
from flexsim.voice.conversation.casting import Plan
from flexsim.voice.conversation.conversing import START, Outcome, Setting, converse_virtually
from flexsim.voice.sound.speaking import EspeakSpeaker

CONVERSATIONS: Final = "conversations"  # in a run's folder
_AHEAD: Final = 4  # conversations handed to a process before it has finished one


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One conversation to take place; ``name`` is its own among all in the folder."""

    number: int
    name: str
    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of it; ``problem`` says why there is nothing."""

    job: Job
    outcome: Outcome | None
    problem: str | None = None


def jobs(plans: Sequence[Plan]) -> list[Job]:
    """The plans as jobs, with names that no two of them share."""
    found, taken = [], dict[str, int]()
    for number, plan in enumerate(plans):
        count = taken[plan.name] = taken.get(plan.name, 0) + 1
        found.append(Job(number=number, name=plan.name if count == 1 else f"{plan.name}-{count}", plan=plan))
    return found


def converse_all(
    works: Sequence[Job], folder: Path, *, processes: int = 1, exact: bool = True, started: float = START
) -> Generator[Done, None, None]:
    """Let all take place in virtual time, recorded under ``folder``, and tell of each when it is over.

    The recordings are the same whatever the number of processes. Closing the iterator stops what is under way.
    """
    if processes == 1:
        _begin(folder, started, exact=exact)
        yield from map(_converse, works)
        return
    with _pool(min(processes, len(works)), folder, started, exact=exact) as pool:
        yield from _spread(pool, works, processes * _AHEAD)


def _spread(pool: ProcessPoolExecutor, works: Sequence[Job], most: int) -> Iterator[Done]:
    """Hand out so many at a time: plans are not small, and there may be thousands."""
    waiting = iter(works)
    under_way: set[Future[Done]] = {pool.submit(_converse, each) for _, each in zip(range(most), waiting, strict=False)}
    while under_way:
        done = next(as_completed(under_way))
        under_way.discard(done)
        following = next(waiting, None)
        if following is not None:
            under_way.add(pool.submit(_converse, following))
        yield done.result()


@contextlib.contextmanager
def _pool(count: int, folder: Path, started: float, *, exact: bool) -> Iterator[ProcessPoolExecutor]:
    """Processes that are stopped at the end, whatever they are doing."""
    before = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(
        count,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin_process,
        initargs=(folder, started, exact),
    )
    try:
        yield pool
        pool.shutdown()
    finally:
        for process in set(multiprocessing.active_children()) - before:
            process.terminate()
        pool.shutdown(cancel_futures=True)


class _Here:
    """What all conversations of this process share."""

    speaker: EspeakSpeaker
    folder: Path
    started: float
    exact: bool


def _begin(folder: Path, started: float, *, exact: bool) -> None:
    _Here.speaker, _Here.folder, _Here.started, _Here.exact = EspeakSpeaker(), folder, started, exact


def _begin_process(folder: Path, started: float, exact: bool) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all; the one who asked for the work decides
    _begin(folder, started, exact=exact)


def _converse(job: Job) -> Done:
    setting = Setting(out=_Here.folder, name=job.name, started=_Here.started)
    try:
        return Done(job=job, outcome=converse_virtually(job.plan, setting, _Here.speaker, exact=_Here.exact))
    except FlexsimError as error:
        return Done(job=job, outcome=None, problem=str(error))


# At the clock's pace.


async def converse_all_live(
    works: Sequence[Job], converse: Callable[[Job], Awaitable[Outcome]], at_once: int, tell: Callable[[Done], None]
) -> None:
    """Let all take place, so many at a time, and tell of each when it is over."""
    gate = asyncio.Semaphore(at_once)

    async def one(job: Job) -> None:
        async with gate:
            try:
                done = Done(job=job, outcome=await converse(job))
            except FlexsimError as error:
                done = Done(job=job, outcome=None, problem=str(error))
            tell(done)

    async with asyncio.TaskGroup() as group:
        for each in works:
            group.create_task(one(each))
