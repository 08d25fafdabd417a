"""The official client talks to the engine as to the service; who breaks the rules is told, or shown out, and nobody else notices."""

import asyncio
import contextlib
import gc

import aiohttp
import orjson
import pytest
from openai import APIStatusError, AsyncOpenAI
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.protocol import State

from flexsim.errors import ConfigurationError
from flexsim.voice.realtime import wire
from flexsim.voice.realtime.names import Dialect
from flexsim.voice.realtime.server import Limits, serving
from flexsim.voice.sound.pcm import SILENT_FRAME
from tests.voice.realtime.company import engine, spoken
from tests.voice.realtime.grammar import Grammar

BOTH = pytest.mark.parametrize("dialect", list(Dialect))


class Official:
    """The official client on one session, with the grammar looking on."""

    def __init__(self, connection, dialect):
        self.connection = connection
        self.dialect = dialect
        self.grammar = Grammar(dialect)

    async def until(self, kind):
        while True:
            event = await asyncio.wait_for(self.connection.recv(), 10)
            self.grammar.take(event.to_dict())
            if event.type == kind:
                return event

    async def set(self, **audio):
        """Settings, said as each dialect has them."""
        tools = [{"type": "function", "name": "f", "parameters": {"type": "object"}}]
        transcription, speaks = {"model": "whisper-1"}, audio.get("speaks", True)
        if self.dialect is Dialect.GA:
            settings = {
                "type": "realtime",
                "tools": tools,
                "output_modalities": ["audio" if speaks else "text"],
                "audio": {"input": {"transcription": transcription}},
            }
        else:
            modalities = ["text", "audio"] if speaks else ["text"]
            settings = {"tools": tools, "modalities": modalities, "input_audio_transcription": transcription}
        await self.connection.session.update(session=settings)
        await self.until("session.updated")

    async def write(self, text):
        content = [{"type": "input_text", "text": text}]
        item = {"type": "message", "role": "user", "content": content}
        await self.connection.conversation.item.create(item=item)

    async def say(self, text):
        for frame in (*spoken(text, "alloy").frames, *[SILENT_FRAME] * 20):
            await self.connection.input_audio_buffer.append(audio=frame)


def talking(port, dialect, key="none"):
    client = AsyncOpenAI(
        api_key=key, websocket_base_url=f"ws://127.0.0.1:{port}/v1", base_url=f"http://127.0.0.1:{port}/v1"
    )
    if dialect is Dialect.GA:
        return client.realtime.connect(model="gpt-realtime")
    return client.beta.realtime.connect(model="gpt-4o-realtime-preview")


def official(scenario):
    """Run this with the official client on one session of an engine of its own."""

    @BOTH
    def test(dialect):
        async def run():
            async with engine(speed=20.0) as found, talking(found.port, dialect) as connection:
                session = Official(connection, dialect)
                await session.until("session.created")
                await scenario(session)

        asyncio.run(run())

    test.__name__ = scenario.__name__
    return test


@official
async def test_a_turn_in_writing(session):
    await session.set(speaks=False)
    await session.write("Good morning.")
    await session.connection.response.create()
    done = await session.until("response.done")
    assert done.response.status == "completed"
    assert done.response.output[0].content[0].text == "You said: Good morning."


@official
async def test_a_turn_in_sound(session):
    await session.set()
    await session.write("Good morning.")
    await session.connection.response.create()
    await session.until("response.done")
    await session.say("You said: Good morning.")  # what an engine has said, anybody can say to it
    heard = await session.until("conversation.item.input_audio_transcription.completed")
    assert heard.transcript == "You said: Good morning."
    done = await session.until("response.done")
    assert done.response.output[0].content[0].transcript == "You said: You said: Good morning."


@official
async def test_a_function_is_called_and_its_result_spoken(session):
    await session.set()
    await session.write("call f")
    await session.connection.response.create()
    done = await session.until("response.done")
    call = done.response.output[1]
    assert (call.type, call.name, orjson.loads(call.arguments)) == ("function_call", "f", {"a": 1})
    item = {"type": "function_call_output", "call_id": call.call_id, "output": "42"}
    await session.connection.conversation.item.create(item=item)
    await session.connection.response.create()
    done = await session.until("response.done")
    assert done.response.output[0].content[0].transcript == "It is 42."


