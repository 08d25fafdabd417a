"""Conversations on demand: whoever opens a socket is told what happens, and what is wrong is refused before it begins."""

import asyncio
import json

import aiohttp
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from flexsim.clock import WallClock
from flexsim.voice.conversation.doors import Way, opened
from flexsim.voice.conversation.rules import Rules
from flexsim.voice.conversation.serving import Stand, Terms, serving


def served(tmp_path, client, **terms):
    """What ``client``, a coroutine function of the address and the stand, gives."""

    async def run():
        clock = WallClock(30.0)
        usual = {"out": tmp_path, "seed": 40, "rules": Rules(max_duration=12.0)}
        async with opened(Way(), clock, 1) as doors:
            stand = Stand(Terms(**{**usual, **terms}), doors, clock, "127.0.0.1")
            async with serving(stand, "127.0.0.1", 0) as port:
                return await client(f"127.0.0.1:{port}", stand)

    return asyncio.run(run())


async def refusal(address, query):
    with pytest.raises(InvalidStatus) as caught:
        async with connect(f"ws://{address}/agent-conversation{query}"):
            pass
    return caught.value.response.status_code, json.loads(caught.value.response.body)["error"]


def test_a_conversation_is_told_as_it_happens_and_recorded(tmp_path):
    async def client(address, _stand):
        async with connect(f"ws://{address}/agent-conversation?caller_type=elderly&scenario=balance&seed=9") as socket:
            return [json.loads(each) async for each in socket]

    told = served(tmp_path, client)
    assert told[0] == {"happening": "connected", "conversation_id": "elderly-balance-s9"}
    assert [each["happening"] for each in told[-2:]] == ["ended", "over"]
    assert any(each["happening"] == "said" and each["utterance"]["text"] for each in told)
    assert told[-1]["end_reason"] == "max_duration"
    assert json.loads((tmp_path / "elderly-balance-s9" / "call_metadata.json").read_text())["finished"] is True


def test_who_leaves_ends_it_and_it_is_kept(tmp_path):
    async def client(address, stand):
        async with connect(f"ws://{address}/agent-conversation") as socket:
            await socket.recv()
            assert stand.running == 1
        for _ in range(500):
            if not stand.running:
                break
            await asyncio.sleep(0.01)
        return stand.running

    assert served(tmp_path, client, rules=Rules(max_duration=600.0)) == 0
    found = json.loads((tmp_path / "typical-lost-card-s40" / "call_metadata.json").read_text())
    assert (found["end_reason"], found["finished"]) == ("interrupted", True)


def test_more_than_there_may_be_are_turned_away(tmp_path):
    async def client(address, _stand):
        async with connect(f"ws://{address}/agent-conversation"):
            return await refusal(address, "")

    assert served(tmp_path, client, at_once=1) == (429, "1 conversations take place already")


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("?caller_type=nobody", "no such caller: nobody"),
        ("?scenario=nothing", "no such scenario: nothing"),
        ("?agent=x", "no such agent: x"),
        ("?seed=-1", "seed is not a number from 0: -1"),
        ("?colour=blue", "no such parameter: colour; there are caller_type, scenario, agent, seed"),
    ],
)
def test_what_is_wrong_is_refused_before_anything_begins(tmp_path, query, error):
    status, told = served(tmp_path, lambda address, _stand: refusal(address, query))
    assert status == 400
    assert told.startswith(error)
    assert list(tmp_path.iterdir()) == []


def test_health_says_how_many_there_are(tmp_path):
    async def client(address, _stand):
        async with connect(f"ws://{address}/agent-conversation") as socket, aiohttp.ClientSession() as http:
            await socket.recv()
            async with http.get(f"http://{address}/health") as answer:
                return await answer.json()

    assert served(tmp_path, client) == {"status": "ok", "conversations": 1, "ever": 1, "most": 10}


def test_a_page_of_another_site_has_no_say(tmp_path):
    async def client(address, stand):
        with pytest.raises(InvalidStatus) as caught:
            async with connect(f"ws://{address}/agent-conversation", origin="https://elsewhere.example"):
                pass
        return caught.value.response.status_code, stand.ever

    assert served(tmp_path, client) == (403, 0)


def test_elsewhere_is_nothing(tmp_path):
    async def client(address, _stand):
        async with aiohttp.ClientSession() as http, http.get(f"http://{address}/nowhere") as answer:
            return answer.status, (await answer.json())["error"]

    assert served(tmp_path, client) == (404, "nothing is at /nowhere; conversations are at /agent-conversation")
