"""WebSocket frames as bytes, either way (RFC 6455, sections 5 and 7), without I/O.

``websockets`` shakes hands; after that this is used in its place, because an agent's connection is then two small
objects rather than a protocol with its buffers and generators, which at 20,000 connections is 60 MB and a third of the
CPU. The rules kept: masks, lengths, fragments, control frames between fragments, and limits on sizes.
"""

import struct
from typing import Final, TypeAlias

try:
    from websockets.speedups import apply_mask
except ImportError:  # pragma: no cover -- where there is no C compiler and no wheel
    from websockets.utils import apply_mask

TEXT: Final = 0x1
BINARY: Final = 0x2
CLOSE: Final = 0x8
PING: Final = 0x9
PONG: Final = 0xA
_CONTINUATION: Final = 0x0

PROTOCOL_ERROR: Final = 1002
TOO_BIG: Final = 1009
MAX_MESSAGE: Final = 1 << 20

Message: TypeAlias = tuple[int, bytes]

_MEDIUM: Final = struct.Struct("!BBH4s")
_PLAIN_MEDIUM: Final = struct.Struct("!BBH")
_LONG: Final = struct.Struct("!Q")
_SHORT: Final = struct.Struct("!H")


class FramingError(ValueError):
    """The peer has broken the protocol; ``code`` is the close code to answer with."""

    def __init__(self, code: int, reason: str) -> None:
        self.code = code
        super().__init__(reason)


def masked(opcode: int, payload: bytes, key: bytes) -> bytes:
    """A whole frame from a client; ``key`` is four unpredictable bytes."""
    length = len(payload)
    if 125 < length < 65_536:
        return _MEDIUM.pack(0x80 | opcode, 0xFE, length, key) + apply_mask(payload, key)
    return _header(opcode, length, 0x80) + key + apply_mask(payload, key)


def plain(opcode: int, payload: bytes) -> bytes:
    """A whole frame from a server."""
    return _header(opcode, len(payload), 0) + payload


def closing(code: int) -> bytes:
    """The payload of a close frame."""
    return _SHORT.pack(code)


def close_code(payload: bytes) -> int:
    """The code that a close frame carries; 1005 where it carries none (7.1.5)."""
    return int(_SHORT.unpack_from(payload)[0]) if len(payload) >= 2 else 1005


def _header(opcode: int, length: int, mask: int) -> bytes:
    if length < 126:
        return bytes((0x80 | opcode, mask | length))
    if length < 65_536:
        return _PLAIN_MEDIUM.pack(0x80 | opcode, mask | 126, length)
    return bytes((0x80 | opcode, mask | 127)) + _LONG.pack(length)


class Reader:
    """Bytes in, whole messages out; what has arrived of the next one is kept, at most ``limit`` bytes and a header."""

    __slots__ = ("_buffer", "_kind", "_limit", "_masked", "_parts")

    def __init__(self, *, masked: bool, limit: int = MAX_MESSAGE) -> None:
        self._masked = masked
        self._limit = limit
        self._buffer = b""
        self._kind = 0
        self._parts: bytearray | None = None

    def feed(self, data: bytes) -> list[Message]:
        """The messages and control frames that are complete now; raises FramingError where the peer is to be closed.

        What was complete before the fault is lost with the connection, as for any other that is cut.
        """
        if self._buffer:
            data = self._buffer + data
        found: list[Message] = []
        place, end = 0, len(data)
        while end - place >= 2:
            following = self._frame(data, place, end, found)
            if following == place:
                break
            place = following
        self._buffer = data[place:] if place < end else b""
        return found

    def _frame(self, data: bytes, start: int, end: int, found: list[Message]) -> int:
        """Read the frame at ``start``; where the next one begins, or ``start`` when this one is not complete."""
        first, length = data[start], data[start + 1]
        place = start + 2
        self._check(first, length)
        length &= 0x7F
        if length >= 126:
            size = _SHORT if length == 126 else _LONG
            if end - place < size.size:
                return start
            length = size.unpack_from(data, place)[0]
            place += size.size
        if length + len(self._parts or b"") > self._limit:
            raise FramingError(TOO_BIG, f"a message of more than {self._limit} bytes")
        if self._masked:
            place += 4
        if end - place < length:
            return start
        payload = data[place : place + length]
        if self._masked:
            payload = apply_mask(payload, data[place - 4 : place])
        self._take(first & 0x0F, payload, found, final=bool(first & 0x80))
        return place + length

    def _check(self, first: int, second: int) -> None:
        opcode = first & 0x0F
        if first & 0x70:
            raise FramingError(PROTOCOL_ERROR, "reserved bits are set")
        if bool(second & 0x80) is not self._masked:
            raise FramingError(PROTOCOL_ERROR, "the mask is wrong")
        if opcode >= CLOSE:
            if opcode > PONG or not first & 0x80 or second & 0x7F > 125:
                raise FramingError(PROTOCOL_ERROR, "a control frame that there cannot be")
        elif opcode > BINARY or (opcode == _CONTINUATION) is (self._parts is None):
            raise FramingError(PROTOCOL_ERROR, "a data frame that there cannot be")

    def _take(self, opcode: int, payload: bytes, found: list[Message], *, final: bool) -> None:
        if opcode >= CLOSE or (final and self._parts is None):
            found.append((opcode, payload))
            return
        if self._parts is None:
            self._kind, self._parts = opcode, bytearray()
        self._parts += payload
        if final:
            found.append((self._kind, bytes(self._parts)))
            self._parts = None
