"""An HTTP server that answers as its script says, and keeps what it was sent."""

import asyncio
import contextlib
import gzip

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from flexsim.traces.otlp import spans_of


class Scripted:
    """``script`` says what happens to each request in turn: a status, (status, headers), "reset" or "hang"; then 200."""

    def __init__(self, *script, body=b""):
        self.script = list(script)
        self.body = body
        self.requests = []
        self.connections = 0

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_):
        self._server.close()

    async def _serve(self, reader, writer):
        self.connections += 1
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
                body = await reader.readexactly(int(headers["content-length"]))
                what = self.script.pop(0) if self.script else 200
                if what == "reset":
                    writer.transport.abort()
                    return
                if what == "hang":
                    await asyncio.sleep(3600)
                status, more = what if isinstance(what, tuple) else (what, "")
                if status == 200:
                    self.requests.append((head.split(" ")[1], headers, body))
                writer.write(
                    f"HTTP/1.1 {status} X\r\n{more}Content-Length: {len(self.body)}\r\n\r\n".encode() + self.body
                )
                await writer.drain()
        writer.close()

    def span_ids(self):
        return [each.span_id for each in self.spans()]

    def spans(self):
        found = []
        for _, headers, body in self.requests:
            content = gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body
            found += spans_of(ExportTraceServiceRequest.FromString(content))
        return found


def partial(rejected):
    answer = ExportTraceServiceResponse()
    answer.partial_success.rejected_spans = rejected
    return answer.SerializeToString()
