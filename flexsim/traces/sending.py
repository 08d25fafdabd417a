"""Traces of a plan, to where they are wanted: an OTLP endpoint, a file, a stream; with the answers beside them."""

import sys
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from flexsim.clock import Clock
from flexsim.errors import ConfigurationError, TargetUnreachable
from flexsim.randomness import Randomness
from flexsim.traces.contact_spans import ContactTraces, contact_traces
from flexsim.traces.declared import Value
from flexsim.traces.encoding_json import JsonEncoder
from flexsim.traces.encoding_protobuf import ProtobufEncoder
from flexsim.traces.exporter import Exporter, Limits, Timing, flushing
from flexsim.traces.generating import Made, Pipeline, Plan, by_the_clock, in_virtual_time
from flexsim.traces.transports import PROTOCOLS, FileTransport, GrpcTransport, HttpTransport, traces_url

SERVICE: Final = "synthetic-agent-app"
CENTRE: Final = "flexsim-contact-centre"


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """One of ``endpoint``, ``out`` and ``stdout``; a file is protobuf where its name ends in ``.pb``, else JSON lines."""

    endpoint: str | None = None
    out: Path | None = None
    stdout: bool = False
    protocol: str = PROTOCOLS[0]
    gzip: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)

    def check(self) -> None:
        """Raise ConfigurationError unless it is one place that can be sent to."""
        given = [self.endpoint is not None, self.out is not None, self.stdout]
        if sum(given) != 1:
            raise ConfigurationError(
                "say where the traces go, once: --otlp http://localhost:4318 (or OTEL_EXPORTER_OTLP_ENDPOINT),"
                " --out traces.jsonl or --stdout"
            )
        if self.protocol not in PROTOCOLS:
            raise ConfigurationError(f"no such protocol: {self.protocol}; there are {', '.join(PROTOCOLS)}")
        if self.endpoint is not None and self.protocol != "grpc":
            traces_url(self.endpoint)

    @property
    def is_json(self) -> bool:
        """Whether it is written in JSON."""
        if self.endpoint is not None:
            return self.protocol == "http/json"
        return self.out is None or self.out.suffix != ".pb"


def exporter(destination: Destination, resource: Mapping[str, Value], timing: Timing, limits: Limits) -> Exporter:
    """An exporter to there; make it on the event loop that it is to run on. Raises what ``check`` and transports raise."""
    destination.check()
    encoder = JsonEncoder(resource) if destination.is_json else ProtobufEncoder(resource)
    if destination.out is not None:
        return Exporter(
            encoder, FileTransport.open(destination.out, is_json=destination.is_json), timing, limits=limits
        )
    if destination.endpoint is None:
        return Exporter(encoder, FileTransport(sys.stdout.buffer, is_json=True, is_ours=False), timing, limits=limits)
    if destination.protocol == "grpc":
        return Exporter(encoder, GrpcTransport(destination.endpoint, destination.headers), timing, limits=limits)
    transport = HttpTransport(
        destination.endpoint, encoder.content_type, gzip=destination.gzip, headers=destination.headers
    )
    return Exporter(encoder, transport, timing, limits=limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was made, and what became of it."""

    made: Made
    delivery: Mapping[str, Any]

    def document(self) -> dict[str, Any]:
        """As JSON has it."""
        found: dict[str, Any] = {"traces": self.made.traces, "spans": self.made.spans, "delivery": dict(self.delivery)}
        return found | ({"dirt": self.made.ledger} if self.made.ledger else {})

    def losses(self) -> str:
        """What did not arrive, in words; empty when all did."""
        parts = [f"{count} ({reason})" for reason, count in self.delivery["lost_by_reason"].items()]
        if self.delivery["rejected"]:
            parts.append(f"{self.delivery['rejected']} (refused by the receiver)")
        return f"of {self.delivery['handed']} spans these did not arrive: {', '.join(parts)}" if parts else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What ``send`` needs beside the plan; ``progress`` hears how many traces there are."""

    destination: Destination
    clock: Clock
    virtual: bool
    service: str = SERVICE
    answers: Path | None = None
    grace: float = 10.0
    progress: Callable[[int], None] = lambda _: None


async def send(plan: Plan, how: Sending) -> Outcome:
    """Make the plan's traces and send them; raises TargetUnreachable where a file cannot be written."""
    draws = Randomness(plan.seed).generator("trace delivery")
    timing = Timing(now=how.clock.now, draws=draws)
    limits = Limits(at_once=1, grace=how.grace)  # what arrives is in the order in which it was made
    resource: dict[str, Value] = {"service.name": how.service, "telemetry.sdk.name": "flexsim"}
    with ExitStack() as stack:
        write = None if how.answers is None else stack.enter_context(_text(how.answers)).write
        async with exporter(how.destination, resource, timing, limits) as sender:
            pipeline = Pipeline(plan, sender, write)
            if how.virtual:
                await in_virtual_time(plan, pipeline, how.progress)
            else:
                await by_the_clock(plan, pipeline, how.clock, how.progress)
            made = await pipeline.finish()
    return Outcome(made=made, delivery=sender.ledger.document())


def _text(path: Path) -> Any:
    try:
        return path.open("w", encoding="utf-8")
    except OSError as error:
        raise TargetUnreachable(f"cannot write {path}: {error.strerror}") from error


async def send_contacts(
    lines: Iterable[str | bytes], destination: Destination, clock: Clock, seed: int, replication: int | None = None
) -> Outcome:
    """The trace of each contact that ends in an event log; raises ConfigurationError for a line that is none of a log's.

    Where there are several logs, ``replication`` is in the resource of their spans, as ``flexsim.replication``.
    """
    made = Made()
    async with _of_contacts(destination, clock, seed, replication) as sender:
        for spans in contact_traces(lines):
            made.traces += 1
            made.spans += len(spans)
            await sender.export(spans)
    return Outcome(made=made, delivery=sender.ledger.document())


def _of_contacts(destination: Destination, clock: Clock, seed: int, replication: int | None = None) -> Exporter:
    resource: dict[str, Value] = {"service.name": CENTRE, "telemetry.sdk.name": "flexsim"}
    if replication is not None:
        resource["flexsim.replication"] = replication
    timing = Timing(now=clock.now, draws=Randomness(seed).generator("trace delivery"))
    return exporter(destination, resource, timing, Limits())


class ContactSender:
    """Sends contacts as they end, while their log is being written; what there is no room for is lost, and counted."""

    def __init__(self, sender: Exporter) -> None:
        self._sender = sender
        self._traces = ContactTraces()
        self._made = Made()

    def hear(self, lines: Iterable[str]) -> None:
        """The next lines of the log."""
        for spans in self._traces.add(lines):
            self._made.traces += 1
            self._made.spans += len(spans)
            self._sender.offer(spans)

    def outcome(self) -> Outcome:
        """What was made, and what has become of it by now."""
        return Outcome(made=self._made, delivery=self._sender.ledger.document())


@asynccontextmanager
async def contacts_as_they_end(destination: Destination, clock: Clock, seed: int) -> AsyncIterator[ContactSender]:
    """Send every second while inside, and what is left at the end."""
    async with _of_contacts(destination, clock, seed) as sender, flushing(sender):
        yield ContactSender(sender)
