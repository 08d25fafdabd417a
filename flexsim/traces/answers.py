"""What is true of a trace: what whoever analyses it should find, written beside it, one JSON object a line.

It is taken from the trace as it was made, before anything is spoilt on purpose, and from what its scenario did:

- ``critical_path``: the spans that the root's end waited for, in order of their start, each with some time of its own on
  the path. From the root's end backwards: of the children that ended by then the last one is what was waited for, the
  time since is the parent's own, and it goes on at that child's start. Of children that ended at the same nanosecond it is the
  one that started last, then the one made last.
- ``root_cause``: the span to blame for how long it took, or for the failure: the injected defect where it is on the critical
  path, otherwise what the scenario is about (see ``scenarios``); None where no single one is to blame.
- ``straggler``: of parallel branches the one that ended last, as the span of its worker or its call.
- ``retries``: each call that was tried more than once.
- ``amplification``: tool calls made for each that would have been made had none failed.
- ``idle_ms`` and ``busy_ms``: the root's duration, divided into waiting for a person and the rest.

Ids are lower-case hexadecimal, durations milliseconds.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from flexsim.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrySequence:
    """One call with all its attempts; ``backoffs_ms`` are the pauses asked for between them."""

    attempts: tuple[str, ...]
    backoffs_ms: tuple[float, ...]
    succeeded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """Something wrong that was put in on purpose: ``slow_tool`` or ``failed_call``, and the span that it was put into."""

    kind: str
    span_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What is true of one trace."""

    trace_id: str
    scenario: str
    spans: int
    duration_ms: float
    critical_path: tuple[str, ...]
    root_cause: str | None = None
    straggler: str | None = None
    retries: tuple[RetrySequence, ...] = ()
    tool_calls: int = 0
    amplification: float = 1.0
    time_to_first_token_ms: float | None = None
    tokens: int | None = None
    idle_ms: float = 0.0
    busy_ms: float = 0.0
    payload_kb: int | None = None
    defects: tuple[Defect, ...] = ()

    def line(self) -> str:
        """The object in one line, without its end."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> Self:
        """The answers that an object says; raises KeyError or TypeError where it is none."""
        values = dict(document)
        values["critical_path"] = tuple(values["critical_path"])
        values["retries"] = tuple(
            RetrySequence(
                attempts=tuple(each["attempts"]), backoffs_ms=tuple(each["backoffs_ms"]), succeeded=each["succeeded"]
            )
            for each in values.get("retries", ())
        )
        values["defects"] = tuple(Defect(**each) for each in values.get("defects", ()))
        return cls(**values)


def read_answers(lines: Iterable[str], where: str) -> Iterator[Answers]:
    """The answers of a file; raises ConfigurationError that names the line which is none."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield Answers.parse(json.loads(line))
        except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
            raise ConfigurationError(f"line {number} of {where} is not a trace's answers: {error}") from error
