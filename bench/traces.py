"""How many spans a second are made, encoded, posted and served; beside OpenTelemetry's SDK and protobuf's own classes.

    python bench/traces.py [--quick]

One core for what is measured, another for the sink that takes the posts. Seconds are CPU seconds of the measured process
where it says so, else of the clock. Quote ratios of one run: absolute figures drift by a tenth and more.
"""

import asyncio
import contextlib
import multiprocessing
import statistics
import sys
import time

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from flexsim.clock import WallClock
from flexsim.loops import run
from flexsim.randomness import Randomness
from flexsim.traces.app_client import ask, session
from flexsim.traces.declared import attributes_of
from flexsim.traces.encoding_json import JsonEncoder
from flexsim.traces.encoding_protobuf import ProtobufEncoder
from flexsim.traces.exporter import BATCH, Exporter, Limits, Timing
from flexsim.traces.parameters import SCENARIOS, read
from flexsim.traces.sending import Destination
from flexsim.traces.services import COLLECT_EVERY, App, Tools, app_service, tool_service
from flexsim.traces.transports import HttpTransport
from flexsim.traces.virtual import VirtualTraces

QUICK = "--quick" in sys.argv
START = 1_767_600_000_000_000_000
SPANS = 20_000 if QUICK else 200_000
RESOURCE = {"service.name": "bench"}
IN_ORDER = Limits(at_once=1)  # as flexsim load trace posts
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n"
IDEAL_RUNS, AT_ONCE, OFFERED = (100 if QUICK else 400), 50, 11_000


class Sink(asyncio.BufferedProtocol):
    """Takes posts as fast as they come, and looks at nothing but their length."""

    def connection_made(self, transport):
        self.transport, self.buffer, self.left, self.head = transport, bytearray(1 << 18), 0, b""

    def get_buffer(self, _):
        return self.buffer

    def buffer_updated(self, count):
        if self.left:
            self.left -= count
        else:
            self.head += self.buffer[:count]
            end = self.head.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self.head.lower()
            at = head.index(b"content-length: ") + 16
            self.left = int(head[at : head.index(b"\r\n", at)]) - (len(head) - end - 4)
            self.head = b""
        if not self.left:
            self.transport.write(OK)


def serve_sink(ports):
    async def go():
        server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
        ports.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(go())


def serve_tools(ports):
    async def go():
        async with tool_service(Tools(), WallClock(), 1) as (url, _):
            ports.put(url)
            await asyncio.Event().wait()

    run(go(), collect_every=COLLECT_EVERY)


def serve_app(ports, tools_url, otlp):
    async def go():
        how = App(tools_url=tools_url, destination=Destination(endpoint=otlp), service="bench")
        async with app_service(how, WallClock(), 1) as running:
            ports.put(running.url)
            await asyncio.Event().wait()

    run(go(), collect_every=COLLECT_EVERY)


@contextlib.contextmanager
def process(target, *arguments):
    ports = multiprocessing.Queue()
    running = multiprocessing.Process(target=target, args=(ports, *arguments))
    running.start()
    try:
        yield ports.get(timeout=20)
    finally:
        running.terminate()
        running.join()


def told(what, spans, cpu, clock=None, base=None):
    per_second = spans / (clock or cpu)
    by = "clock" if clock else "CPU"
    times = f"{per_second / base:8.1f} x" if base else ""
    print(f"{what:58} {per_second:12,.0f} spans/s ({by}){times}", flush=True)
    return per_second


def fan_outs(count):
    traces, spans, parameters = VirtualTraces(1), [], read("fanout", {})
    while len(spans) < count:
        spans += traces.make("fanout", parameters, START).spans
    return spans


def sdk(url):
    """The SDK as the original uses it, with a queue long enough to lose nothing."""
    spans = fan_outs(min(SPANS, 20_000))
    attributes = [attributes_of(each) for each in spans]
    provider = TracerProvider()
    processor = BatchSpanProcessor(
        OTLPSpanExporter(endpoint=f"{url}/v1/traces"), max_queue_size=len(spans) + 1, max_export_batch_size=BATCH
    )
    provider.add_span_processor(processor)
    tracer = provider.get_tracer("bench")
    clock, cpu = time.perf_counter(), time.process_time()
    for span, values in zip(spans, attributes, strict=True):
        tracer.start_span(span[0].name, attributes=values).end()
    provider.force_flush()
    cpu, clock = time.process_time() - cpu, time.perf_counter() - clock
    provider.shutdown()
    return told("OpenTelemetry SDK, made and posted", len(spans), cpu, clock)


def upb(spans):
    """The official classes, filled field by field."""
    spans = spans[:20_000]
    attributes = [attributes_of(each) for each in spans]
    cpu = time.process_time()
    for at in range(0, len(spans), BATCH):
        request = ExportTraceServiceRequest()
        scope = request.resource_spans.add().scope_spans.add()
        for each, values in zip(spans[at : at + BATCH], attributes[at : at + BATCH], strict=True):
            kind, trace, own, parent, start, end, _, _ = each
            span = scope.spans.add(
                trace_id=trace, span_id=own, parent_span_id=parent, name=kind.name, kind=int(kind.kind),
                start_time_unix_nano=start, end_time_unix_nano=end,
            )  # fmt: skip
            for key, value in values.items():
                target = span.attributes.add(key=key).value
                if isinstance(value, str):
                    target.string_value = value
                elif isinstance(value, float):
                    target.double_value = value
                else:
                    target.int_value = value
        request.SerializeToString()
    return time.process_time() - cpu, len(spans)


def encoded(encoder, spans):
    cpu = time.process_time()
    size = sum(len(encoder.encode(spans[at : at + BATCH])) for at in range(0, len(spans), BATCH))
    return time.process_time() - cpu, size / len(spans)


