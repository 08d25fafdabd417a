"""Traces as JSON-ready documents: a line of the list, and a whole trace with its critical path."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from flexsim.traces.critical_path import critical_path
from flexsim.traces.defects import Defects
from flexsim.traces.spans import Event, Link, Span, Value
from flexsim.traces.tree import Tree


def summary_of(root: Span, errors: int, defects: Defects) -> dict[str, Any]:
    """What a list of traces says of one: its root, how long it took, what failed and what is wrong with it."""
    wrong = {name: number for name, number in asdict(defects).items() if number and name != "spans"}
    return {
        "trace_id": root.trace_id.hex(),
        "name": root.name,
        "service": root.service,
        "scenario": str(root.attributes.get("ati.scenario", "")),
        "start": root.start,
        "duration_ms": root.duration / 1e6,
        "spans": defects.spans,
        "errors": errors,
        "defects": wrong,
    }


def trace_document(spans: Sequence[Span]) -> dict[str, Any]:
    """A trace with all that its spans have, and its critical path; times are nanoseconds since 1970."""
    tree = Tree(spans)
    return {
        "trace_id": tree.root.trace_id.hex(),
        "root": tree.root.span_id.hex(),
        "spans": [span_document(each) for each in tree.spans],
        "critical_path": [
            {"span_id": each.span.span_id.hex(), "begin": each.begin, "end": each.end} for each in critical_path(tree)
        ],
    }


def span_document(span: Span) -> dict[str, Any]:
    """One span; ids are hexadecimal, as in OTLP's JSON."""
    return {
        "trace_id": span.trace_id.hex(),
        "span_id": span.span_id.hex(),
        "parent_id": span.parent_id.hex() or None,
        "name": span.name,
        "kind": span.kind,
        "start": span.start,
        "end": span.end,
        "status": {"code": span.status.code, "message": span.status.message},
        "attributes": plain(span.attributes),
        "events": [event_document(each) for each in span.events],
        "links": [link_document(each) for each in span.links],
        "resource": plain(span.resource.attributes),
        "scope": {"name": span.scope.name, "version": span.scope.version},
    }


def plain(value: Value) -> Any:
    """The value as JSON has it: bytes as hexadecimal text."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value


def event_document(event: Event) -> dict[str, Any]:
    """An event."""
    return {"time": event.time, "name": event.name, "attributes": plain(event.attributes)}


def link_document(link: Link) -> dict[str, Any]:
    """A link."""
    return {"trace_id": link.trace_id.hex(), "span_id": link.span_id.hex(), "attributes": plain(link.attributes)}
