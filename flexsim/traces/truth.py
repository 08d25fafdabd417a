"""From a trace as it was made to its answers; ``answers`` says what each of them means."""

from collections.abc import Sequence

from flexsim.traces.answers import Answers
from flexsim.traces.declared import END, PARENT_ID, SPAN_ID, START, TRACE_ID, Emitted
from flexsim.traces.run import Facts


def critical_path(spans: Sequence[Emitted]) -> tuple[bytes, ...]:
    """The spans that the root's end waited for, in order of start, by the rule in ``answers``.

    The spans are those of one whole trace in the order of their end; the last is its root.
    """
    children: dict[bytes, list[Emitted]] = {}
    for span in spans:
        children.setdefault(span[PARENT_ID], []).append(span)
    for each in children.values():
        each.sort(key=lambda span: (span[END], span[START]))  # stable: of those alike, the one made last stays last
    path: list[tuple[int, int, bytes]] = []
    walk = [(spans[-1], spans[-1][END], 0)]
    while walk:
        span, until, depth = walk.pop()
        own = False
        moment = until
        inside = children.get(span[SPAN_ID], [])
        while inside and moment > span[START]:
            child = inside.pop()
            if child[END] > moment:
                continue
            own = own or child[END] < moment
            walk.append((child, child[END], depth + 1))
            moment = child[START]
        if own or moment > span[START]:
            path.append((span[START], depth, span[SPAN_ID]))
    return tuple(span for _, _, span in sorted(path))


def answers(scenario: str, spans: Sequence[Emitted], facts: Facts) -> Answers:
    """What is true of the trace that these spans are."""
    root = spans[-1]
    duration = (root[END] - root[START]) / 1e6
    idle = facts.idle / 1e6
    first = facts.tool_calls - facts.retried
    return Answers(
        trace_id=root[TRACE_ID].hex(),
        scenario=scenario,
        spans=len(spans),
        duration_ms=duration,
        critical_path=tuple(each.hex() for each in critical_path(spans)),
        root_cause=_hex(facts.root_cause),
        straggler=_hex(facts.straggler),
        retries=tuple(facts.retries),
        tool_calls=facts.tool_calls,
        amplification=facts.tool_calls / first if first else 1.0,
        time_to_first_token_ms=facts.first_token,
        tokens=facts.tokens,
        idle_ms=idle,
        busy_ms=duration - idle,
        payload_kb=facts.payload_kb,
        defects=tuple(facts.defects),
    )


def _hex(span: bytes | None) -> str | None:
    return None if span is None else span.hex()
