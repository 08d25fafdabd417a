"""Where sessions are opened."""

import asyncio
import gc

import pytest

from flexsim.clock import WallClock
from flexsim.errors import ConfigurationError
from flexsim.voice.conversation.doors import Way, door, opened
from flexsim.voice.conversation.records import Side


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:8765",
        "ws://127.0.0.1:8765",
        "ws://127.0.0.1:8765/",
        "ws://127.0.0.1:8765/v1",
        "ws://127.0.0.1:8765/v1/realtime",
    ],
)
def test_an_address_leads_to_the_protocols_path_however_it_is_given(url):
    assert door(url).url == "ws://127.0.0.1:8765/v1/realtime?model=gpt-realtime"


def test_a_query_of_ones_own_is_kept():
    assert door("wss://x/openai/realtime?deployment=d").url == "wss://x/openai/realtime?deployment=d"


def test_a_key_goes_into_a_header_and_nowhere_else():
    found = door("ws://x", key="secret", model="m")
    assert found.headers == {"Authorization": "Bearer secret"}
    assert "secret" not in repr(found) + repr(Way(key="secret"))


@pytest.mark.parametrize("url", ["ws://[", "gopher://x"])
def test_what_is_no_address_is_told(url):
    with pytest.raises(ConfigurationError):
        door(url)


def test_openai_is_where_it_always_was():
    async def run():
        async with opened(Way(openai=True, key="k"), WallClock(), 1) as found:
            return found[Side.AGENT].url

    assert asyncio.run(run()) == "wss://api.openai.com/v1/realtime?model=gpt-realtime"


def test_the_collector_is_left_as_it_was():
    before = gc.get_threshold()

    async def run():
        async with opened(Way(openai=True, key="k"), WallClock(), 1):
            return gc.get_threshold()

    assert asyncio.run(run()) != before
    assert gc.get_threshold() == before


def test_an_engine_of_ones_own_is_there_for_as_long_as_it_is_needed():
    async def run():
        async with opened(Way(), WallClock(), 1) as found:
            url = found[Side.CALLER].url
            port = int(url.split(":")[2].split("/")[0])
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
        with pytest.raises(OSError, match="Connect call failed"):
            await asyncio.open_connection("127.0.0.1", port)

    asyncio.run(run())
