"""A swarm against a backend: what it says it did is what the backend saw, whatever goes wrong between them."""

import asyncio
import dataclasses
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flexsim.errors import TargetUnreachable
from flexsim.load.behaviour import Mode
from flexsim.load.calls import Call
from flexsim.load.faults import Faults
from flexsim.load.machine import State
from tests.load.centre import BEAT, QUICK, backend, centre, swarm_of, until


def test_agents_register_beat_and_move_and_both_sides_agree():
    async def scenario():
        async with centre(60) as (swarm, found):
            await asyncio.sleep(5 * BEAT)
            beats = swarm.tally.sent["heartbeat"]
            assert 60 * 3 <= beats <= 60 * 8
            assert swarm.tally.sent["state_change"] > 0
            assert swarm.connected == found.connections == 60
            assert swarm.census()["byDepartment"] == found.registry.by_department()
            await swarm.stop()
            await until(lambda: found.connections == 0)
            counted = swarm.counted()
            assert counted.sent == found.ledger.received
            assert counted.received == found.ledger.sent
            assert counted.heartbeat_lateness.count == counted.sent["heartbeat"]
            assert found.ledger.events["bad"] == found.ledger.events["unregistered"] == 0

    asyncio.run(scenario())


def test_the_ledgers_agree_exactly_under_every_fault():
    async def scenario():
        async with centre(80) as (swarm, found):
            await asyncio.sleep(2 * BEAT)
            found.faults = Faults(
                close=0.1, drop=0.05, duplicate=0.05, delay=0.05, delay_seconds=2.5 * BEAT, half_open=0.01, slow_read=0.02,
                slow_read_seconds=BEAT,
            )  # fmt: skip
            await asyncio.sleep(10 * BEAT)
            found.faults = Faults()
            await until(lambda: swarm.connected == len(found.registry.agents) == 80)
            await asyncio.sleep(5 * BEAT)  # one more acknowledgement shows what was lost before it; delayed ones arrive
            await swarm.stop()
            await until(lambda: found.connections == 0)
            counted, ledger = swarm.counted(), found.ledger
            assert counted.sent == ledger.received
            assert counted.received == ledger.sent
            assert counted.events["gaps"] == ledger.faults["drop"] + ledger.events["unsent"]
            assert counted.events["duplicates"] == ledger.faults["duplicate"]
            assert counted.events["connected"] == ledger.events["connected"]
            assert counted.events["reconnected"] == counted.events["lost"] > ledger.faults["close"] > 20
            assert min(ledger.faults[each] for each in ("drop", "duplicate", "delay", "half_open", "slow_read")) > 0
            assert 0 < counted.events["reordered"] <= ledger.faults["delay"]

    asyncio.run(scenario())


@settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, 60), min_size=2, max_size=8))
def test_whatever_the_order_of_scaling_sockets_registry_and_swarm_agree(numbers):
    async def scenario():
        async with backend() as (found, url):
            swarm = swarm_of(60, url)
            for wanted in numbers:
                before = swarm.target_agents
                await swarm.scale(wanted)
                if wanted <= before:
                    assert not swarm._leaving
            await until(lambda: swarm.connected == found.connections == len(found.registry.agents) == numbers[-1])
            assert set(found.registry.agents) == {each.agent_id for each in swarm.profiles[: numbers[-1]]}
            await swarm.stop()
            await until(lambda: found.connections == 0)
            assert swarm.counted().sent == found.ledger.received
            assert swarm.counted().received == found.ledger.sent
            assert found.ledger.events["replaced"] == 0

    asyncio.run(scenario())


def test_who_is_scaled_away_has_said_goodbye_and_says_nothing_more():
    async def scenario():
        async with centre(40) as (swarm, found):
            await swarm.scale(10)
            assert (swarm.connected, len(swarm._rota)) == (10, 10)
            await until(lambda: found.connections == 10)
            before = found.ledger.received.total()
            await asyncio.sleep(3 * BEAT)
            assert len(found.registry.agents) == 10
            assert found.ledger.received["heartbeat"] <= before + 50
            assert swarm.counted().events["closed"] == 30

    asyncio.run(scenario())


def test_what_was_on_its_way_when_an_agent_said_goodbye_is_counted():
    async def scenario():
        async with backend() as (found, url):
            swarm = swarm_of(60, url)
            await swarm.scale(60)
            await until(lambda: swarm.tally.sent["register"] > 0)  # and no acknowledgement can have come yet
            await swarm.scale(0)
            await until(lambda: found.connections == 0)
            await swarm.stop()
            assert swarm.counted().received == found.ledger.sent
            assert swarm.counted().sent == found.ledger.received

    asyncio.run(scenario())


