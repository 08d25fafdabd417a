import asyncio

import pytest

from flexsim.clock import ManualClock
from flexsim.emulator.server import LocalTaskRouter
from flexsim.errors import TargetUnreachable
from flexsim.live.pace import Pace, keep_step, local_pace
from flexsim.live.server import CallbackServer


def test_a_local_taskrouter_tells_its_time_and_speed():
    async def ask():
        async with LocalTaskRouter(clock=ManualClock(1_767_600_000.0), speed=20) as taskrouter:
            return await local_pace(taskrouter.base_url)

    assert asyncio.run(ask()) == Pace(now=1_767_600_000.0, speed=20.0)


def test_a_clock_in_step_starts_at_that_time_and_speed_unless_told_another_speed():
    pace = Pace(now=1_767_600_000.0, speed=20.0)
    clock = keep_step(pace, None)
    assert clock.speed == 20
    assert 0 <= clock.now() - pace.now < 60
    assert keep_step(pace, 3.0).speed == 3


def test_against_twilio_the_clock_is_real():
    assert asyncio.run(local_pace(None)) is None
    assert keep_step(None, None).speed == 1
    assert keep_step(None, 5.0).speed == 5


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"status": "ok"}', b'{"now": "soon", "speed": 1}'])
def test_what_is_no_local_taskrouter_has_no_pace(body):
    def other(_environ, start_response):
        start_response("200 OK", [("Content-Type", "application/json")])
        return [body]

    with CallbackServer(other, host="127.0.0.1", port=0) as server:
        assert asyncio.run(local_pace(f"http://127.0.0.1:{server.port}")) is None


def test_nobody_at_the_address_is_an_error_that_names_it():
    with pytest.raises(TargetUnreachable, match=r"http://127\.0\.0\.1:9"):
        asyncio.run(local_pace("http://127.0.0.1:9"))
