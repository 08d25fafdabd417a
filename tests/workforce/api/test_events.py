"""A session's turns as server-sent events, over a real connection."""

import asyncio
import json

import httpx2

from flexsim.clock import ManualClock
from flexsim.hosting import hosted
from flexsim.workforce.api.application import Options, application
from flexsim.workforce.service import Beginning, Service
from flexsim.workforce.store.store import Store
from tests.workforce.doubles import SeededCompany

BEGINNING = Beginning(scenario="The release slips", seed=7, mind="rules")


async def events(lines, count):
    """The next events of a stream: name, id, data."""
    found, name, number = [], None, None
    async for line in lines:
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("id: "):
            number = line[4:]
        elif line.startswith("data: "):
            found.append((name, number, json.loads(line[6:])))
            name = number = None
            if len(found) == count:
                return found
    return found


async def served(tmp_path, ask):
    store = Store.open(f"sqlite:///{tmp_path}/x.db", ManualClock())
    service = Service(store, SeededCompany(), ManualClock())
    session = (await service.start(BEGINNING)).session
    async with hosted(application(service, Options()), "127.0.0.1", 0) as url:
        async with httpx2.AsyncClient(base_url=url, timeout=10) as client:
            found = await ask(service, client, session)
        service.hub.close()
    store.close()
    return found


async def listeners(service, count):
    while service.hub.listeners != count:  # noqa: ASYNC110 -- the hub counts, and has nobody to tell of it
        await asyncio.sleep(0.001)


def test_a_running_turn_is_heard_of_and_then_told_whole(tmp_path):
    async def ask(service, client, session):
        async with client.stream("GET", f"/simulate/{session.id}/events") as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            lines = answer.aiter_lines()
            await listeners(service, 1)
            taken = (await client.post("/simulate/next", json={"session_id": session.id})).json()
            return taken, await events(lines, 8)

    taken, found = asyncio.run(served(tmp_path, ask))
    assert found[0] == ("turn-started", None, {"turn": 1})
    assert [data for name, _, data in found if name == "message"] == taken["messages"]
    assert [data for name, _, data in found if name == "decision"] == taken["decisions"]
    assert found[-1] == ("turn", "1", taken)


def test_who_comes_back_misses_no_turn(tmp_path):
    async def ask(service, client, session):
        for _ in range(3):
            await service.next(session.id)
        path = f"/simulate/{session.id}/events"
        async with client.stream("GET", path, headers={"Last-Event-ID": "1"}) as answer:
            back = await events(answer.aiter_lines(), 2)
        async with client.stream("GET", path, params={"after": 0}) as answer:
            return back, await events(answer.aiter_lines(), 3)

    back, every = asyncio.run(served(tmp_path, ask))
    assert [number for _, number, _ in back] == ["2", "3"]
    assert [number for _, number, _ in every] == ["1", "2", "3"]
    assert [data["summary"] for _, _, data in every] == [f"Turn {number} is over" for number in (1, 2, 3)]


def test_a_stream_ends_with_the_service(tmp_path):
    async def ask(service, client, session):
        async with client.stream("GET", f"/simulate/{session.id}/events") as answer:
            lines = answer.aiter_lines()
            await listeners(service, 1)
            service.hub.close()
            return await events(lines, 1)

    assert asyncio.run(served(tmp_path, ask)) == []


def test_who_goes_is_forgotten(tmp_path):
    async def ask(service, client, session):
        async with client.stream("GET", f"/simulate/{session.id}/events"):
            await listeners(service, 1)
        await listeners(service, 0)
        return (await service.next(session.id)).turn

    assert asyncio.run(served(tmp_path, ask)).number == 1
