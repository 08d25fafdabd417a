"""The event stream, to a real server: CloudEvents in signed batches, in order, without the types that Twilio's has not."""

import asyncio
import json
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from twilio.request_validator import RequestValidator

from flexsim.emulator.event_streams import ANSWER_WITHIN, EventStream, Sink, delivery
from flexsim.emulator.lanes import Delivery
from flexsim.emulator.options import Options
from flexsim.emulator.outbound import Poster
from flexsim.emulator.server import LocalTaskRouter
from flexsim.errors import ConfigurationError
from flexsim.ids import Sids
from flexsim.measure.cloud_events import NOT_STREAMED
from flexsim.taskrouter.events import NAMES
from tests.emulator.every_event import tell


class Bin:
    """A webhook that keeps what it is sent; the last status repeats."""

    def __init__(self, *statuses):
        self.statuses = list(statuses or [200])
        self.requests = []

    @asynccontextmanager
    async def listening(self):
        app = web.Application()
        app.router.add_post("/{path:.*}", self._answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}/sink?a=b"
        finally:
            await runner.cleanup()

    async def _answer(self, request):
        self.requests.append((str(request.url), dict(request.headers), await request.text()))
        return web.Response(status=self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0])

    @property
    def events(self):
        return [event for _, _, body in self.requests for event in json.loads(body)]


@asynccontextmanager
async def streaming(site, url, how):
    poster = Poster()
    stream = EventStream(site.host, site.history, poster, site.alerts, Sink(url=url, delivery=how))
    site.host.subscribe(stream)
    try:
        yield stream
    finally:
        await stream.lanes.stop()
        await poster.close()


async def drained(stream):
    while senders := stream.lanes.senders():
        await asyncio.gather(*senders)


def test_every_type_of_the_stream_arrives_once_and_in_order(site):
    async def scenario():
        sink = Bin()
        async with sink.listening() as url, streaming(site, url, delivery(batch=20, interval=0)) as stream:
            sid = tell(site)
            await drained(stream)
            assert stream.lanes.counts() == {"sent": len(sink.events), "waiting": 0, "lost": 0}
        expected = {NAMES[kind] for kind in range(len(NAMES)) if kind not in NOT_STREAMED}
        expected = {name.replace("expression.updated", "expression-updated") for name in expected}
        assert {event["type"] for event in sink.events} == {f"com.twilio.taskrouter.{name}" for name in expected}
        numbers = [Sids(1, sid).number("EV", event["data"]["sid"]) for event in sink.events]
        assert numbers == sorted(set(numbers))
        assert len({event["id"] for event in sink.events}) == len(numbers)
        assert max(len(json.loads(body)) for _, _, body in sink.requests) == 20

    asyncio.run(scenario())


def test_a_batch_is_json_and_signed_as_twilio_signs_json(site):
    async def scenario():
        sink = Bin()
        async with sink.listening() as url, streaming(site, url, delivery(batch=50, interval=0.01)) as stream:
            site.task()
            await drained(stream)
        ((address, headers, body),) = sink.requests
        assert headers["Content-Type"] == "application/json"
        validator = RequestValidator(site.account.token)
        assert validator.validate(address, body, headers["X-Twilio-Signature"])
        assert not validator.validate(address, body + " ", headers["X-Twilio-Signature"])

    asyncio.run(scenario())


def test_a_batch_is_sent_again_until_it_is_taken_and_what_is_not_is_counted(site):
    async def scenario():
        sink = Bin(500, 503, 200, 400)
        how = Delivery(answer_within=5, first_pause=0.001, at_once=4)
        async with sink.listening() as url, streaming(site, url, how) as stream:
            site.task()  # four events
            await drained(stream)
            assert stream.lanes.counts() == {"sent": 4, "waiting": 0, "lost": 0}
            assert len({body for _, _, body in sink.requests}) == 1
            site.task()
            await drained(stream)
            assert stream.lanes.counts() == {"sent": 4, "waiting": 0, "lost": 4}
            assert site.alerts.count == 4

    asyncio.run(scenario())


def test_a_sink_has_five_seconds():
    assert delivery().answer_within == ANSWER_WITHIN == 5.0


@pytest.mark.parametrize(
    "options",
    [Options(event_sink="ftp://user:secret@x/y"), Options(event_sink="http://x", event_batch=0)],
)
def test_a_sink_that_makes_no_sense_is_refused_without_its_password(options):
    with pytest.raises(ConfigurationError) as refused:
        LocalTaskRouter(options=options)
    assert "secret" not in str(refused.value)


def test_a_server_streams_what_happened_before_it_started_and_shows_the_counts():
    async def scenario():
        sink = Bin()
        async with sink.listening() as url:
            router = LocalTaskRouter(options=Options(event_sink=url, event_interval=0.01))
            assert router.callback_counts()["event_stream"] == {"sent": 0, "waiting": 2, "lost": 0}
            async with router:
                await drained(router._stream)
            assert [event["data"]["name"] for event in sink.events] == ["TaskQueueCreated", "WorkflowCreated"]
            assert router.callback_counts()["event_stream"] == {"sent": 2, "waiting": 0, "lost": 0}

    asyncio.run(scenario())
