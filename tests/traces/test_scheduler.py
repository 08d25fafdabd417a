"""Virtual time goes from one waking to the next, in one order only."""

import pytest

from flexsim.traces.scheduler import Scheduler


def test_time_goes_to_the_next_waking_and_no_further():
    scheduler = Scheduler(100)
    seen = []

    async def sleeper(seconds):
        await scheduler.sleep(seconds)
        seen.append((seconds, scheduler.now))
        return seconds

    async def main():
        return await scheduler.gather([sleeper(30), sleeper(10), sleeper(20)])

    assert scheduler.run(main()) == [30, 10, 20]
    assert seen == [(10, 110), (20, 120), (30, 130)]
    assert scheduler.now == 130


def test_those_that_wake_at_once_go_on_in_the_order_in_which_they_fell_asleep():
    scheduler = Scheduler()
    seen = []

    async def sleeper(name):
        await scheduler.sleep(5)
        seen.append(name)

    async def main():
        await scheduler.gather([sleeper(each) for each in "dbca"])

    scheduler.run(main())
    assert "".join(seen) == "dbca"


def test_no_more_than_the_slots_run_at_a_time_and_the_longest_waiting_is_next():
    scheduler = Scheduler()
    slots = scheduler.slots(3)
    begun, running, most = [], 0, 0

    async def worker(number):
        nonlocal running, most
        await slots.acquire()
        begun.append((number, scheduler.now))
        running += 1
        most = max(most, running)
        await scheduler.sleep(10)
        running -= 1
        slots.release()

    async def main():
        await scheduler.gather([worker(each) for each in range(8)])

    scheduler.run(main())
    assert most == 3
    assert begun == [(number, number // 3 * 10) for number in range(8)]


def test_gathering_nothing_takes_no_time():
    scheduler = Scheduler(7)
    assert scheduler.run(scheduler.gather([])) == []
    assert scheduler.now == 7


def test_what_a_routine_raises_comes_out():
    scheduler = Scheduler()

    async def bad():
        await scheduler.sleep(1)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        scheduler.run(scheduler.gather([bad()]))


def test_waiting_for_what_never_comes_is_an_error_and_not_a_hang():
    scheduler = Scheduler()
    slots = scheduler.slots(0)
    with pytest.raises(RuntimeError, match="everything waits"):
        scheduler.run(slots.acquire())


def test_a_deep_nest_of_gathers_is_no_recursion():
    scheduler = Scheduler()

    async def nest(depth):
        await scheduler.sleep(1)
        return 1 + (await scheduler.gather([nest(depth - 1)]))[0] if depth else 0

    assert scheduler.run(nest(5_000)) == 5_000
    assert scheduler.now == 5_001
