"""Held back to a clock, the same events come in the same order."""

import asyncio
import dataclasses

import pytest

from flexsim.clock import ManualClock, WallClock
from flexsim.fastforward.pacing import run_paced
from flexsim.fastforward.replication import Running
from tests.fastforward.conftest import EIGHT
from tests.fastforward.logs import logged


@pytest.mark.parametrize("speed", [3_000, 100_000])  # the faster one is more than the machine can do
def test_paced_by_a_clock_the_log_is_the_virtual_one_to_the_last_byte(plan, speed):
    plan = dataclasses.replace(plan, duration=1800.0, warmup=600.0, drain=True)
    lines = []

    async def go():
        running = Running(plan, write=lines.extend)
        return await running.run_paced(WallClock(speed, start=plan.start))

    result = asyncio.run(go())
    text, virtual = logged(plan)
    assert "".join(lines) == text
    assert result.standing.totals.overall.offered == virtual.standing.totals.overall.offered


def test_nothing_happens_before_the_clock_shows_its_moment(plan):
    clock = ManualClock(EIGHT)
    running = Running(plan)
    moments = []
    running.simulation.listen = lambda events: moments.extend((event[0], clock.now()) for event in events)

    async def go():
        paced = asyncio.create_task(run_paced(running.simulation, clock, EIGHT + 120))
        while not paced.done():
            await asyncio.sleep(0)
            clock.advance(0.25)
        return clock.now()

    ended = asyncio.run(go())
    assert moments
    assert all(due <= shown for due, shown in moments)
    assert max(shown - due for due, shown in moments) < 1.0
    assert EIGHT + 120 <= ended < EIGHT + 122
