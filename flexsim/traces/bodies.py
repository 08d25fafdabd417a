"""What a request's body was before it was compressed: never more than the limit, whatever it claims to be."""

import zlib
from typing import Final

from flexsim.errors import TracesError

_GZIP: Final = 31  # zlib's number for a window of 32 KiB with gzip's header around it
_MOST_MEMBERS: Final = 1000


def unpacked(body: bytes, encoding: str, limit: int) -> bytes:
    """``body`` without its Content-Encoding, gzip or none.

    Raises TracesError: 413 where it is more than ``limit`` bytes, before that much was made; 400 where it is no gzip, or was
    cut short; 415 where it is another encoding.
    """
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        if len(body) > limit:
            raise _too_large(limit)
        return body
    if name not in {"gzip", "x-gzip"}:
        raise TracesError(f"no such content encoding here: {encoding[:50]}; there are gzip and identity", status=415)
    return _gunzipped(body, limit)


def _gunzipped(body: bytes, limit: int) -> bytes:
    """A gzip file can have several members, one after the other (RFC 1952, section 2.2)."""
    parts: list[bytes] = []
    size = members = 0
    rest = body
    while rest:
        members += 1
        if members > _MOST_MEMBERS:
            raise TracesError(f"this gzip has more than {_MOST_MEMBERS} members")
        member = zlib.decompressobj(_GZIP)
        try:
            part = member.decompress(rest, limit - size + 1)
        except zlib.error as error:
            raise TracesError("this is no gzip, although the content encoding says so") from error
        size += len(part)
        if size > limit:
            raise _too_large(limit)
        if not member.eof:
            raise TracesError(f"the gzip was cut short after {len(body)} bytes")
        parts.append(part)
        rest = member.unused_data
    return b"".join(parts)


def _too_large(limit: int) -> TracesError:
    return TracesError(f"the body is larger than {limit} bytes; send smaller batches", status=413)