async def posted(url, spans, gzip=False):
    encoder = ProtobufEncoder(RESOURCE)
    transport = HttpTransport(url, encoder.content_type, gzip=gzip)
    timing = Timing(now=time.time, draws=Randomness(1).generator("bench"))
    cpu, clock = time.process_time(), time.perf_counter()
    async with Exporter(encoder, transport, timing, limits=IN_ORDER) as exporter:
        for at in range(0, len(spans), BATCH):
            await exporter.export(spans[at : at + BATCH])
    assert exporter.ledger.sent == len(spans), exporter.ledger
    return time.process_time() - cpu, time.perf_counter() - clock


def virtual(scenarios, seconds, **given):
    traces = VirtualTraces(1)
    parameters = {each: read(each, given.get(each, {})) for each in scenarios}
    spans, cpu, number = 0, time.process_time(), 0
    while time.process_time() - cpu < seconds:
        scenario = scenarios[number % len(scenarios)]
        spans += len(traces.make(scenario, parameters[scenario], START).spans)
        number += 1
    return time.process_time() - cpu, spans


async def made_and_posted(url):
    """The mixed scenarios from nothing to the wire."""
    traces, encoder = VirtualTraces(1), ProtobufEncoder(RESOURCE)
    parameters = {each: read(each, {}) for each in SCENARIOS}
    timing = Timing(now=time.time, draws=Randomness(1).generator("bench"))
    cpu, clock, number = time.process_time(), time.perf_counter(), 0
    async with Exporter(encoder, HttpTransport(url, encoder.content_type), timing, limits=IN_ORDER) as exporter:
        while exporter.ledger.handed < SPANS:
            scenario = SCENARIOS[number % 8]
            await exporter.export(traces.make(scenario, parameters[scenario], START).spans)
            number += 1
    return time.process_time() - cpu, time.perf_counter() - clock, exporter.ledger.sent


async def served(url):
    """Fan-outs of the default size, so many at a time: spans a second, and how long one takes."""
    free, took, spans = asyncio.Semaphore(AT_ONCE), [], 0

    async def one(client):
        nonlocal spans
        async with free:
            answers = await ask(client, url, "fanout", {})
            took.append(answers["duration_ms"])
            spans += answers["spans"]

    async with session() as client:
        await asyncio.gather(*(ask(client, url, "fanout", {}) for _ in range(AT_ONCE)))  # which opens the connections
        clock = time.perf_counter()
        await asyncio.gather(*(one(client) for _ in range(IDEAL_RUNS)))
        clock = time.perf_counter() - clock
    return clock, spans, took


async def offered(url):
    """Fan-outs begun at an even pace of so many spans a second, whatever becomes of those before."""
    spans, took = 0, []

    async def one(client):
        nonlocal spans
        answers = await ask(client, url, "fanout", {})
        took.append(answers["duration_ms"])
        spans += answers["spans"]

    async with session() as client:
        pace = (await ask(client, url, "fanout", {}))["spans"] / OFFERED
        clock = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number in range(IDEAL_RUNS):
                await asyncio.sleep(clock + number * pace - time.perf_counter())
                group.create_task(one(client))
        clock = time.perf_counter() - clock
    return clock, spans, took


def quantiles(took, ideal):
    """How long they took, beside how long they would take were nothing else to be done."""
    took.sort()
    p99 = took[int(0.99 * len(took))]
    return (
        f"p50 {statistics.median(took):.0f} ms, p99 {p99:.0f} ms; in virtual time {ideal:.0f} ms: {p99 / ideal:.2f} x"
    )


def main():
    with process(serve_sink) as port:
        url = f"http://127.0.0.1:{port}"
        base = sdk(url)
        spans = fan_outs(SPANS)
        cpu, count = upb(spans)
        told("official protobuf classes, encoded", count, cpu, base=base)
        cpu, _ = encoded(JsonEncoder(RESOURCE), spans[:20_000])
        told("JSON, encoded", 20_000, cpu, base=base)
        cpu, size = encoded(ProtobufEncoder(RESOURCE), spans)
        told(f"protobuf, encoded ({size:.0f} bytes a span)", len(spans), cpu, base=base)
        cpu, clock = asyncio.run(posted(url, spans))
        told("protobuf, encoded and posted", len(spans), cpu, clock, base)
        cpu, clock = asyncio.run(posted(url, spans, gzip=True))
        told("protobuf, encoded, compressed and posted", len(spans), cpu, clock, base)
        seconds = 0.3 if QUICK else 3
        cpu, count = virtual(list(SCENARIOS), seconds)
        told("scenarios in virtual time, all eight in turn", count, cpu, base=base)
        heavy = {"retry": {"error_rate": "0.5"}}
        cpu, count = virtual(["retry"], seconds, **heavy)
        told("scenarios in virtual time, retries, half of all calls fail", count, cpu, base=base)
        cpu, clock, count = asyncio.run(made_and_posted(url))
        told("all eight in turn, made, encoded and posted", count, cpu, base=base)
        told("all eight in turn, made, encoded and posted", count, cpu, clock, base)
        with process(serve_tools) as tools_url, process(serve_app, tools_url, url) as app_url:
            together = asyncio.run(served(app_url))
            paced = asyncio.run(offered(app_url))
    ideal = statistics.fmean(
        trace.answers().duration_ms
        for trace in (VirtualTraces(at).make("fanout", read("fanout", {}), 0) for at in range(50))
    )
    for how, (clock, count, took) in ((f"{AT_ONCE} at a time", together), (f"{OFFERED:,} spans/s offered", paced)):
        told(f"services, fan-outs, {how}, for real", count, clock, clock, base)
        print(f"a fan-out: {quantiles(took, ideal)}")


if __name__ == "__main__":
    main()
