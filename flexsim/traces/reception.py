"""What a collector keeps of the traces that come in: enough to judge and to show each of them, in bounded memory.

A request is kept as its bytes, compressed, and of each span 36 bytes (``defects.ROW``): a span of 300 bytes takes some 70.
Records are made only of the traces that somebody looks at. Where the memory is used up, the trace that came first goes,
after its defects were added to the totals, and what was lost is counted.
"""

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from flexsim.traces.compression import packed, unpacked
from flexsim.traces.defects import NO_DEFECTS, ROW, Defects, defects_of
from flexsim.traces.otlp import Request, parse, spans_of
from flexsim.traces.spans import SPAN_ID_BYTES, TRACE_ID_BYTES, Code, Span

MEMORY: Final = 512 * 2**20  # bytes
SERVICES: Final = 1000  # that are counted by name; further ones are counted together
_OF_A_TRACE: Final = 500  # bytes for a trace with one span beyond its row: its record, keys and places
_OF_A_REQUEST: Final = 300
_OTHERS: Final = "(others)"
_NO_TRACE: Final = bytes(TRACE_ID_BYTES)
_NO_SPAN: Final = bytes(SPAN_ID_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of one request: ``rejected`` spans had ids that no span can have; ``message`` says so."""

    accepted: int
    rejected: int
    message: str


class _Block:
    """One request: its number, its bytes, when it came and how many of the traces in it are still kept."""

    __slots__ = ("arrived", "compressed", "traces")

    def __init__(self, compressed: bytes, arrived: float) -> None:
        self.compressed = compressed
        self.arrived = arrived
        self.traces = 0


class _Trace:
    """One trace: a row for each of its spans, the requests that brought them, and its defects when they were last counted."""

    __slots__ = ("blocks", "counted", "defects", "rows")

    def __init__(self) -> None:
        self.rows = bytearray()
        self.blocks = array("I")
        self.counted = 0  # the length of rows then
        self.defects = NO_DEFECTS


class Reception:
    """Takes requests in the order of their arrival. One writer; ``memory`` is in bytes, ``late_after`` in seconds."""

    def __init__(self, *, memory: int = MEMORY, late_after: float = 0.0) -> None:
        self.memory = memory
        self.late_after = late_after
        self.requests = self.received = self.rejected = self.errors = 0
        self.lost_spans = self.lost_traces = 0
        self.services: dict[str, int] = {}
        self.used = 0  # bytes, as estimated
        self._traces: dict[bytes, _Trace] = {}
        self._blocks: dict[int, _Block] = {}
        self._touched: set[bytes] = set()  # traces that have grown since their defects were counted
        self._totals = NO_DEFECTS
        self._seen = 0

    def __len__(self) -> int:
        """How many traces are kept."""
        return len(self._traces)

    @property
    def seen(self) -> int:
        """How many traces have been seen, lost ones included."""
        return self._seen

    def take(self, request: Request, body: bytes, now: float) -> Taken:
        """Keep what ``body`` holds, which is ``request``, and which came ``now``."""
        number = self.requests
        self.requests += 1
        rows, accepted, rejected = self._sorted_out(request, number)
        self.received += accepted
        self.rejected += rejected
        if rows:
            self._keep(number, rows, _Block(packed(body), now))
        message = f"{rejected} spans have no valid trace id, span id or parent id" if rejected else ""
        return Taken(accepted=accepted, rejected=rejected, message=message)

    def defects(self) -> Defects:
        """What is wrong with all that has come in so far; of traces that were lost, as it was when they went."""
        for trace_id in self._touched:
            self._count(self._traces[trace_id])
        self._touched.clear()
        return self._totals

    def stats(self) -> dict[str, Any]:
        """All counts, as a JSON-ready document."""
        found = self.defects()
        return {
            "requests": self.requests,
            "received": self.received,
            "rejected": self.rejected,
            "spans": found.spans,
            "traces": self._seen,
            "errors": self.errors,
            "duplicates": found.duplicates,
            "orphans": found.orphans,
            "late": found.late,
            "out_of_order": found.out_of_order,
            "skewed": found.skewed,
            "backward": found.backward,
            "lost_spans": self.lost_spans,
            "lost_traces": self.lost_traces,
            "kept_traces": len(self._traces),
            "memory": self.used,
            "services": dict(sorted(self.services.items())),
        }

    def latest(self, most: int) -> list[bytes]:
        """The ids of the traces that began to arrive last, the last first."""
        found: list[bytes] = []
        for trace_id in reversed(self._traces):
            if len(found) == most:
                break
            found.append(trace_id)
        return found

    def defects_of(self, trace_id: bytes) -> Defects:
        """What is wrong with one trace; nothing where it is not kept."""
        trace = self._traces.get(trace_id)
        if trace is None:
            return NO_DEFECTS
        self._count(trace)
        return trace.defects

    def spans(self, trace_id: bytes) -> list[Span]:
        """The trace's spans in the order of their arrival, copies included; empty where it is not kept."""
        trace = self._traces.get(trace_id)
        return [] if trace is None else [each for number in trace.blocks for each in self._read(number, trace_id)]

    def head(self, trace_id: bytes) -> tuple[Span, int]:
        """The root of a kept trace, as ``tree`` has it, and how many of its spans failed; the other spans are not made."""
        trace = self._traces[trace_id]
        rows = list(ROW.iter_unpack(trace.rows))
        present = {row[0] for row in rows}
        tops = [row for row in rows if row[1] == _NO_SPAN] or [row for row in rows if row[1] not in present] or rows
        root_id = max(tops, key=lambda row: (row[3] - row[2], -row[2]))[0]
        found: Span | None = None
        failed: set[bytes] = set()
        for number in trace.blocks:
            request = self._request(number)
            found = found or next(spans_of(request, trace_id, root_id), None)
            failed.update(_failed(request, trace_id))
        assert found is not None, "a row's span is in one of the trace's requests"
        return found, len(failed)

    def _request(self, number: int) -> Request:
        return parse(unpacked(self._blocks[number].compressed))

    def _read(self, number: int, trace_id: bytes) -> Iterator[Span]:
        return spans_of(self._request(number), trace_id)

    # Taking.

    def _sorted_out(self, request: Request, number: int) -> tuple[dict[bytes, bytearray], int, int]:
        """The rows of each trace; how many spans were taken, and how many refused. The hot loop of all this."""
        pack: Callable[..., bytes] = ROW.pack
        rows: dict[bytes, bytearray] = {}
        accepted = rejected = errors = 0
        for resource_spans in request.resource_spans:
            before = accepted
            for scope_spans in resource_spans.scope_spans:
                for span in scope_spans.spans:
                    trace_id, span_id, parent_id = span.trace_id, span.span_id, span.parent_span_id
                    if (
                        len(trace_id) != 16
                        or len(span_id) != 8
                        or len(parent_id) not in _PARENTS
                        or trace_id == _NO_TRACE
                        or span_id == _NO_SPAN
                    ):
                        rejected += 1
                        continue
                    accepted += 1
                    row = pack(span_id, parent_id, span.start_time_unix_nano, span.end_time_unix_nano, number)
                    if trace_id in rows:
                        rows[trace_id] += row
                    else:
                        rows[trace_id] = bytearray(row)
                    if span.HasField("status") and span.status.code == _ERROR:
                        errors += 1
            if accepted > before:
                self._serve(resource_spans.resource, accepted - before)
        self.errors += errors
        return rows, accepted, rejected

    def _serve(self, resource: Any, spans: int) -> None:
        name = next((each.value.string_value for each in resource.attributes if each.key == "service.name"), "")
        if name not in self.services and len(self.services) >= SERVICES:
            name = _OTHERS
        self.services[name] = self.services.get(name, 0) + spans

    def _keep(self, number: int, rows: dict[bytes, bytearray], block: _Block) -> None:
        self._blocks[number] = block
        self.used += len(block.compressed) + _OF_A_REQUEST
        for trace_id, more in rows.items():
            trace = self._traces.get(trace_id)
            if trace is None:
                trace = self._traces[trace_id] = _Trace()
                self._seen += 1
                self.used += _OF_A_TRACE
            trace.rows += more
            trace.blocks.append(number)
            block.traces += 1
            self.used += len(more)
        self._touched.update(rows)
        while self.used > self.memory and self._traces:
            self._lose(next(iter(self._traces)))

    def _lose(self, trace_id: bytes) -> None:
        trace = self._traces[trace_id]
        self._count(trace)
        self._touched.discard(trace_id)
        del self._traces[trace_id]
        self.lost_traces += 1
        self.lost_spans += len(trace.rows) // ROW.size
        self.used -= len(trace.rows) + _OF_A_TRACE
        for number in trace.blocks:
            block = self._blocks[number]
            block.traces -= 1
            if not block.traces:
                self.used -= len(block.compressed) + _OF_A_REQUEST
                del self._blocks[number]

    def _count(self, trace: _Trace) -> None:
        """Have the totals hold what is wrong with the trace as it is now."""
        if trace.counted == len(trace.rows):
            return
        arrivals = {number: self._blocks[number].arrived for number in trace.blocks}
        found = defects_of(trace.rows, arrivals, self.late_after)
        self._totals += found - trace.defects
        trace.defects = found
        trace.counted = len(trace.rows)


def _failed(request: Request, trace_id: bytes) -> Iterator[bytes]:
    """The spans of the trace that ended with an error."""
    for resource_spans in request.resource_spans:
        for scope_spans in resource_spans.scope_spans:
            for span in scope_spans.spans:
                if span.HasField("status") and span.status.code == _ERROR and span.trace_id == trace_id:
                    yield span.span_id


_ERROR: Final = int(Code.ERROR)
_PARENTS: Final = frozenset({0, SPAN_ID_BYTES})