@official
async def test_a_response_is_cancelled(session):
    await session.set()
    await session.write("think")
    await session.connection.response.create()
    await session.until("response.created")
    await session.connection.response.cancel()
    done = await session.until("response.done")
    assert (done.response.status, done.response.status_details.reason) == ("cancelled", "client_cancelled")


@official
async def test_an_answer_is_truncated(session):
    await session.set()
    await session.write("Tell me something.")
    await session.connection.response.create()
    done = await session.until("response.done")
    item_id = done.response.output[0].id
    await session.connection.conversation.item.truncate(item_id=item_id, content_index=0, audio_end_ms=600)
    assert (await session.until("conversation.item.truncated")).audio_end_ms == 600
    await session.connection.conversation.item.retrieve(item_id=item_id)
    shown = await session.until("conversation.item.retrieved")
    assert "You said: Tell me something.".startswith(shown.item.content[0].transcript)
    assert shown.item.content[0].transcript != "You said: Tell me something."


@official
async def test_a_mistake_is_an_error_event(session):
    await session.connection.conversation.item.delete(item_id="nothing")
    error = (await session.until("error")).error
    assert (error.type, error.code, error.param) == ("invalid_request_error", "item_delete_invalid_item_id", "item_id")
    await session.connection.response.cancel(event_id="mine")
    error = (await session.until("error")).error
    assert (error.code, error.event_id) == ("response_cancel_not_active", "mine")


# Abuse.


def raw(scenario, **how):
    async def run():
        async with engine(**how) as found:
            await scenario(found, f"ws://127.0.0.1:{found.port}/v1/realtime")

    asyncio.run(run())


async def told(socket_):
    return orjson.loads(await asyncio.wait_for(socket_.recv(), 10))


@contextlib.asynccontextmanager
async def at(url, **how):
    """A client that goes without a goodbye: what it has not read would keep it from saying one."""
    client = await connect(url, **how)
    try:
        yield client
    finally:
        if client.state is State.OPEN:
            client.transport.abort()


async def until_closed(client):
    """The kinds of all events until the engine closes the connection."""
    kinds = []
    try:
        while True:
            kinds.append((await told(client))["type"])
    except ConnectionClosed:
        return kinds


async def nobody_left(found):
    async with asyncio.timeout(5):
        while found.counts.sessions:  # noqa: ASYNC110 -- the engine counts, and tells nobody
            await asyncio.sleep(0.01)


async def is_well(url):
    async with at(url) as other:
        return (await told(other))["type"] == "session.created"


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("garbage", "invalid_json"),
        ("", "invalid_json"),
        (b"\x00\xff", "invalid_event"),
        ("[1, 2]", "invalid_event"),
        ("[" * 200_000, "invalid_json"),
        ('{"type": "session.update", "session": {"type": "realtime", "prompt": ' + '{"a":' * 300 + "1" + "}" * 302, "invalid_value"),
        ('{"type": "input_audio_buffer.append", "audio": "' + "A" * 400_001 + '"}', "invalid_value"),
    ],
    ids=["garbage", "empty", "binary", "array", "deep array", "deep settings", "odd base64"],
)  # fmt: skip
def test_what_is_no_event_is_answered_with_an_error(frame, code):
    async def scenario(_found, url):
        async with at(url) as client:
            await told(client)
            await client.send(frame)
            error = await told(client)
            assert (error["type"], error["error"]["code"]) == ("error", code)
            await client.send('{"type": "response.create"}')
            assert (await told(client))["type"] == "response.created"

    raw(scenario)


def test_a_frame_that_is_too_large_closes_its_connection_alone():
    async def scenario(_found, url):
        async with at(url) as client:
            await told(client)
            await client.send("x" * (wire.MOST_BYTES + 1))
            await until_closed(client)
            assert client.close_code == 1009
        assert await is_well(url)

    raw(scenario)


