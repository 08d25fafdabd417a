"""A swarm against a backend: what it says it did is what the backend saw, whatever goes wrong between them."""

import asyncio
import dataclasses
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
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


@pytest.mark.parametrize("per_socket", [1, 4])
def test_the_ledgers_agree_exactly_under_every_fault(per_socket):
    async def scenario():
        async with centre(80 * per_socket, per_socket=per_socket) as (swarm, found):
            await asyncio.sleep(2 * BEAT)
            found.faults = Faults(
                close=0.1 / per_socket, drop=0.05, duplicate=0.05, delay=0.05, delay_seconds=2.5 * BEAT,
                half_open=0.01 / per_socket, slow_read=0.02 / per_socket, slow_read_seconds=BEAT,
            )  # fmt: skip
            await asyncio.sleep(10 * BEAT)
            found.faults = Faults()
            await until(lambda: swarm.connected == len(found.registry.agents) == 80 * per_socket)
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
            assert counted.events["stray"] == ledger.events["unregistered"] == 0

    asyncio.run(scenario())


STEPS = st.tuples(st.integers(0, 60), st.booleans())  # how many are wanted, and whether to wait until they are there


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEPS, min_size=2, max_size=8), st.sampled_from([1, 3, 7, 60]))
@example([(60, True), (10, True)], 7)  # four leave a connection that others stay on
@example([(10, True), (33, True)], 7)  # four come to a connection that others are on
def test_whatever_the_order_of_scaling_sockets_registry_and_swarm_agree(steps, per_socket):
    async def scenario():
        async with backend(heartbeat=60) as (found, url):  # which takes nobody away for being silent
            swarm = swarm_of(60, url, per_socket=per_socket)
            for wanted, settled in [*steps, (steps[-1][0], True)]:
                before = swarm.target_agents
                await swarm.scale(wanted)
                if wanted <= before:
                    assert not swarm._leaving
                if settled:
                    await until(lambda number=wanted: swarm.connected == len(found.registry.agents) == number)
            assert swarm.sockets == found.connections == -(-wanted // per_socket)
            assert set(found.registry.agents) == {each.agent_id for each in swarm.profiles[:wanted]}
            await swarm.stop()
            await until(lambda: found.connections == 0)
            assert swarm.counted().sent == found.ledger.received
            assert swarm.counted().received == found.ledger.sent
            assert found.ledger.events["replaced"] == found.ledger.events["unregistered"] == 0

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


def test_who_leaves_a_shared_socket_says_so_and_leaves_it_to_the_others():
    async def scenario():
        async with centre(30, per_socket=10) as (swarm, found):
            assert (swarm.connected, swarm.sockets, found.connections) == (30, 3, 3)
            await swarm.scale(14)
            await until(lambda: len(found.registry.agents) == 14)
            assert (swarm.connected, swarm.sockets, len(swarm._rota)) == (14, 2, 14)
            await until(lambda: found.connections == 2)
            assert found.ledger.received["deregister"] == swarm.tally.sent["deregister"] == 6 + 9
            before = found.ledger.received["heartbeat"]
            await until(lambda: found.ledger.received["heartbeat"] > before + 3 * 14)
            assert set(found.registry.agents) == {each.agent_id for each in swarm.profiles[:14]}
            await swarm.scale(20)  # six more on a socket that is open
            await until(lambda: len(found.registry.agents) == 20)
            assert found.ledger.events["connected"] == swarm.tally.events["connected"] == 3
            found.push("AGT-00012", "force_disconnect")
            await until(lambda: "AGT-00012" not in found.registry.agents)
            assert (swarm.connected, swarm.away, swarm.sockets, found.connections) == (19, 1, 2, 2)
            assert found.ledger.events["unregistered"] == swarm.tally.events["stray"] == 0

    asyncio.run(scenario())


def test_a_call_on_a_shared_socket_is_taken_by_the_agent_that_it_is_for_and_by_no_stranger():
    async def scenario():
        waiting = dataclasses.replace(QUICK, mode=Mode.CALL_DRIVEN, talk=10_000.0)
        async with centre(6, waiting, per_socket=3) as (swarm, found):
            found.push("AGT-00002", "call_assign", callId="CX1", vq="sales")
            await until(lambda: found.registry.agents["AGT-00002"].state == "on_call")
            assert [each.call_id for each in swarm.agents()] == [None, "CX1", None, None, None, None]
            found._push(found._peers["AGT-00001"], {"type": "call_assign", "agentId": "AGT-00006", "callId": "CX2"})
            await until(lambda: swarm.tally.events["stray"] == 1)
            assert [each.call_id for each in swarm.agents()] == [None, "CX1", None, None, None, None]

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


@pytest.mark.parametrize("per_socket", [1, 8])
def test_a_backend_that_is_killed_gets_everybody_back_nobody_twice_and_nothing_leaks(per_socket):
    sockets = -(-100 // per_socket)

    async def scenario():
        async with backend() as (found, url):
            swarm = swarm_of(100, url, storm=True, per_socket=per_socket)
            await swarm.scale(100)
            await until(lambda: len(found.registry.agents) == 100)
            port = int(url.rpartition(":")[2])
        descriptors = []
        for _ in range(3):
            await until(lambda: swarm.connected == 0)
            async with backend(port) as (found, _):
                await until(lambda found=found: len(found.registry.agents) == swarm.connected == 100)
                assert found.connections == swarm.sockets == sockets
                assert found.ledger.events["replaced"] == 0
                descriptors.append(_descriptors())
        assert max(descriptors) - min(descriptors) <= 5
        await swarm.stop()
        assert not swarm._connecting
        assert swarm.counted().events["reconnected"] == 3 * sockets

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
