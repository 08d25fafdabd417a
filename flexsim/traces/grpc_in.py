"""OTLP over gRPC, where the extra ``grpc`` is installed: the same intake, so the same counts and refusals."""

import contextlib
import importlib
from collections.abc import AsyncIterator
from typing import Any, Final

from flexsim.errors import ConfigurationError, TracesError
from flexsim.traces.intake import response_to
from flexsim.traces.otlp import parse
from flexsim.traces.serving import Collector

SERVICE: Final = "opentelemetry.proto.collector.trace.v1.TraceService"
_GRACE: Final = 1.0  # seconds for requests underway when stopping


@contextlib.asynccontextmanager
async def serving_grpc(collector: Collector, host: str, port: int) -> AsyncIterator[int]:
    """Serve OTLP over gRPC while inside; gives the port. Raises ConfigurationError where it cannot be had."""
    grpc = _grpc()
    options = [
        ("grpc.max_receive_message_length", collector.intake.largest),
        ("grpc.so_reuseport", 0),  # otherwise a port that is taken is had by two
    ]
    server = grpc.aio.server(options=options, maximum_concurrent_rpcs=collector.bounds.connections)
    server.add_generic_rpc_handlers([handler(grpc, collector)])
    try:
        bound: int = server.add_insecure_port(f"{host}:{port}")
    except RuntimeError as error:
        raise ConfigurationError(f"cannot listen on port {port} of {host} for gRPC; 0 takes any free one") from error
    await server.start()
    try:
        yield bound
    finally:
        await server.stop(_GRACE)


def _grpc() -> Any:
    try:
        importlib.import_module("grpc.aio")
        return importlib.import_module("grpc")
    except ImportError as error:
        raise ConfigurationError(
            "gRPC needs the package grpcio: pip install 'flexsim[grpc]'; without --grpc-port, OTLP comes over HTTP"
        ) from error


def handler(grpc: Any, collector: Collector) -> Any:
    """Of the service's calls: what it is asked is taken by the collector, or refused."""

    async def export(body: bytes, context: Any) -> bytes:
        try:
            request = parse(body)
        except TracesError as error:
            collector.intake.refuse(error.status, str(error))
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        answer: bytes = response_to(collector.take_request(request, body)).SerializeToString()
        return answer

    # Without (de)serializers, bytes come and go as they are.
    method = grpc.unary_unary_rpc_method_handler(export)
    return grpc.method_handlers_generic_handler(SERVICE, {"Export": method})
