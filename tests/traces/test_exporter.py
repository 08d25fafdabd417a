"""Whatever happens to a batch on its way, it arrives once or is counted as lost, and memory stays bounded."""

import asyncio

import pytest

from flexsim.randomness import Randomness
from flexsim.traces.delivery import Patience, Reply
from flexsim.traces.encoding_protobuf import ProtobufEncoder
from flexsim.traces.exporter import Exporter, Limits, Timing
from flexsim.traces.transports import HttpTransport
from tests.traces.making import make
from tests.traces.receiving import Scripted, partial

SPANS = make("fanout").spans
ENCODER = ProtobufEncoder({"service.name": "s"})


class Slept:
    """Time that passes only in pauses."""

    def __init__(self):
        self.pauses = []

    def timing(self):
        return Timing(now=lambda: 0.0, draws=Randomness(1).generator("pauses"), sleep=self.sleep)

    async def sleep(self, seconds):
        self.pauses.append(seconds)


async def exported(server, spans=SPANS, gzip=False, patience=None, **limits):
    slept = Slept()
    transport = HttpTransport(server.url, ENCODER.content_type, gzip=gzip)
    async with Exporter(ENCODER, transport, slept.timing(), patience, Limits(**limits)) as exporter:
        await exporter.export(spans)
    return exporter.ledger, slept.pauses


def ids(spans=SPANS):
    return sorted(span[2] for span in spans)


@pytest.mark.parametrize("gzip", [False, True])
def test_all_spans_arrive_in_batches_over_connections_that_are_kept(gzip):
    async def go():
        async with Scripted() as server:
            ledger, _ = await exported(server, gzip=gzip, batch=20, at_once=2)
            assert sorted(server.span_ids()) == ids()
            assert ledger.sent == ledger.handed == 203
            assert (len(server.requests), ledger.batches) == (11, 11)
            assert server.connections <= 2
            path, headers, _ = server.requests[0]
            assert (path, headers["content-type"]) == ("/v1/traces", "application/x-protobuf")

    asyncio.run(go())


@pytest.mark.parametrize(
    "script", [[503], [429, 502, 504], ["reset"], ["reset", 503, "reset"], [(503, "Retry-After: 9\r\n")]], ids=str
)
def test_what_passes_is_tried_again_until_it_arrives_and_arrives_once(script):
    async def go():
        async with Scripted(*script) as server:
            ledger, pauses = await exported(server)
            assert sorted(server.span_ids()) == ids()
            assert (ledger.sent, ledger.lost.total()) == (203, 0)
            # A connection lost between two requests, aiohttp tries again by itself.
            assert 0 < ledger.retries == len(pauses) <= len(script)

    asyncio.run(go())


def test_the_pause_that_was_asked_for_is_the_pause():
    async def go():
        async with Scripted((429, "Retry-After: 9\r\n"), 503) as server:
            _, pauses = await exported(server, at_once=1)
            assert pauses[0] == 9.0
            assert 0.5 <= pauses[1] <= 1.0

    asyncio.run(go())


def test_what_is_refused_for_good_is_lost_at_once_and_counted():
    async def go():
        async with Scripted(400) as server:
            ledger, pauses = await exported(server, batch=100, at_once=1)
            assert (ledger.sent, dict(ledger.lost), pauses) == (103, {"HTTP 400": 100}, [])

    asyncio.run(go())


def test_what_never_passes_is_lost_after_the_last_attempt():
    async def go():
        async with Scripted(*[503] * 99) as server:
            ledger, pauses = await exported(server, patience=Patience(attempts=4))
            assert dict(ledger.lost) == {"HTTP 503": 203}
            assert len(pauses) == 3

    asyncio.run(go())


def test_nobody_there_is_a_loss_with_its_reason():
    async def go():
        async with Scripted() as server:
            pass
        ledger, _ = await exported(server, patience=Patience(attempts=2))
        assert dict(ledger.lost) == {"connection refused": 203}

    asyncio.run(go())


def test_spans_refused_from_a_batch_that_arrived_are_counted():
    async def go():
        async with Scripted(body=partial(3)) as server:
            ledger, _ = await exported(server)
            assert (ledger.sent, ledger.rejected) == (200, 3)

    asyncio.run(go())


def test_leaving_with_a_silent_receiver_ends_in_time_and_counts_what_was_not_delivered():
    async def go():
        async with Scripted("hang") as server:
            ledger, _ = await exported(server, grace=0.05)
            assert dict(ledger.lost) == {"not delivered before the end: no answer": 203}
            assert ledger.waiting == 0

    asyncio.run(asyncio.wait_for(go(), 5))


class Stuck:
    """Answers when told to, and counts."""

    def __init__(self):
        self.free = asyncio.Event()
        self.bodies = 0

    async def post(self, body):
        self.bodies += 1
        await self.free.wait()
        return Reply(status=200)

    async def close(self):
        pass


def test_no_more_waits_than_there_is_room_for_and_the_rest_is_counted():
    async def go():
        transport = Stuck()
        limits = Limits(batch=10, at_once=1, queue=3)
        async with Exporter(ENCODER, transport, Slept().timing(), None, limits) as exporter:
            exporter.offer(SPANS[:10])
            await asyncio.sleep(0)
            exporter.offer(SPANS)
            assert exporter.ledger.lost["queue full"] == 17 * 10
            exporter.flush()
            assert exporter.ledger.lost["queue full"] == 17 * 10 + 3
            transport.free.set()
        assert exporter.ledger.sent + exporter.ledger.lost.total() == exporter.ledger.handed == 213

    asyncio.run(go())


def test_whoever_can_wait_waits_for_room_and_loses_nothing():
    async def go():
        transport = Stuck()
        limits = Limits(batch=10, at_once=1, queue=3)
        async with Exporter(ENCODER, transport, Slept().timing(), None, limits) as exporter:
            exporting = asyncio.create_task(exporter.export(SPANS))
            for _ in range(20):
                await asyncio.sleep(0)
            assert not exporting.done()
            assert transport.bodies == 1
            transport.free.set()
            await exporting
        assert exporter.ledger.sent == 203

    asyncio.run(go())


def test_what_the_transport_raises_is_heard():
    class Broken(Stuck):
        async def post(self, body):
            raise BrokenPipeError

    async def go():
        async with Exporter(ENCODER, Broken(), Slept().timing(), None, Limits(batch=10, queue=1)) as exporter:
            for _ in range(50):
                await exporter.export(SPANS[:10])

    with pytest.raises(BrokenPipeError):
        asyncio.run(asyncio.wait_for(go(), 5))
