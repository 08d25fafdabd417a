"""What a span is, by its attributes: the ``ati.*`` names where it has them, else OpenTelemetry's semantic conventions."""

from flexsim.traces.spans import Code, Span
from flexsim.traces.tree import Tree

_OPERATIONS = {
    "execute_tool": "tool_call",
    "invoke_agent": "worker",
    "invoke_workflow": "workflow",
    "chat": "generation",
}


def kind_of(span: Span) -> str:
    """``tool_call``, ``worker``, ``human``, ...; empty where nothing says it."""
    told = span.attributes.get("ati.span.kind")
    if isinstance(told, str):
        return told
    operation = span.attributes.get("gen_ai.operation.name")
    return _OPERATIONS.get(operation, operation) if isinstance(operation, str) else ""


def failed(span: Span) -> bool:
    """Whether it ended with an error."""
    return span.status.code == Code.ERROR


def payload_kb(span: Span) -> float | None:
    """How much it carried, in kB."""
    return number(span, "ati.payload.size_kb")


def number(span: Span, name: str) -> float | None:
    """The attribute, where it is a number."""
    value = span.attributes.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def retried_by(span: Span, tree: Tree) -> Span | None:
    """The span that this one tries again: one it is linked to, or the sibling before it where it says that it is a retry.

    A link counts where it says so (``ati.link.kind`` is ``retry_of``), or leads to a failed sibling of the same name.
    """
    for link in span.links:
        before = tree.by_id.get(link.span_id)
        if before is None or before is span:
            continue
        told = link.attributes.get("ati.link.kind") == "retry_of"
        alike = before.name == span.name and before.parent_id == span.parent_id and failed(before)
        if told or alike:
            return before
    resent = max(number(span, "ati.retry.attempt") or 0, number(span, "http.request.resend_count") or 0)
    return _sibling_before(span, tree) if resent else None


def _sibling_before(span: Span, tree: Tree) -> Span | None:
    parent = tree.by_id.get(span.parent_id)
    siblings = tree.children(parent) if parent else ()
    before = [each for each in siblings if each.name == span.name and each.end <= span.start and each is not span]
    return max(before, key=lambda each: each.end, default=None)
