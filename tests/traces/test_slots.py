"""So many at a time, in the order of asking, whoever gives up meanwhile."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flexsim.traces.slots import RealSlots


def test_no_more_than_so_many_at_a_time_and_first_come_first_served():
    async def go():
        slots, inside, most, order = RealSlots(3), 0, 0, []

        async def one(number):
            nonlocal inside, most
            await slots.acquire()
            inside += 1
            most = max(most, inside)
            order.append(number)
            await asyncio.sleep(0)
            inside -= 1
            slots.release()

        await asyncio.gather(*map(one, range(10)))
        return most, order

    assert asyncio.run(go()) == (3, list(range(10)))


@settings(max_examples=50)
@given(st.lists(st.sampled_from(["ask", "cancel", "release", "turn"]), max_size=40))
def test_slots_are_neither_lost_nor_made_whoever_is_cancelled_and_when(steps):
    async def go():
        slots, asking, given_out = RealSlots(2), [], 0
        for step in [*steps, "turn"]:
            if step == "ask":
                asking.append(asyncio.create_task(slots.acquire()))
            elif step == "cancel" and asking:
                asking.pop().cancel()
            elif step == "release" and given_out:
                given_out -= 1
                slots.release()
            elif step == "turn":
                for _ in range(4):
                    await asyncio.sleep(0)
                given_out += sum(each.done() for each in asking)
                asking = [each for each in asking if not each.done()]
        assert given_out + slots._free == 2 or (asking == [] and given_out + slots._free <= 2)
        for each in asking:
            each.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
        for _ in range(given_out):
            slots.release()
        assert slots._free == 2

    asyncio.run(go())


def test_who_is_given_a_slot_and_cancelled_at_once_passes_it_on():
    async def go():
        slots = RealSlots(1)
        await slots.acquire()
        first, second = (asyncio.create_task(slots.acquire()) for _ in range(2))
        await asyncio.sleep(0)
        slots.release()
        first.cancel()
        await asyncio.wait_for(second, 1)
        with pytest.raises(asyncio.CancelledError):
            await first

    asyncio.run(go())
