"""Many requests side by side, stopping at the first that fails without tearing the others off."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, TypeVar

from flexsim.errors import TargetError

WIDTH: Final = 10

T = TypeVar("T")


async def together(jobs: Iterable[Callable[[], Awaitable[T]]], width: int = WIDTH) -> list[T]:
    """Run ``jobs``, at most ``width`` at a time, and return their results in the order of the jobs.

    After a TargetError no new job is begun; those under way end as they end, so that no request of unknown fate is left
    behind; then the first error is raised.
    """
    waiting = list(enumerate(jobs))
    waiting.reverse()
    results: dict[int, T] = {}
    errors: list[TargetError] = []

    async def work() -> None:
        while waiting and not errors:
            index, job = waiting.pop()
            try:
                results[index] = await job()
            except TargetError as error:
                errors.append(error)

    await asyncio.gather(*(work() for _ in range(min(width, len(waiting)))))
    if errors:
        raise errors[0]
    return [results[index] for index in sorted(results)]
