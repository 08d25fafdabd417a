"""A report survives its journey from one process to another."""

import asyncio
import json

from flexsim.load.fleet import LocalFleet, document, report_of
from tests.load.centre import centre


def test_a_report_is_the_same_after_a_journey_as_json():
    async def scenario():
        async with centre(10) as (swarm, _):
            fleet = LocalFleet(swarm)
            await fleet.pause()
            report = await fleet.report()
            again = report_of(json.loads(json.dumps(document(report))))
            assert (again.connected, again.away, again.census) == (10, 0, report.census)
            assert again.tally.document() == report.tally.document()
            await fleet.resume()
            await fleet.configure(swarm.behaviour)
            await fleet.scale(4)
            assert (await fleet.report()).connected == 4
            await fleet.stop()
            assert (await fleet.report()).connected == 0

    asyncio.run(scenario())
