"""Who listens to turns, and what they hear."""

import asyncio

from flexsim.workforce import hub as hubs
from flexsim.workforce.hub import Hub, TurnStarted


def heard(hearing):
    async def listen():
        return [each async for each in hearing]

    return asyncio.run(listen())


def test_who_listens_hears_of_that_session_from_then_on():
    hub = Hub()
    hub.tell("SN1", TurnStarted(turn=1))
    with hub.listening("SN1") as hearing:
        hub.tell("SN1", TurnStarted(turn=2))
        hub.tell("SN2", TurnStarted(turn=9))
        hub.close()
    assert heard(hearing) == [TurnStarted(turn=2)]


def test_all_who_listen_are_counted_until_they_go():
    hub = Hub()
    with hub.listening("SN1"), hub.listening("SN1"), hub.listening("SN2"):
        assert hub.listeners == 3
    assert hub.listeners == 0


def test_who_listens_when_all_is_over_hears_the_end():
    hub = Hub()
    hub.close()
    with hub.listening("SN1") as hearing:
        pass
    assert heard(hearing) == []


def test_who_is_too_far_behind_hears_the_end_and_costs_no_more_memory(monkeypatch):
    monkeypatch.setattr(hubs, "_MOST_WAITING", 3)
    hub = Hub()
    with hub.listening("SN1") as hearing:
        for number in range(10):
            hub.tell("SN1", TurnStarted(turn=number))
        assert hearing.is_over
    assert heard(hearing) == [TurnStarted(turn=number) for number in range(3)]