def test_a_backend_that_is_killed_gets_everybody_back_nobody_twice_and_nothing_leaks():
    async def scenario():
        async with backend() as (found, url):
            swarm = swarm_of(100, url, storm=True)
            await swarm.scale(100)
            await until(lambda: len(found.registry.agents) == 100)
            port = int(url.rpartition(":")[2])
        descriptors = []
        for _ in range(3):
            await until(lambda: swarm.connected == 0)
            async with backend(port) as (found, _):
                await until(lambda found=found: len(found.registry.agents) == swarm.connected == 100)
                assert found.connections == 100
                assert found.ledger.events["replaced"] == 0
                descriptors.append(_descriptors())
        assert max(descriptors) - min(descriptors) <= 5
        await swarm.stop()
        assert not swarm._connecting
        assert swarm.counted().events["reconnected"] == 300

    asyncio.run(scenario())


def _descriptors():
    return len(list(Path("/proc/self/fd").iterdir())) if os.path.isdir("/proc/self/fd") else 0  # noqa: PTH112 -- macOS


def test_calls_are_answered_by_agents_that_wait_for_them():
    async def scenario():
        waiting = dataclasses.replace(QUICK, mode=Mode.CALL_DRIVEN, talk=2.0, wrap=0.5)
        async with centre(20, waiting) as (swarm, found):
            assert found.registry.by_state() == {"available": 20}
            calls = [Call(call_id=f"CX{each}", queue="sales") for each in range(12)]
            await found.take_calls(calls)
            await until(lambda: found.registry.queues["sales"].completed == 12)
            await until(lambda: found.registry.by_state() == {"available": 20})
            assert swarm.tally.received["call_assign"] == 12
            assert swarm.tally.sent["call_complete"] == 12
            assert sum(agent.kpis(swarm.life_now())["totalCalls"] for agent in swarm.agents()) == 12

    asyncio.run(scenario())


def test_a_supervisor_ends_a_call_and_sends_an_agent_away():
    async def scenario():
        waiting = dataclasses.replace(QUICK, mode=Mode.CALL_DRIVEN, talk=10_000.0, wrap=10_000.0)
        async with centre(5, waiting) as (swarm, found):
            agent = next(iter(swarm.agents()))
            name = agent.profile.agent_id
            found.push(name, "call_assign", callId="CX1", vq="sales")
            await until(lambda: agent.state in {State.ON_CALL, State.ON_HOLD, State.CONFERENCE})
            found.push(name, "force_end_call", callId="CX1")
            await until(lambda: found.registry.agents[name].state == "after_call_work")
            found.push(name, "force_disconnect")
            await until(lambda: name not in found.registry.agents)
            await asyncio.sleep(3 * BEAT)
            assert (swarm.connected, swarm.away, found.connections) == (4, 1, 4)

    asyncio.run(scenario())


def test_paused_agents_stay_as_they_are_and_keep_beating():
    async def scenario():
        async with centre(30) as (swarm, _):
            swarm.pause()
            await asyncio.sleep(BEAT)
            before, moved = swarm.tally.sent["heartbeat"], swarm.tally.sent["state_change"]
            await asyncio.sleep(3 * BEAT)
            assert swarm.tally.sent["state_change"] == moved
            assert swarm.tally.sent["heartbeat"] > before
            swarm.resume()
            await until(lambda: swarm.tally.sent["state_change"] > moved)

    asyncio.run(scenario())


def test_another_heartbeat_interval_holds_at_once():
    async def scenario():
        async with centre(20, dataclasses.replace(QUICK, heartbeat_interval=0.4)) as (swarm, _):
            swarm.configure(dataclasses.replace(swarm.behaviour, heartbeat_interval=0.1, mode=Mode.CALL_DRIVEN))
            before = swarm.tally.sent["heartbeat"]
            await until(lambda: swarm.tally.sent["heartbeat"] >= before + 20 * 4)
            assert len(swarm._rota) == 20

    asyncio.run(scenario())


def test_nobody_there_is_tried_again_and_counted():
    async def scenario():
        swarm = swarm_of(5, "http://127.0.0.1:9", storm=True)
        await swarm.scale(5)
        await until(lambda: swarm.tally.events["refused"] >= 10)
        assert swarm.connected == 0
        assert swarm.last_problem
        await swarm.stop()

    asyncio.run(scenario())


def test_a_name_that_nobody_has_is_told():
    async def scenario():
        with pytest.raises(TargetUnreachable, match=r"nobody\.invalid"):
            await swarm_of(1, "http://nobody.invalid").scale(1)

    asyncio.run(scenario())
