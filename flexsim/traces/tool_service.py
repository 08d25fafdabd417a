"""The tool service: tools that take their time, fail when told to, and answer with as large a payload as is asked for.

``GET /tool/{name}``, with ``delay_ms`` (or ``factor``, which multiplies the service's own delay), ``error_rate``,
``payload_size_kb`` and ``stream=1``, which sends the payload in pieces over the delay. ``GET /health``. What is answered is
decided here; ``tool_serving`` reads requests, waits and writes.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson

from flexsim.errors import ConfigurationError
from flexsim.randomness import Generator
from flexsim.traces.parameters import Number, Parameter
from flexsim.traces.stage import KB_PER_MS
from flexsim.traces.tool_spans import ToolSpans
from flexsim.traces.trace_context import read

_PREFIX: Final = "/tool/"
_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_PIECES: Final = 10
_KB: Final = "x" * 1024
_MOST_FIELDS: Final = 32

DELAY: Final = Parameter(name="delay_ms", default=80.0, low=0, high=3_600_000, help="milliseconds that a call takes")
_FACTOR: Final = Parameter(name="factor", default=1.0, low=0, high=1_000, help="times the service's own delay")
_ERROR_RATE: Final = Parameter(name="error_rate", default=0.0, low=0, high=1, help="share of calls that fail")
_PAYLOAD: Final = Parameter(name="payload_size_kb", default=0, low=0, high=10_240, help="kilobytes in the answer")
_STREAM: Final = Parameter(name="stream", default=0, low=0, high=1, help="1: the payload in pieces over the delay")
_KNOWN: Final = {each.name: each for each in (DELAY, _FACTOR, _ERROR_RATE, _PAYLOAD, _STREAM)}


def _nothing(_answered: bool) -> None:
    """Nobody has to be told."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What to answer after so many seconds: a ``body`` in JSON, or ``pieces`` of text, spread evenly over that time.

    ``over`` is to be told whether it was answered, or the caller had gone.
    """

    status: int
    body: bytes = b""
    delay: float = 0.0
    pieces: tuple[bytes, ...] = ()
    over: Callable[[bool], None] = _nothing


class ToolService:
    """``draws`` decide which calls fail. ``calls``, ``failed`` and ``stopped`` (by a caller that went) count.

    With ``spans``, a call that says by ``traceparent`` whose it is becomes a span of that trace.
    """

    def __init__(
        self, draws: Generator, *, delay_ms: float = 80.0, error_rate: float = 0.0, spans: ToolSpans | None = None
    ) -> None:
        self._spans = spans
        self._random = draws.random
        self._delay_ms = delay_ms
        self._error_rate = error_rate
        self.calls = 0
        self.failed = 0
        self.stopped = 0

    def asked(self, path: str, query: str, traceparent: bytes) -> Answer:
        """What to answer to a GET."""
        if path.startswith(_PREFIX) and _NAME.fullmatch(path, len(_PREFIX)):
            try:
                given = _read(query)
            except ConfigurationError as error:
                return _said(422, {"error": str(error)})
            return self._call(path[len(_PREFIX) :], given, traceparent)
        if path == "/health":
            return _said(200, {"status": "ok", "calls": self.calls, "failed": self.failed})
        return _said(404, {"error": f"nothing at {path[:100]}; there are /tool/NAME and /health"})

    def _call(self, name: str, given: dict[str, Number], traceparent: bytes) -> Answer:
        self.calls += 1
        payload = int(given.get("payload_size_kb", 0))
        delay = float(given.get("delay_ms", self._delay_ms * given.get("factor", 1.0))) + payload / KB_PER_MS
        fails = self._random() < given.get("error_rate", self._error_rate)
        status = 500 if fails else 200
        over = self._over(name, delay, status, traceparent)
        if fails:
            body = orjson.dumps({"error": f"{name} failed", "delay_ms": delay})
        elif given.get("stream"):
            return Answer(status, delay=delay / 1000, pieces=_pieces(payload), over=over)
        else:
            body = orjson.dumps({"tool": name, "delay_ms": delay, "payload": _KB * payload})
        return Answer(status, body, delay / 1000, over=over)

    def _over(self, name: str, delay: float, status: int, traceparent: bytes) -> Callable[[bool], None]:
        """Counts what became of the call, and makes it a span if anybody is to know."""
        spans = self._spans
        context = None if spans is None else read(traceparent)
        begun = 0 if spans is None or context is None else spans.now()

        def over(answered: bool) -> None:
            self.failed += answered and status != 200
            self.stopped += not answered
            if spans is None or context is None:
                return
            if answered:
                spans.answered(context, begun, name, delay, status)
            else:
                spans.broken_off(context, begun, name, delay)

        return over


def _said(status: int, document: dict[str, Any]) -> Answer:
    return Answer(status, orjson.dumps(document))


def _pieces(payload: int) -> tuple[bytes, ...]:
    if not payload:
        return tuple(f"{number}\n".encode() for number in range(_PIECES))
    size, whole = -(-payload * 1024 // _PIECES), (_KB * payload).encode()
    return tuple(whole[number * size : (number + 1) * size] for number in range(_PIECES))


def _read(query: str) -> dict[str, Number]:
    # What our own agents send is a name and a number, or two of them, with nothing quoted, which needs no parse_qsl.
    try:
        plain = not ("%" in query or "+" in query or ";" in query) and query.count("&") < _MOST_FIELDS
        fields = (
            [each.split("=", 1) for each in query.split("&") if "=" in each]
            if plain
            else parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
        )
    except ValueError as error:
        raise ConfigurationError(f"more than {_MOST_FIELDS} parameters") from error
    given = {}
    for name, text in fields:
        known = _KNOWN.get(name)
        if known is None:
            raise ConfigurationError(f"a tool has no parameter {name}; it has {', '.join(_KNOWN)}")
        given[name] = known.read(text)
    return given
