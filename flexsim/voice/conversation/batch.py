"""Many conversations: one after the other, on several processes in virtual time, or several at once at the clock's pace."""

import asyncio
import io
import tarfile
import tempfile
from collections.abc import Awaitable, Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeVar

from flexsim.cluster.processes import Spread
from flexsim.errors import FlexsimError
from flexsim.voice.conversation.casting import Plan
from flexsim.voice.conversation.conversing import START, Outcome, Setting, converse_virtually
from flexsim.voice.sound.speaking import EspeakSpeaker

R = TypeVar("R")

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
    works: Sequence[Job], folder: Path, *, spread: Spread | None = None, exact: bool = True, started: float = START
) -> Generator[Done, None, None]:
    """Let all take place in virtual time, recorded under ``folder``, and tell of each when it is over.

    The recordings are the same wherever ``spread`` has them made. Closing the iterator stops what is under way.
    """
    if spread is None:
        _begin(folder, started, exact=exact)
        yield from map(_converse, works)
        return
    with spread.open(_begin_process, folder, started, exact) as pool:
        if spread.same_disk:
            yield from _spread(lambda job: pool.submit(_converse, job), works, spread.count * _AHEAD)
        else:
            afar = _spread(lambda job: pool.submit(_converse_afar, job), works, spread.count * _AHEAD)
            yield from (_brought_home(done, recording, folder) for done, recording in afar)


def _spread(submit: Callable[[Job], "Future[R]"], works: Sequence[Job], most: int) -> Iterator[R]:
    """Hand out so many at a time: plans are not small, and there may be thousands."""
    waiting = iter(works)
    under_way = {submit(each) for _, each in zip(range(most), waiting, strict=False)}
    while under_way:
        done = next(as_completed(under_way))
        under_way.discard(done)
        following = next(waiting, None)
        if following is not None:
            under_way.add(submit(following))
        yield done.result()


def _brought_home(done: Done, recording: bytes, folder: Path) -> Done:
    """The recording that was made on another disk, in this folder."""
    with tarfile.open(fileobj=io.BytesIO(recording)) as found:
        found.extractall(folder, filter="data")
    if done.outcome is None:
        return done
    return replace(done, outcome=replace(done.outcome, folder=folder / done.outcome.folder.name))


class _Here:
    """What all conversations of this process share."""

    speaker: EspeakSpeaker
    folder: Path
    started: float
    exact: bool


def _begin(folder: Path, started: float, *, exact: bool) -> None:
    _Here.speaker, _Here.folder, _Here.started, _Here.exact = EspeakSpeaker(), folder, started, exact


def _begin_process(folder: Path, started: float, exact: bool) -> None:
    _begin(folder, started, exact=exact)


def _converse(job: Job) -> Done:
    return _converse_in(_Here.folder, job)


def _converse_afar(job: Job) -> tuple[Done, bytes]:
    """On a machine with a disk of its own: the recording comes back as an archive."""
    with tempfile.TemporaryDirectory() as folder:
        done = _converse_in(Path(folder), job)
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w") as packed:
            for each in sorted(Path(folder).iterdir()):
                packed.add(each, each.name)
        return done, archive.getvalue()


def _converse_in(folder: Path, job: Job) -> Done:
    setting = Setting(out=folder, name=job.name, started=_Here.started)
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
