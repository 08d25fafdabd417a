"""How batches travel: OTLP over HTTP, over gRPC where ``grpcio`` is installed, into a file, onto a stream."""

from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import urlsplit

import aiohttp
import orjson

from flexsim.errors import ConfigurationError, TargetUnreachable
from flexsim.traces.compression import gzipped
from flexsim.traces.delivery import Reply
from flexsim.traces.encoding_protobuf import varint

PATH: Final = "/v1/traces"
PROTOCOLS: Final = ("http/protobuf", "http/json", "grpc")
_TIMEOUT: Final = 10.0  # the specification's default for an export
_MOST_READ: Final = 64 * 1024
_CONNECTIONS: Final = 16
_EXPORT: Final = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
# https://opentelemetry.io/docs/specs/otlp/#failures
_RETRYABLE_CODES: Final = frozenset(
    {"CANCELLED", "DEADLINE_EXCEEDED", "ABORTED", "OUT_OF_RANGE", "UNAVAILABLE", "DATA_LOSS"}
)


def traces_url(endpoint: str) -> str:
    """Where traces are posted to, as the specification has it: ``/v1/traces`` is added unless the address has a path."""
    parts = urlsplit(endpoint)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigurationError(
            f"an OTLP endpoint is an http or https address, such as http://localhost:4318: {endpoint}"
        )
    return endpoint if parts.path.strip("/") else endpoint.rstrip("/") + PATH


class HttpTransport:
    """Posts to an OTLP/HTTP endpoint; connections are kept. Make it inside a running event loop."""

    def __init__(
        self, endpoint: str, content_type: str, *, gzip: bool = False, headers: Mapping[str, str] | None = None
    ) -> None:
        self.url = traces_url(endpoint)
        self._gzip = gzip
        self._json = content_type == "application/json"
        all_headers = {"Content-Type": content_type, "User-Agent": "flexsim", **(headers or {})}
        if gzip:
            all_headers["Content-Encoding"] = "gzip"
        self._session = aiohttp.ClientSession(
            headers=all_headers,
            timeout=aiohttp.ClientTimeout(total=_TIMEOUT),
            connector=aiohttp.TCPConnector(limit=_CONNECTIONS),
        )

    async def post(self, body: bytes) -> Reply:
        """What came back; lost connections and time-outs are answers without a status."""
        if self._gzip:
            body = gzipped(body)
        try:
            async with self._session.post(self.url, data=body, allow_redirects=False) as answer:
                content = await answer.content.read(_MOST_READ)
                rejected = _rejected(content, is_json=self._json) if 200 <= answer.status < 300 else 0
                return Reply(status=answer.status, retry_after=answer.headers.get("Retry-After"), rejected=rejected)
        except TimeoutError:
            return Reply(status=None, problem="timed out")
        except aiohttp.ClientError as error:
            return Reply(status=None, problem=_lost(error))

    async def close(self) -> None:
        await self._session.close()


def _lost(error: aiohttp.ClientError) -> str:
    if isinstance(error, aiohttp.ClientConnectorError):
        return "connection refused"
    return "connection lost"


def _rejected(content: bytes, *, is_json: bool) -> int:
    """How many spans of an accepted batch were refused; 0 where the answer does not say."""
    if not content:
        return 0
    try:
        if is_json:
            return int((orjson.loads(content).get("partialSuccess") or {}).get("rejectedSpans") or 0)
        from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (  # noqa: PLC0415 -- few answers say anything
            ExportTraceServiceResponse,
        )

        return int(ExportTraceServiceResponse.FromString(content).partial_success.rejected_spans)
    except Exception:  # noqa: BLE001 -- whatever it is, it is no partial success
        return 0


class GrpcTransport:
    """Calls an OTLP/gRPC endpoint, ``http://host:4317`` in the clear or ``https://``; raises ConfigurationError without ``grpcio``."""

    def __init__(self, endpoint: str, headers: Mapping[str, str] | None = None) -> None:
        try:
            import grpc  # noqa: PLC0415 -- an extra, and heavy
            import grpc.aio  # noqa: PLC0415 -- as above
        except ImportError as error:
            raise ConfigurationError(
                "OTLP over gRPC needs the package grpcio: pip install 'flexsim[grpc]', or use --protocol http/protobuf"
            ) from error
        parts = urlsplit(endpoint if "://" in endpoint else f"http://{endpoint}")
        if not parts.hostname:
            raise ConfigurationError(f"an OTLP endpoint is an address, such as http://localhost:4317: {endpoint}")
        target = f"{parts.hostname}:{parts.port or 4317}"
        self._error: Any = grpc.aio.AioRpcError
        secure = parts.scheme == "https"
        credentials = grpc.ssl_channel_credentials() if secure else None
        self._channel: Any = (
            grpc.aio.secure_channel(target, credentials) if secure else grpc.aio.insecure_channel(target)
        )
        self._call = self._channel.unary_unary(_EXPORT)
        self._metadata = [(name.lower(), value) for name, value in (headers or {}).items()]

    async def post(self, body: bytes) -> Reply:
        try:
            content = await self._call(body, timeout=_TIMEOUT, metadata=self._metadata)
        except self._error as error:
            name = error.code().name
            return Reply(status=503 if name in _RETRYABLE_CODES else 400, problem=f"gRPC {name}")
        return Reply(status=200, rejected=_rejected(content, is_json=False))

    async def close(self) -> None:
        await self._channel.close()


class FileTransport:
    """Writes requests to a file: one JSON object a line, or protobuf messages, each after its length.

    The lines are what OpenTelemetry's file exporter writes (https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/).
    """

    def __init__(self, file: IO[bytes], *, is_json: bool, is_ours: bool = True) -> None:
        """``is_ours`` says whether the file is closed with the transport."""
        self._file = file
        self._json = is_json
        self._ours = is_ours

    @classmethod
    def open(cls, path: Path, *, is_json: bool) -> "FileTransport":
        """A new file; raises TargetUnreachable where none can be made."""
        try:
            return cls(path.open("wb"), is_json=is_json)
        except OSError as error:
            raise TargetUnreachable(f"cannot write {path}: {error.strerror}") from error

    async def post(self, body: bytes) -> Reply:
        try:
            self._file.write(body + b"\n" if self._json else varint(len(body)) + body)
        except BrokenPipeError:
            raise
        except OSError as error:
            return Reply(status=500, problem=f"cannot write: {error.strerror}")
        return Reply(status=200)

    async def close(self) -> None:
        self._file.flush()
        if self._ours:
            self._file.close()
