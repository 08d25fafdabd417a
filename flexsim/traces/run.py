"""One trace in the making: its ids, its draws, the spans that have ended, and what is true of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from flexsim.randomness import Generator
from flexsim.traces.answers import Defect, RetrySequence
from flexsim.traces.declared import Emitted, Extras, SpanKind, Value
from flexsim.traces.parameters import Number
from flexsim.traces.spans import Code, Event
from flexsim.traces.stage import Stage
from flexsim.traces.vocabulary import Vocabulary

_BLOCK: Final = 512


class Ids:
    """Trace and span ids from a generator that serves nothing else."""

    __slots__ = ("_bytes", "_left")

    def __init__(self, generator: Generator) -> None:
        self._bytes = generator.randbytes
        self._left: list[bytes] = []

    def span_id(self) -> bytes:
        """Eight bytes; that all are zero, which OTLP forbids, would take 10**13 years at a million a second."""
        if not self._left:
            block = self._bytes(8 * _BLOCK)
            self._left = [block[at : at + 8] for at in range(0, 8 * _BLOCK, 8)]
        return self._left.pop()

    def trace_id(self) -> bytes:
        """Sixteen bytes."""
        return self.span_id() + self.span_id()


class Names:
    """The ids of agents, under the name of their mesh if it has one."""

    __slots__ = ("_workers", "planner", "prefix")

    def __init__(self, mesh: str = "") -> None:
        self.prefix = f"{mesh}/" if mesh else ""
        self.planner = f"{self.prefix}planner"
        self._workers: list[str] = []

    def worker(self, number: int) -> str:
        """The id of the worker of this number, from 0."""
        workers = self._workers
        while len(workers) <= number:
            workers.append(f"{self.prefix}worker-{len(workers)}")
        return workers[number]


@dataclass(slots=True, kw_only=True)
class Facts:
    """What the scenario knows of its trace."""

    root_cause: bytes | None = None
    straggler: bytes | None = None
    retries: list[RetrySequence] = field(default_factory=list)
    tool_calls: int = 0
    retried: int = 0
    first_token: float | None = None
    tokens: int | None = None
    idle: int = 0
    payload_kb: int | None = None
    defects: list[Defect] = field(default_factory=list)


class Run:
    """What a scenario works with. ``spans`` are those that have ended, in the order of their end."""

    __slots__ = ("facts", "names", "new", "parameters", "random", "spans", "stage", "trace_id", "words")

    def __init__(  # noqa: PLR0913, PLR0917 -- each is another's business
        self,
        stage: Stage,
        words: Vocabulary,
        parameters: Mapping[str, Number],
        ids: Ids,
        random: Callable[[], float],
        names: Names,
    ) -> None:
        self.stage = stage
        self.words = words
        self.parameters = parameters
        self.new = ids.span_id
        self.trace_id = ids.trace_id()
        self.random = random
        self.names = names
        self.spans: list[Emitted] = []
        self.facts = Facts()

    def end(  # noqa: PLR0913, PLR0917 -- the places of a span, at a quarter of a million a second
        self, kind: SpanKind, span_id: bytes, parent: bytes, begun: int, values: tuple[Value, ...],
        extras: Extras | None = None,
    ) -> None:  # fmt: skip
        """The span ends now."""
        self.spans.append((kind, self.trace_id, span_id, parent, begun, self.stage.now, values, extras))

    def jitter(self) -> float:
        """A factor from 0.9 up to 1.1."""
        return 0.9 + 0.2 * self.random()

    def failed(self, message: str, kind: str = "ToolError") -> Extras:
        """The status of what has failed just now, with the exception."""
        event = Event(time=self.stage.now, name="exception", attributes=exception(kind, message))
        return Extras(events=(event,), status=Code.ERROR, message=message)


def exception(kind: str, message: str) -> dict[str, Value]:
    """The attributes of an event ``exception``, as the conventions for exceptions have them."""
    return {"exception.type": kind, "exception.message": message}
