"""Many replications, in this process or in several, and always the same results in the same order.

Each replication has its own seed, which the plan's seed and its number decide, so it does not matter who runs it.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from flexsim.cluster.processes import Spread
from flexsim.fastforward.replication import Plan, Progress, Replication, Running
from flexsim.runs.folder import LogWriter

if TYPE_CHECKING:
    from concurrent.futures import Future

Work: TypeAlias = tuple[int, int]
"""Which of several plans, and the number of the replication."""

_plans: list[Plan] = []  # of a process that works for another: what it was given when it started


def replicate(
    plans: Sequence[Plan],
    works: Sequence[Work],
    *,
    spread: Spread | None = None,
    logs: Mapping[Work, Path] | None = None,
    progress: Progress | None = None,
) -> Iterator[Replication]:
    """The replications in the order of ``works``, from this process or wherever ``spread`` has them made.

    Some leave their events in ``logs``.

    ``progress`` hears which share of all is done. Close the iterator, or leave it by an exception, to stop early.
    """
    logs = logs or {}
    tell: Progress = progress or (lambda _: None)
    if spread is None or len(works) == 1:
        for done, work in enumerate(works):
            yield _run(plans[work[0]], work[1], logs.get(work), _part(tell, done, len(works)))
        return
    with spread.open(_remember, list(plans)) as pool:
        call = _run_given if spread.same_disk else _run_afar
        futures: list[Future[Any]] = [pool.submit(call, *work, logs.get(work)) for work in works]
        for done, (work, future) in enumerate(zip(works, futures, strict=True), start=1):
            replication = future.result() if spread.same_disk else _brought_home(future.result(), logs.get(work))
            tell(done / len(works))
            yield replication


def _brought_home(found: tuple[Replication, bytes], log: Path | None) -> Replication:
    replication, events = found
    if log is not None:
        log.write_bytes(events)
    return replication


def _part(tell: Progress, done: int, count: int) -> Callable[[float], None]:
    return lambda share: tell((done + share) / count)


def _run(plan: Plan, number: int, log: Path | None, progress: Progress | None = None) -> Replication:
    if log is None:
        return Running(plan, number).run(progress)
    with LogWriter(log) as writer:
        return Running(plan, number, write=writer.write_fast).run(progress)


# In the other processes.


def _remember(plans: list[Plan]) -> None:
    _plans[:] = plans


def _run_given(plan: int, number: int, log: Path | None) -> Replication:
    return _run(_plans[plan], number, log)


def _run_afar(plan: int, number: int, log: Path | None) -> tuple[Replication, bytes]:
    """On a machine with a disk of its own: the events come back beside the figures."""
    if log is None:
        return _run(_plans[plan], number, None), b""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "events.jsonl")
        replication = _run(_plans[plan], number, file)
        return replication, file.read_bytes()
