"""What can be said of one trace from its spans alone: what its end waited for, and what is to blame.

Every finding is made of times, links, statuses and attributes that the spans have; none knows how the trace was made.
Durations are milliseconds, ids hexadecimal, as in the answers that generated traces carry.
"""

import itertools
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import correlation, linear_regression, median
from typing import Any, Final

from flexsim.traces.critical_path import critical_path, path_of
from flexsim.traces.signs import failed, kind_of, number, payload_kb, retried_by
from flexsim.traces.spans import Span
from flexsim.traces.tree import Tree

_SLOW: Final = 2.0  # times the median of its kind: a call that stands out
_LEFT_ALONE: Final = 3  # calls of a kind, before one of them can stand out


@dataclass(frozen=True, slots=True, kw_only=True)
class PathPart:
    """A span on the critical path, and how long the trace waited for its own work."""

    span_id: str
    name: str
    own_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Straggler:
    """Of ``branches`` parallel ones the one that ended last; ``times_median`` compares its duration with theirs."""

    span_id: str
    name: str
    duration_ms: float
    times_median: float | None
    branches: int
    ahead_of_next_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """One call with all its attempts; ``backoffs_ms`` are the pauses between them, as they were."""

    attempts: tuple[str, ...]
    backoffs_ms: tuple[float, ...]
    succeeded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """Size against latency over the spans that carry something; slope and correlation are None where there is no telling."""

    spans: int
    total_kb: float
    largest: str
    ms_per_kb: float | None
    correlation: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """All of it. ``spans`` are without the ``halves``: calls once more, as the service has them that answered.

    ``amplification`` is tool calls made for each that would have been made had none been tried again.
    """

    trace_id: str
    scenario: str
    name: str
    spans: int
    halves: int
    errors: int
    duration_ms: float
    critical_path: tuple[PathPart, ...]
    root_cause: str | None
    straggler: Straggler | None
    retries: tuple[Retries, ...]
    tool_calls: int
    amplification: float
    time_to_first_token_ms: float | None
    tokens: int | None
    idle_ms: float
    busy_ms: float
    payload: Payload | None
    failed_calls: tuple[str, ...]
    slow_calls: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """As a JSON-ready document."""
        return asdict(self)

    def answers(self) -> dict[str, Any]:
        """In the form of the answers that generated traces carry, so that they can be graded."""
        defects = [("failed_call", each) for each in self.failed_calls] + [
            ("slow_tool", each) for each in self.slow_calls
        ]
        return {
            "trace_id": self.trace_id,
            "scenario": self.scenario,
            "spans": self.spans,
            "duration_ms": self.duration_ms,
            "critical_path": [each.span_id for each in self.critical_path],
            "root_cause": self.root_cause,
            "straggler": self.straggler.span_id if self.straggler else None,
            "retries": [asdict(each) for each in self.retries],
            "tool_calls": self.tool_calls,
            "amplification": self.amplification,
            "time_to_first_token_ms": self.time_to_first_token_ms,
            "tokens": self.tokens,
            "idle_ms": self.idle_ms,
            "busy_ms": self.busy_ms,
            "payload_kb": round(self.payload.total_kb) if self.payload else None,
            "defects": [{"kind": kind, "span_id": span_id} for kind, span_id in defects],
        }


