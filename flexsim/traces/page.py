"""The collector's pages: the list of traces, and one trace as a waterfall. No script, nothing asked of the network.

Whatever comes from a span is escaped; the content security policy allows the page's own style sheet and nothing else.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from markupsafe import Markup

from flexsim.pages import asset, digest, templates
from flexsim.traces.critical_path import path_of
from flexsim.traces.spans import Span
from flexsim.traces.summaries import plain
from flexsim.traces.tree import Tree
from flexsim.traces.waterfall import waterfall

_STYLE: Final = asset("traces/traces.css")
_LONGEST: Final = 500  # characters of an attribute's value
_MOST: Final = 64  # attributes of a span
POLICY: Final = (
    f"default-src 'none'; style-src {digest(_STYLE)}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def index_page(stats: Mapping[str, Any], traces: Sequence[Mapping[str, Any]]) -> str:
    """All counts, and the traces that came last."""
    return _render("index.html.j2", stats=stats, traces=traces)


def trace_page(spans: Sequence[Span], findings: Sequence[str] = (), *, alone: bool = False) -> str:
    """One trace; ``alone`` leaves out the way back to the list. Raises ValueError where there is no span."""
    tree = Tree(spans)
    found = waterfall(tree)
    return _render(
        "trace.html.j2",
        tree=tree,
        waterfall=found,
        path=path_of(found.path),
        own=_own(found.path),
        findings=findings,
        alone=alone,
    )


def _own(path: Sequence[Any]) -> dict[bytes, int]:
    own: dict[bytes, int] = {}
    for each in path:
        own[each.span.span_id] = own.get(each.span.span_id, 0) + each.duration
    return own


def duration(nanoseconds: float) -> str:
    """Three digits and a unit: ``81.2 ms``."""
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if abs(nanoseconds) >= size:
            number = nanoseconds / size
            return f"{number:.0f} {unit}" if abs(number) >= 100 else f"{number:.3g} {unit}"
    return f"{nanoseconds:.0f} ns"


def _moment(nanoseconds: int) -> str:
    try:
        return (
            f"{datetime.fromtimestamp(nanoseconds / 1e9, UTC):%Y-%m-%d %H:%M:%S}.{nanoseconds // 1_000_000 % 1000:03}"
        )
    except (OverflowError, ValueError, OSError):
        return f"{nanoseconds} ns"


def _attributes(span: Span) -> list[tuple[str, str]]:
    """What is shown of a span when it is opened."""
    shown = [(name, _short(plain(value))) for name, value in list(span.attributes.items())[:_MOST]]
    shown += [
        (f"event {each.name}", ", ".join(f"{k}={_short(v)}" for k, v in each.attributes.items()))
        for each in span.events[:_MOST]
    ]
    shown += [
        ("link", f"{each.span_id.hex()} {_short(dict(each.attributes)) if each.attributes else ''}")
        for each in span.links[:_MOST]
    ]
    if span.status.message:
        shown.append(("status", _short(span.status.message)))
    return shown


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)"


def _render(name: str, **values: Any) -> str:
    return _ENVIRONMENT.get_template(name).render(style=Markup(_STYLE), policy=POLICY, **values)  # noqa: S704 -- our own file


_ENVIRONMENT: Final = templates("traces")
_ENVIRONMENT.filters.update(
    duration=duration, moment=_moment, attributes=_attributes, short=_short, number=lambda each: f"{each:,}"
)
