"""OTLP's side of a collector, without the network: a request's body and headers in, the answer that OTLP prescribes out.

Protobuf and JSON, plain and gzipped; answers are in the encoding of the request. A request that cannot be read is refused
as a whole: 400, 413 or 415 with a Status message; single spans with impossible ids are refused in a partial success.
Source: OTLP specification 1.x, "OTLP/HTTP Response" and "Partial Success".
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from flexsim.errors import TracesError
from flexsim.traces.bodies import unpacked
from flexsim.traces.json_in import parse_json
from flexsim.traces.otlp import Request, parse
from flexsim.traces.reception import Reception, Taken

PROTOBUF: Final = "application/x-protobuf"
JSON: Final = "application/json"
LARGEST: Final = 20 * 2**20  # bytes of a body, before and after decompression; the OpenTelemetry Collector's default
_CODES: Final[Mapping[int, int]] = {  # google.rpc.Code
    400: 3, 404: 12, 405: 12, 408: 4, 413: 8, 415: 3, 503: 14,
}  # fmt: skip

Keep = Callable[[Request, float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is said to the client."""

    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Intake:
    """Reads requests and hands them to the reception, and to ``keep``, which stores them, before they are answered."""

    def __init__(self, reception: Reception, *, largest: int = LARGEST, keep: Keep | None = None) -> None:
        self.reception = reception
        self.largest = largest
        self.refused = 0  # requests
        self._keep = keep

    def take(self, body: bytes, content_type: str, encoding: str, now: float) -> Answer:
        """The answer to an export over HTTP that came ``now``, in UTC seconds."""
        kind = content_type.partition(";")[0].strip().lower()
        if kind not in {PROTOBUF, JSON}:
            told = TracesError(
                f"no such content type here: {kind[:50] or 'none'}; there are {PROTOBUF} and {JSON}", status=415
            )
            return self.refuse(told.status, str(told), PROTOBUF)
        try:
            plain = unpacked(body, encoding, self.largest)
            request = parse(plain) if kind == PROTOBUF else parse_json(plain)
        except TracesError as error:
            return self.refuse(error.status, str(error), kind)
        if kind == JSON:
            plain = request.SerializeToString()
        return _success(self.take_request(request, plain, now), kind)

    def take_request(self, request: Request, plain: bytes, now: float) -> Taken:
        """Take a request that was read already; ``plain`` are its bytes."""
        taken = self.reception.take(request, plain, now)
        if self._keep is not None:
            self._keep(request, now)
        return taken

    def refuse(
        self, status: int, message: str, kind: str = PROTOBUF, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """A refusal of a whole request, counted, with the Status message that OTLP asks for."""
        self.refused += 1
        code = _CODES.get(status, 2)
        body = json.dumps({"code": code, "message": message}).encode() if kind == JSON else _status(code, message)
        return Answer(status=status, content_type=kind, body=body, headers=headers or {})


def response_to(taken: Taken) -> ExportTraceServiceResponse:
    """The protocol's answer: without a partial success where all was taken."""
    response = ExportTraceServiceResponse()
    if taken.rejected:
        response.partial_success.rejected_spans = taken.rejected
        response.partial_success.error_message = taken.message
    return response


def _success(taken: Taken, kind: str) -> Answer:
    if kind == PROTOBUF:
        return Answer(status=200, content_type=kind, body=response_to(taken).SerializeToString())
    document = {}
    if taken.rejected:  # 64-bit numbers are texts in protobuf's JSON
        document = {"partialSuccess": {"rejectedSpans": str(taken.rejected), "errorMessage": taken.message}}
    return Answer(status=200, content_type=kind, body=json.dumps(document).encode())


def _status(code: int, message: str) -> bytes:
    """google.rpc.Status: field 1 is the code, field 2 the message."""
    text = message.encode()
    return b"\x08" + _varint(code) + b"\x12" + _varint(len(text)) + text


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)
