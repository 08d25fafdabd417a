"""Clocks: a manual one moves when told to, a wall clock runs at its speed and never wakes anybody early."""

import asyncio
import gc
import itertools
import time
import weakref

import pytest

from flexsim.clock import ManualClock, WallClock, machine_seconds, real_seconds, sleep_until


def test_a_manual_clock_stands_still_until_told_to_advance():
    clock = ManualClock(100.0)
    assert clock.now() == 100.0
    clock.advance(2.5)
    assert clock.now() == 102.5


def test_a_manual_clock_wakes_in_order_of_time_and_then_of_asking():
    clock = ManualClock(0.0)
    woken = []
    for name, moment in (("late", 5.0), ("first", 2.0), ("second", 2.0), ("never", 50.0)):
        clock.call_at(moment, lambda name=name: woken.append((name, clock.now())))
    clock.advance(10.0)
    assert woken == [("first", 2.0), ("second", 2.0), ("late", 5.0)]


def test_what_is_asked_for_while_waking_happens_in_the_same_advance():
    clock = ManualClock(0.0)
    woken = []
    clock.call_at(1.0, lambda: clock.call_at(2.0, lambda: woken.append(clock.now())))
    clock.advance(3.0)
    assert woken == [2.0]


def test_a_cancelled_waking_does_not_happen():
    clock = ManualClock(0.0)
    woken = []
    clock.call_at(1.0, lambda: woken.append("no")).cancel()
    clock.advance(2.0)
    assert woken == []


def test_a_moment_gone_by_wakes_at_once_and_does_not_turn_the_clock_back():
    clock = ManualClock(10.0)
    woken = []
    clock.call_at(5.0, lambda: woken.append(clock.now()))
    clock.advance(0.0)
    assert woken == [10.0]


def test_a_wall_clock_starts_at_the_machines_time():
    assert abs(WallClock().now() - time.time()) < 1.0


def test_a_machine_whose_clock_is_set_changes_no_duration(monkeypatch):
    machine = itertools.cycle((1_767_600_000.0, 1_767_603_600.0, 1_767_596_400.0))
    monkeypatch.setattr(time, "time", lambda: next(machine))

    async def scenario():
        clock = WallClock(speed=100.0)
        seen, woken = [clock.now()], []
        for seconds in (1.0, 2.0, 3.0):
            clock.call_at(seen[0] + seconds, lambda: woken.append(clock.now()))
        while len(woken) < 3:
            await sleep_until(clock, seen[-1] + 0.5)
            seen.append(clock.now())
            assert machine_seconds()  # it has been set since
            clock.set_speed(100.0 + len(seen))
        return seen, woken

    seen, woken = asyncio.run(scenario())
    assert seen == sorted(seen)
    assert woken == sorted(woken)


def test_a_wall_clock_runs_as_many_times_as_fast_as_it_is_told():
    async def elapsed():
        clock = WallClock(speed=1000.0)
        simulated, real = clock.now(), real_seconds()
        await sleep_until(clock, simulated + 50.0)
        return clock.now() - simulated, real_seconds() - real

    simulated, real = asyncio.run(elapsed())
    assert simulated >= 50.0
    assert simulated == pytest.approx(real * 1000.0, rel=0.2)


def test_a_wall_clock_never_wakes_early():
    async def earliest():
        clock = WallClock(speed=7.0)
        woken = asyncio.get_running_loop().create_future()
        moment = clock.now() + 0.07
        clock.call_at(moment, lambda: woken.set_result(clock.now() - moment))
        return await woken

    assert asyncio.run(earliest()) >= 0.0


def test_a_change_of_speed_keeps_the_time_and_the_moments_asked_for():
    async def run():
        clock = WallClock(speed=0.001)
        start = clock.now()
        waiting = asyncio.ensure_future(sleep_until(clock, start + 100.0))
        await asyncio.sleep(0)
        clock.set_speed(10_000.0)
        assert clock.now() - start < 100.0
        await asyncio.wait_for(waiting, 5.0)
        return clock.now() - start

    assert asyncio.run(run()) >= 100.0


def test_a_cancelled_wall_waking_is_forgotten():
    async def run():
        clock = WallClock(speed=1000.0)
        woken = []
        clock.call_at(clock.now() + 1.0, lambda: woken.append("no")).cancel()
        await sleep_until(clock, clock.now() + 5.0)
        clock.set_speed(1.0)
        return woken

    assert asyncio.run(run()) == []


def test_a_callback_that_has_been_leaves_nothing_to_the_garbage_collector():
    gone = []

    class Thing:
        def woken(self):
            pass

    async def scenario():
        clock, thing = WallClock(), Thing()
        weakref.finalize(thing, gone.append, True)
        clock.call_at(clock.now() + 0.001, thing.woken)
        del thing
        await asyncio.sleep(0.01)
        assert gone == [True]

    gc.disable()
    try:
        asyncio.run(scenario())
    finally:
        gc.enable()


def test_sleeping_until_a_moment_gone_by_returns_at_once():
    asyncio.run(sleep_until(ManualClock(10.0), 9.0))


def test_a_sleeper_who_is_cancelled_leaves_no_callback_behind():
    async def run():
        clock = ManualClock(0.0)
        sleeper = asyncio.ensure_future(sleep_until(clock, 5.0))
        await asyncio.sleep(0)
        sleeper.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sleeper
        clock.advance(10.0)

    asyncio.run(run())


@pytest.mark.parametrize("speed", [0.0, -1.0])
def test_a_speed_that_is_not_positive_is_refused(speed):
    with pytest.raises(ValueError, match="speed must be positive"):
        WallClock(speed)
    with pytest.raises(ValueError, match="speed must be positive"):
        WallClock().set_speed(speed)