def test_a_client_that_is_killed_leaves_nothing_behind():
    async def scenario(found, url):
        client = await connect(url)
        await told(client)
        await client.send('{"type": "response.create"}')
        client.transport.abort()
        await nobody_left(found)
        assert found.counts.ended == {"client": 1}
        assert await is_well(url)
        before = len(asyncio.all_tasks())
        for _ in range(20):
            other = await connect(url)
            other.transport.abort()
        await nobody_left(found)
        await asyncio.sleep(0.05)
        assert len(asyncio.all_tasks()) <= before

    raw(scenario)


def test_a_fault_of_ours_ends_its_session_alone(caplog):
    async def scenario(found, url):
        async with at(url) as client, at(url) as other:
            await told(client)
            item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "break"}]}
            await client.send(orjson.dumps({"type": "conversation.item.create", "item": item}), text=True)
            await client.send('{"type": "response.create"}')
            kinds = await until_closed(client)
            assert (kinds[-1], client.close_code) == ("error", 1011)
            assert (await told(other))["type"] == "session.created"
        await nobody_left(found)
        assert (found.counts.ended["broke"], found.counts.ended.total()) == (1, 2)

    raw(scenario)
    assert "ZeroDivisionError" in caplog.text


def test_a_client_that_does_not_read_is_not_read_either():
    async def scenario(found, url):
        client = await connect(url, max_queue=1)
        request = orjson.dumps({"type": "response.create", "response": {"conversation": "none", "instructions": "x"}})
        sent = 0
        with contextlib.suppress(TimeoutError):
            while sent < 20_000:
                await asyncio.wait_for(client.send(request, text=True), 0.5)
                sent += 1
        assert found.counts.received["response.create"] < sent
        client.transport.abort()

    raw(scenario, requests=1e9, tokens=1e12)


def test_sessions_end_in_time_and_when_nothing_comes():
    async def scenario(found, url):
        async with at(url) as client:
            kinds = await until_closed(client)
            assert kinds == ["session.created", "error"]
        await nobody_left(found)
        assert found.counts.ended == {"expired": 1}

    raw(scenario, longest=5.0, speed=50.0)

    async def idle(found, url):
        async with at(url) as client:
            await told(client)
            with pytest.raises(ConnectionClosed):
                await told(client)
            assert client.close_code == 1000
        await nobody_left(found)
        assert found.counts.ended == {"idle": 1}

    raw(idle, limits=Limits(idle=5.0), speed=50.0)


# The door.


def test_who_has_no_key_stays_outside():
    async def scenario(found, url):
        for headers in ({}, {"Authorization": "Bearer wrong"}):
            with pytest.raises(InvalidStatus) as caught:
                await connect(url, additional_headers=headers)
            assert caught.value.response.status_code == 401
            assert orjson.loads(caught.value.response.body)["error"]["code"] == "invalid_api_key"
        assert await is_well_with(url, additional_headers={"Authorization": "Bearer right"})
        assert await is_well_with(url, subprotocols=["realtime", "openai-insecure-api-key.right"])
        assert found.counts.refused == {"invalid_api_key": 2}

    raw(scenario, keys=["right"])


async def is_well_with(url, **how):
    async with at(url, **how) as client:
        return (await told(client))["type"] == "session.created"


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 404), ("/v1/realtime?intent=transcription", 400), ("/v1/realtime?model=" + "x" * 300, 400)],
)
def test_what_is_not_here_is_said_to_be_so(path, status):
    async def scenario(found, _url):
        with pytest.raises(InvalidStatus) as caught:
            await connect(f"ws://127.0.0.1:{found.port}{path}")
        assert caught.value.response.status_code == status

    raw(scenario)


def test_more_sessions_than_allowed_are_turned_away():
    async def scenario(found, url):
        async with at(url) as first:
            await told(first)
            with pytest.raises(InvalidStatus) as caught:
                await connect(url)
            assert caught.value.response.status_code == 429
        await nobody_left(found)
        assert await is_well(url)

    raw(scenario, limits=Limits(sessions=1))


