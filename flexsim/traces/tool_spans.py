"""The tool service's own spans: for each call that says whose it is, the other half of the caller's span."""

from collections.abc import Callable
from typing import Final

from flexsim.clock import Clock
from flexsim.traces.declared import Emitted, Extras, SpanKind, declare
from flexsim.traces.run import Ids
from flexsim.traces.spans import Code, Kind
from flexsim.traces.stage import SECOND
from flexsim.traces.trace_context import TRACE

_FAILED: Final = 500


def _served(variables: dict[str, type[str] | type[int] | type[float]]) -> SpanKind:
    constants = {
        "ati.span.kind": "internal", "http.request.method": "GET", "http.route": "/tool/{name}", "url.scheme": "http",
    }  # fmt: skip
    return declare("GET /tool/{name}", Kind.SERVER, constants, variables)


ANSWERED: Final = _served({"ati.tool.delay_ms": float, "http.response.status_code": int, "ati.tool.name": str})
BROKEN_OFF: Final = _served({"ati.tool.delay_ms": float, "ati.tool.name": str})


class ToolSpans:
    """Makes them, and hands them to ``offer``: an exporter's, which loses what it has no room for."""

    def __init__(self, ids: Ids, clock: Clock, offer: Callable[[list[Emitted]], None]) -> None:
        self._new = ids.span_id
        self._clock = clock
        self._offer = offer

    def now(self) -> int:
        """UTC nanoseconds."""
        return int(self._clock.now() * SECOND)

    def answered(self, context: bytes, begun: int, tool: str, delay_ms: float, status: int) -> None:
        """The call has been answered."""
        extras = Extras(status=Code.ERROR, message=f"{tool} failed") if status >= _FAILED else None
        self._end(ANSWERED, context, begun, (delay_ms, status, tool), extras)

    def broken_off(self, context: bytes, begun: int, tool: str, delay_ms: float) -> None:
        """The caller has gone before it was answered."""
        extras = Extras(status=Code.ERROR, message="the caller has gone")
        self._end(BROKEN_OFF, context, begun, (delay_ms, tool), extras)

    def _end(
        self, kind: SpanKind, context: bytes, begun: int, values: tuple[str | int | float, ...], extras: Extras | None
    ) -> None:
        self._offer([(kind, context[:TRACE], self._new(), context[TRACE:], begun, self.now(), values, extras)])
