"""Side by side, so many at a time, and no new ones after a failure."""

import asyncio
from functools import partial

import pytest

from flexsim.deployment.concurrency import together
from flexsim.errors import TargetUnreachable


def test_results_come_in_the_order_of_the_jobs():
    async def job(number, turns):
        for _ in range(turns):
            await asyncio.sleep(0)
        return number

    jobs = [partial(job, number, 5 - number) for number in range(5)]
    assert asyncio.run(together(jobs, width=3)) == [0, 1, 2, 3, 4]


def test_no_more_than_width_run_at_once():
    running = most = 0

    async def job():
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1

    asyncio.run(together([job] * 20, width=4))
    assert most == 4


def test_after_a_failure_what_is_under_way_ends_and_nothing_new_begins():
    begun, ended = [], []

    async def job(number):
        begun.append(number)
        await asyncio.sleep(0)
        if number == 1:
            raise TargetUnreachable("gone")
        await asyncio.sleep(0)
        ended.append(number)

    with pytest.raises(TargetUnreachable):
        asyncio.run(together([partial(job, number) for number in range(10)], width=3))
    assert begun == [0, 1, 2]
    assert ended == [0, 2]