def test_health_and_metrics_can_be_read():
    async def scenario(found, url):
        async with at(url) as client, aiohttp.ClientSession(f"http://127.0.0.1:{found.port}") as http:
            await told(client)
            await client.send('{"type": "response.create"}')
            while (await told(client))["type"] != "response.done":
                pass
            async with http.get("/health") as answer:
                assert await answer.json() == {"status": "ok", "sessions": 1}
            async with http.get("/metrics") as answer:
                metrics = await answer.text()
        assert 'flexsim_engine_events_sent_total{type="response.done"} 1.0' in metrics
        assert 'flexsim_engine_turn_latency_seconds_bucket{le="+Inf"} 1.0' in metrics

    raw(scenario)


def test_while_it_serves_garbage_is_collected_seldom():
    before = gc.get_threshold()

    async def scenario(_found, _url):
        assert gc.get_threshold() > before

    raw(scenario)
    assert gc.get_threshold() == before


def test_a_port_that_is_taken_is_told():
    async def run():
        async with engine() as found:
            with pytest.raises(ConfigurationError, match="cannot listen on"):
                async with serving(found, "127.0.0.1", found.port):
                    pass

    asyncio.run(run())


def test_a_page_from_elsewhere_has_no_say():
    """Sockets are not bound by the same-origin policy: without a key, any page could use an engine on this machine."""

    async def scenario(_found, url):
        with pytest.raises(InvalidStatus) as caught:
            await connect(url, origin="https://elsewhere.example")
        assert caught.value.response.status_code == 403
        assert await is_well_with(url, origin="http://localhost:3000")

    raw(scenario)


# Keys for browsers.


def test_the_official_client_makes_a_key_for_a_browser_with_a_session_that_is_set():
    async def run():
        async with engine(keys=["right"]) as found:
            client = AsyncOpenAI(api_key="right", base_url=f"http://127.0.0.1:{found.port}/v1")
            voice = {"output": {"voice": "echo"}}
            secret = await client.realtime.client_secrets.create(
                session={"type": "realtime", "instructions": "Be kind.", "audio": voice}
            )
            assert secret.session.instructions == "Be kind."
            headers = {"subprotocols": ["realtime", f"openai-insecure-api-key.{secret.value}"]}
            async with at(f"ws://127.0.0.1:{found.port}/v1/realtime", **headers) as browser:
                session = (await told(browser))["session"]
            assert (session["instructions"], session["audio"]["output"]["voice"]) == ("Be kind.", "echo")
            for key, status in (("wrong", 401), (secret.value, 401)):
                with pytest.raises(APIStatusError) as caught:
                    await client.with_options(api_key=key).realtime.client_secrets.create()
                assert caught.value.status_code == status
            voice = {"output": {"voice": "nobody"}}
            with pytest.raises(APIStatusError, match="no such voice"):
                await client.realtime.client_secrets.create(session={"type": "realtime", "audio": voice})
            await client.close()

    asyncio.run(run())


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"POST /elsewhere HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 404),
        (b"POST /v1/realtime/client_secrets HTTP/1.1\r\nContent-Length: 2\r\n\r\n[]", 400),
        (b"POST /v1/realtime/client_secrets HTTP/1.1\r\n\r\n", 411),
        (b"POST /v1/realtime/client_secrets HTTP/1.1\r\nOrigin: https://e.example\r\nContent-Length: 2\r\n\r\n{}", 403),
        (b"POST /v1/realtime/client_secrets HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}", 200),
    ],
)
def test_a_request_by_hand_is_answered(request_, status):
    async def scenario(found, url):
        for piece in (len(request_), 1):  # at once, and byte by byte
            reader, writer = await asyncio.open_connection("127.0.0.1", found.port)
            for start in range(0, len(request_), piece):
                writer.write(request_[start : start + piece])
                await asyncio.sleep(0)
            answer = await asyncio.wait_for(reader.read(), 5)
            assert int(answer.split()[1]) == status, answer
            writer.close()
        assert await is_well(url)

    raw(scenario)
