"""Inputs come one after the other, mean the same twice, and change nothing when they are refused."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.clock import ManualClock
from flexsim.errors import ConfigurationError, Conflict
from flexsim.load.behaviour import Behaviour
from flexsim.load.commander import Commander, Crew
from flexsim.load.fleet import Report
from flexsim.load.tally import Tally


class Fleet:
    """A fleet that takes a while over everything, and remembers what it was told."""

    def __init__(self):
        self.active, self.told, self.busy = 0, [], False

    async def _do(self, what, active=None):
        assert not self.busy, "two inputs at once"
        self.busy = True
        await asyncio.sleep(0)
        self.told.append(what)
        self.active = self.active if active is None else active
        self.busy = False

    async def scale(self, wanted):
        await self._do(("scale", wanted), wanted)

    async def stop(self):
        await self._do("stop", 0)

    async def pause(self):
        await self._do("pause")

    async def resume(self):
        await self._do("resume")

    async def configure(self, behaviour):
        await self._do("configure")

    async def report(self):
        return Report(connected=self.active, sockets=self.active, away=0, census={"byState": {}}, tally=Tally())


def commander(total=50):
    fleet = Fleet()
    return Commander(fleet, Crew(total=total, active=10), Behaviour(), ManualClock()), fleet


def test_start_scale_and_stop_once_and_twice():
    async def scenario():
        found, fleet = commander()
        status = await found.start()
        assert (status["running"], status["activeAgents"], status["startedAt"]) == (
            True,
            10,
            "2026-01-05T08:00:00.000Z",
        )
        with pytest.raises(Conflict, match="running, with 10"):
            await found.start(5)
        await found.scale(20)
        await found.scale(20)
        await found.pause(paused=True)
        assert (await found.pause(paused=True))["paused"]
        await found.pause(paused=False)
        assert (await found.stop())["activeAgents"] == 0
        for act in (found.stop(), found.scale(3), found.pause(paused=True)):
            with pytest.raises(Conflict, match="not running"):
                await act
        assert fleet.told == [("scale", 10), ("scale", 20), "pause", "resume", "stop"]

    asyncio.run(scenario())


@pytest.mark.parametrize("value", [-1, 51, 1.5, "7", True, [], 10**30])
def test_a_number_out_of_range_is_told_its_range(value):
    found, fleet = commander()
    with pytest.raises(ConfigurationError, match="targetAgents is a whole number from 0 to 50"):
        asyncio.run(found.scale(value))
    assert fleet.told == []


def test_a_missing_number_is_told_too():
    with pytest.raises(ConfigurationError, match="it is missing"):
        asyncio.run(commander()[0].scale(None))


ACTS = st.lists(
    st.tuples(st.sampled_from(["start", "scale", "stop", "pause", "resume"]), st.integers(-1, 51)), max_size=30
)


@given(ACTS)
def test_any_sequence_of_inputs_at_once_is_done_in_order(acts):
    async def scenario():
        found, fleet = commander()
        doings = {
            "start": found.start, "scale": found.scale, "stop": lambda _: found.stop(),
            "pause": lambda _: found.pause(paused=True), "resume": lambda _: found.pause(paused=False),
        }  # fmt: skip
        outcomes = await asyncio.gather(*(doings[act](number) for act, number in acts), return_exceptions=True)
        running, active = False, 0
        for (act, number), outcome in zip(acts, outcomes, strict=True):
            wrong = act in {"start", "scale"} and not 0 <= number <= 50
            misplaced = running if act == "start" else not running
            assert isinstance(outcome, ConfigurationError if wrong else Conflict if misplaced else dict)
            if not wrong and not misplaced:
                running = act != "stop"
                active = number if act in {"start", "scale"} else 0 if act == "stop" else active
        assert (found.running, found.active, fleet.active) == (running, active, active)

    asyncio.run(scenario())
