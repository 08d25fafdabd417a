"""Calls that cannot be delivered are counted, and told."""

import asyncio

import pytest

from flexsim.errors import TargetUnreachable
from flexsim.load.calls import CallTraffic


def test_what_cannot_be_delivered_is_counted_and_arriving_goes_on():
    async def scenario():
        async def nowhere(calls):
            raise TargetUnreachable("nobody answers")

        traffic = CallTraffic(1, nowhere)
        with pytest.raises(TargetUnreachable):
            await traffic.inject(["sales", "sales"])
        traffic.set_rates({"support": 60_000})
        async with traffic.flowing():
            await asyncio.sleep(0.35)
        stats = traffic.stats()
        assert stats["offered"]["sales"] == 2
        assert stats["offered"]["support"] > 10
        assert (stats["delivered"], stats["lastProblem"]) == ({}, "nobody answers")

    asyncio.run(scenario())


def test_ids_are_contact_ids_and_never_repeat():
    async def scenario():
        seen = []

        async def take(calls):
            seen.extend(each.call_id for each in calls)

        traffic = CallTraffic(1, take)
        await traffic.inject(["sales"] * 5)
        await traffic.inject(["support"] * 5)
        assert len(set(seen)) == 10
        assert all(each.startswith("CX") and len(each) == 34 for each in seen)

    asyncio.run(scenario())
