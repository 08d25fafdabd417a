"""OTLP's protobuf, written by encoders that are made for each declared kind of span.

What never changes about a kind (name, keys, constants, tags) is encoded once; a value that has been seen before costs one
look-up; ids, times and floating-point numbers, which have a fixed length, go in with one ``struct.pack``. The bytes are those
that the official classes write, field by field in the order of their numbers (tests hold them against these).

Source: opentelemetry-proto 1.x, ``collector/trace/v1/trace_service.proto`` and ``trace/v1/trace.proto``;
https://protobuf.dev/programming-guides/encoding/.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from struct import Struct
from typing import Any, Final

from flexsim.traces.declared import Attributes, Emitted, Extras, SpanKind, Value, Variable
from flexsim.traces.spans import Event, Link

_REMEMBERED: Final = 20_000  # values of one attribute; then it is forgotten what they look like
_SHORT: Final = 1 << 14  # lengths that are looked up
_SCOPE: Final = "flexsim.traces"
_SMALL: Final = [bytes((number,)) for number in range(128)]
_double: Final = Struct("<d").pack
_fixed: Final = Struct("<BQ").pack

Encode = Callable[[Emitted], bytes]


def varint(number: int) -> bytes:
    """A whole number as protobuf writes it; a negative one as its two's complement in 64 bits."""
    if 0 <= number < 128:
        return _SMALL[number]
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _field(tag: int, content: bytes) -> bytes:
    """A field of wire type 2."""
    return _SMALL[tag] + varint(len(content)) + content


def _text(value: str) -> bytes:
    return value.encode("utf-8", "replace")  # half a surrogate pair is no text


def any_value(value: Value) -> bytes:
    """An ``AnyValue``."""
    if isinstance(value, str):
        return _field(0x0A, _text(value))
    if isinstance(value, bool):
        return b"\x10\x01" if value else b"\x10\x00"
    if isinstance(value, int):
        return b"\x18" + varint(value)
    return b"\x21" + _double(value)


def key_value(tag: int, key: str, value: Value) -> bytes:
    """A ``KeyValue`` in the field with this tag."""
    return _field(tag, _field(0x0A, _text(key)) + _field(0x12, any_value(value)))


def _attributes(tag: int, attributes: Attributes) -> bytes:
    return b"".join([key_value(tag, key, value) for key, value in attributes.items()])


class _Seen(dict[Any, bytes]):
    """What the values of one variable look like, by value."""

    __slots__ = ("_keys",)

    def __init__(self, keys: tuple[str, ...]) -> None:
        self._keys = keys

    def __missing__(self, value: Value) -> bytes:
        if len(self) >= _REMEMBERED:
            self.clear()
        found = self[value] = b"".join([key_value(0x4A, key, value) for key in self._keys])
        return found


class _Lengths(dict[int, bytes]):
    """A span's tag in ``ScopeSpans`` and its length."""

    def __missing__(self, length: int) -> bytes:
        found = b"\x12" + varint(length)
        if length < _SHORT:
            self[length] = found
        return found


_LENGTHS: Final = _Lengths()


def _event(event: Event) -> bytes:
    attributes: Any = event.attributes
    return _fixed(0x09, event.time) + _field(0x12, _text(event.name)) + _attributes(0x1A, attributes)


def _link(link: Link) -> bytes:
    attributes: Any = link.attributes
    found = b"\x0a\x10" + link.trace_id + b"\x12\x08" + link.span_id
    return found + _attributes(0x22, attributes) if attributes else found


def _extras(extras: Extras) -> bytes:
    """What comes after the declared attributes: more of them, events, links, status."""
    parts = [_attributes(0x4A, extras.attributes)]
    parts += [_field(0x5A, _event(each)) for each in extras.events]
    parts += [_field(0x6A, _link(each)) for each in extras.links]
    status = _field(0x12, _text(extras.message)) if extras.message else b""
    if extras.status:
        status += b"\x18" + varint(extras.status)
    if status:
        parts.append(_field(0x7A, status))
    return b"".join(parts)


def _floats(variables: Iterable[Variable]) -> list[tuple[str, bytes]]:
    """For each attribute that is a floating-point number: the variable's name in the encoder and all before its value."""
    found = []
    for number, variable in enumerate(variables):
        if variable.type is float:
            found += [(f"v{number}", key_value(0x4A, key, 0.0)[:-8]) for key in variable.keys]
    return found


def encoder(kind: SpanKind) -> Encode:
    """A function that encodes a span of this kind, with its tag in ``ScopeSpans``."""
    constants = b"".join([key_value(0x4A, key, value) for key, value in kind.constants])
    before_start = _field(0x2A, _text(kind.name)) + b"\x30" + varint(kind.kind) + b"\x39"
    floats = _floats(kind.variables)
    pieces = [
        before_start,
        b"\x41",
        constants + floats[0][1] if floats else constants,
        *(each for _, each in floats[1:]),
    ]
    names: dict[str, Any] = {f"c{number}": piece for number, piece in enumerate(pieces)}
    layout = f"{len(pieces[0])}sQ1sQ{len(pieces[2])}s" + "".join(f"d{len(each)}s" for each in pieces[3:])
    arguments = "c0, start, c1, end, c2"
    for number, (name, _) in enumerate(floats):
        arguments += f", {name}" + (f", c{number + 3}" if number + 1 < len(floats) else "")
    layout += "d" if floats else ""
    rest = [f"seen{at}[v{at}]" for at, each in enumerate(kind.variables) if each.type is not float]
    names |= {f"seen{at}": _Seen(each.keys) for at, each in enumerate(kind.variables)}
    names |= {
        "child": Struct(f"<2s16s2s8s2s8s{layout}").pack,
        "root": Struct(f"<2s16s2s8s{layout}").pack,
        "lengths": _LENGTHS,
        "tail": _extras,
    }
    values = "".join(f"v{at}, " for at in range(len(kind.variables)))
    source = (
        "def encode(span):\n"
        f"    _, trace, own, parent, start, end, ({values}), extras = span\n"
        f"    if parent: head = child(b'\\x0a\\x10', trace, b'\\x12\\x08', own, b'\\x22\\x08', parent, {arguments})\n"
        f"    else: head = root(b'\\x0a\\x10', trace, b'\\x12\\x08', own, {arguments})\n"
        f"    body = {' + '.join(['head', *rest])}\n"
        "    if extras is not None: body += tail(extras)\n"
        "    return lengths[len(body)] + body\n"
    )
    exec(source, names)  # noqa: S102 -- as dataclasses do; nothing in it comes from outside: it holds numbers and our own words
    made: Encode = names["encode"]
    return made


class ProtobufEncoder:
    """Batches of spans of one resource as ``ExportTraceServiceRequest``."""

    content_type: Final = "application/x-protobuf"

    def __init__(self, resource: Mapping[str, Value]) -> None:
        self._resource = _field(0x0A, _attributes(0x0A, resource))
        self._scope = _field(0x0A, _field(0x0A, _text(_SCOPE)))
        self._encoders: dict[SpanKind, Encode] = {}

    def encode(self, spans: Sequence[Emitted]) -> bytes:
        """One request with these spans."""
        encoders = self._encoders
        parts = [self._scope]
        for span in spans:
            kind = span[0]
            if kind not in encoders:
                encoders[kind] = encoder(kind)
            parts.append(encoders[kind](span))
        scope = b"".join(parts)
        return _field(0x0A, b"".join((self._resource, b"\x12", varint(len(scope)), scope)))