def analyze(spans: Sequence[Span]) -> Analysis:
    """What can be said of the trace that these spans are, copies and gaps included; raises ValueError where there are none."""
    tree = Tree(spans)
    root = tree.root
    own = [each for each in tree.spans if each.span_id not in tree.halves]
    calls = [each for each in own if kind_of(each) == "tool_call"]
    chains = _chains(tree)
    branches = _branches(tree)
    straggler = max(branches, key=_ended, default=None)
    slow = _standing_out(calls)
    stream = next((each for each in tree.spans if kind_of(each) == "token_stream"), None)
    people = [each for each in own if kind_of(each) == "human"]
    idle = _covered(people, root)
    retried = sum(len(each) - 1 for each in chains)
    carrying = [each for each in tree.spans if payload_kb(each) is not None and not tree.steps(each)]
    blamed = _Blame(
        tree=tree, chains=chains, straggler=straggler, slow=slow, stream=stream, people=people, carrying=carrying
    )
    return Analysis(
        trace_id=root.trace_id.hex(),
        scenario=str(root.attributes.get("ati.scenario", "")),
        name=root.name,
        spans=len(own),
        halves=len(tree.halves),
        errors=sum(map(failed, own)),
        duration_ms=root.duration / 1e6,
        critical_path=_path(tree),
        root_cause=_hex(blamed.span(idle)),
        straggler=_straggler(straggler, branches),
        retries=tuple(_retries(each) for each in chains),
        tool_calls=len(calls),
        amplification=len(calls) / (len(calls) - retried) if len(calls) > retried else 1.0,
        time_to_first_token_ms=_first_token(stream),
        tokens=_tokens(stream),
        idle_ms=idle / 1e6,
        busy_ms=(root.duration - idle) / 1e6,
        payload=_payload(carrying),
        failed_calls=tuple(each.span_id.hex() for each in calls if failed(each)),
        slow_calls=tuple(each.span_id.hex() for each in slow),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Blame:
    """Which span is to blame, by rules in the order of their weight."""

    tree: Tree
    chains: Sequence[Sequence[Span]]
    straggler: Span | None
    slow: Sequence[Span]
    stream: Span | None
    people: Sequence[Span]
    carrying: Sequence[Span]

    def span(self, idle: int) -> Span | None:
        if self.people and 2 * idle > self.tree.root.duration:
            return max(self.people, key=lambda each: each.duration)
        if self.stream is not None:
            return self._beside_the_stream(self.stream)
        if self.straggler is not None:
            return self._in_the_straggler(self.straggler)
        if len(self.carrying) > 1:  # size decides how long each takes; of equal ones the first
            return max(self.carrying, key=lambda each: (payload_kb(each) or 0, -each.start))
        return max(self.slow, key=lambda each: each.duration, default=None)

    def _beside_the_stream(self, stream: Span) -> Span | None:
        """The first call that failed; else the last one, if the answer had been complete before it."""
        calls = [each for each in self.tree.spans if kind_of(each) == "tool_call"]
        broken = min((each for each in calls if failed(each)), key=_ended, default=None)
        if broken is not None:
            return broken
        last = max(calls, key=_ended, default=None)
        return last if last is not None and last.end > stream.end else None

    def _in_the_straggler(self, straggler: Span) -> Span | None:
        """What was tried again first in it; nothing, where none of its attempts was; else what it waited for most."""
        inside = list(self.tree.within(straggler))
        ids = {each.span_id for each in inside}
        for chain in self.chains:
            if chain[0].span_id in ids:
                return chain[0]
        if self.chains or any(number(each, "ati.retry.attempt") is not None for each in inside):
            return None
        path = critical_path(self.tree, straggler)
        return max(path, key=lambda each: each.duration).span if path else straggler


def _path(tree: Tree) -> tuple[PathPart, ...]:
    stretches = critical_path(tree)
    own: dict[bytes, int] = {}
    for each in stretches:
        own[each.span.span_id] = own.get(each.span.span_id, 0) + each.duration
    return tuple(
        PathPart(span_id=each.span_id.hex(), name=each.name, own_ms=own[each.span_id] / 1e6)
        for each in path_of(stretches)
    )


def _branches(tree: Tree) -> list[Span]:
    """The largest group of siblings that do the same and run at the same time."""
    best: list[Span] = []
    for parent in tree.spans:
        groups: dict[str, list[Span]] = {}
        for child in tree.children(parent):
            groups.setdefault(kind_of(child) or child.name, []).append(child)
        for group in groups.values():
            if len(group) > len(best) and _overlap(group):
                best = group
    return best


def _overlap(group: Sequence[Span]) -> bool:
    """Whether any two of these, in the order of start, run at the same time."""
    latest = group[0].end
    for each in group[1:]:
        if each.start < latest:
            return True
        latest = max(latest, each.end)
    return False


def _straggler(last: Span | None, branches: Sequence[Span]) -> Straggler | None:
    if last is None:
        return None
    others = [each for each in branches if each is not last]
    usual = median(each.duration for each in others)
    return Straggler(
        span_id=last.span_id.hex(),
        name=last.name,
        duration_ms=last.duration / 1e6,
        times_median=round(last.duration / usual, 3) if usual > 0 else None,
        branches=len(branches),
        ahead_of_next_ms=(last.end - max(each.end for each in others)) / 1e6,
    )


def _chains(tree: Tree) -> list[list[Span]]:
    """Calls that were tried again, each with all its attempts in the order of time."""
    before = {each.span_id: earlier for each in tree.spans if (earlier := retried_by(each, tree)) is not None}
    after = {earlier.span_id: tree.by_id[span_id] for span_id, earlier in before.items()}
    chains = []
    for first in tree.spans:
        if first.span_id in before or first.span_id not in after:
            continue
        chain = [first]
        while (following := after.get(chain[-1].span_id)) is not None and len(chain) <= len(after):
            chain.append(following)
        chains.append(chain)
    return chains


def _retries(chain: Sequence[Span]) -> Retries:
    return Retries(
        attempts=tuple(each.span_id.hex() for each in chain),
        backoffs_ms=tuple((later.start - earlier.end) / 1e6 for earlier, later in itertools.pairwise(chain)),
        succeeded=not failed(chain[-1]),
    )


def _standing_out(calls: Sequence[Span]) -> list[Span]:
    """Calls that took more than twice as long as the usual one, where there are enough to say what is usual."""
    if len(calls) < _LEFT_ALONE or any(payload_kb(each) is not None for each in calls):
        return []
    usual = median(each.duration for each in calls)
    return [each for each in calls if each.duration > _SLOW * usual]


def _covered(spans: Sequence[Span], root: Span) -> int:
    """Nanoseconds of the root in which any of the spans was running."""
    covered, until = 0, root.start
    for each in sorted(spans, key=lambda one: one.start):
        begin, end = max(each.start, until), min(each.end, root.end)
        if end > begin:
            covered += end - begin
            until = end
    return covered


def _first_token(stream: Span | None) -> float | None:
    if stream is None:
        return None
    for each in stream.events:
        if "first_token" in each.name or "first_chunk" in each.name:
            return (each.time - stream.start) / 1e6
    told = number(stream, "gen_ai.response.time_to_first_chunk")  # in seconds, by the convention
    return told * 1000 if told else None


def _tokens(stream: Span | None) -> int | None:
    told = None if stream is None else number(stream, "gen_ai.usage.output_tokens")
    return None if told is None else int(told)


def _payload(carrying: Sequence[Span]) -> Payload | None:
    if not carrying:
        return None
    sizes = [payload_kb(each) or 0.0 for each in carrying]
    times = [each.duration / 1e6 for each in carrying]
    slope = related = None
    if len(set(sizes)) > 1:
        slope = linear_regression(sizes, times).slope
        related = correlation(sizes, times) if len(set(times)) > 1 else None
    largest = max(carrying, key=lambda each: (payload_kb(each) or 0, -each.start))
    return Payload(
        spans=len(carrying), total_kb=sum(sizes), largest=largest.span_id.hex(), ms_per_kb=slope, correlation=related
    )


def _ended(span: Span) -> tuple[int, int]:
    return span.end, span.start


def _hex(span: Span | None) -> str | None:
    return None if span is None else span.span_id.hex()
