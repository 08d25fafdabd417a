"""WebSocket frames as bytes (RFC 6455, 5.2), as far as one can go without ``websockets``: whole messages of text.

Nearly every frame is one, of 40 ms of sound. To read it here and hand it on at once costs a third of what it costs to have
``websockets`` read it, queue it, and wake up a task for it. Every other frame, and whatever breaks the rules, is for
``websockets``, which keeps them.
"""

import struct
from typing import Final, TypeAlias

try:
    from websockets.speedups import apply_mask
except ImportError:  # pragma: no cover -- where there is no C compiler and no wheel
    from websockets.utils import apply_mask

# Whether it is a message of text; its payload, or the frame as it came.
Incoming: TypeAlias = tuple[bool, bytes]

_END_OF_HEAD: Final = b"\r\n\r\n"
_TEXT: Final = 0x81  # the last frame of a message, and the first
_LAST: Final = 0x80
_RESERVED: Final = 0x70
_DATA: Final = 0x02  # the greatest opcode of one
_MASKED: Final = 0x80
_MEDIUM: Final = struct.Struct("!BBH")
_LONG: Final = struct.Struct("!BBQ")


def text_frame(payload: bytes, mask: bytes = b"") -> bytes:
    """A whole message; ``mask`` is a client's, four unpredictable bytes."""
    length, bit = len(payload), _MASKED if mask else 0
    if length < 126:
        head = bytes((_TEXT, bit | length))
    elif length < 1 << 16:
        head = _MEDIUM.pack(_TEXT, bit | 126, length)
    else:
        head = _LONG.pack(_TEXT, bit | 127, length)
    return head + mask + apply_mask(payload, mask) if mask else head + payload


class Frames:
    """Takes bytes as they come and gives whole frames in their order, behind the head of the handshake.

    ``masked`` is what the other side's frames must be. A frame that breaks the rules, or is longer than ``limit``, is given
    as far as it has come, and after it all bytes that come: there is no telling where the next one begins.
    """

    __slots__ = ("_broken", "_buffer", "_head", "_in_pieces", "_limit", "_masked", "_needed", "begun")

    def __init__(self, *, masked: bool, limit: int) -> None:
        self._masked = masked
        self._limit = limit
        self.begun = False  # the head is over
        self._head = b""  # its last bytes
        self._buffer = bytearray()
        self._needed = 0  # bytes, until more can be said
        self._in_pieces = False  # a message has begun and goes on in other frames
        self._broken = False

    def head(self, data: bytes) -> tuple[bytes, bytes]:
        """What of this belongs to the head of the handshake, and what is behind it; to be asked until it has ``begun``."""
        seen = self._head + data
        end = seen.find(_END_OF_HEAD) + len(_END_OF_HEAD) - len(self._head)
        self.begun = _END_OF_HEAD in seen
        self._head = seen[1 - len(_END_OF_HEAD) :]
        return (data[:end], data[end:]) if self.begun else (data, b"")

    def leave(self) -> None:
        """There are no frames: what follows is given as it comes."""
        self._broken = True

    def feed(self, data: bytes) -> list[Incoming]:
        """What is whole now."""
        if self._broken:
            return [(False, data)]
        if self._buffer:
            self._buffer += data
            if len(self._buffer) < self._needed:
                return []
            data = bytes(self._buffer)
            self._buffer.clear()
        found: list[Incoming] = []
        start = 0
        while start < len(data):
            end = self._frame(data, start, found)
            if end == start:
                self._buffer += data[start:]
                break
            start = end
        return found

    def _frame(self, data: bytes, start: int, found: list[Incoming]) -> int:
        """Take the frame at ``start``; gives where the next one begins, or ``start`` where it is not whole."""
        there = len(data) - start
        if there < 2:
            self._needed = 2
            return start
        first, second = data[start], data[start + 1]
        length, head = second & 0x7F, 2
        if length >= 126:
            head = 4 if length == 126 else 10
            if there < head:
                self._needed = head
                return start
            length = int.from_bytes(data[start + 2 : start + head])
        if first & _RESERVED or (second & _MASKED != 0) is not self._masked or length > self._limit:
            self._broken = True
            found.append((False, data[start:]))
            return len(data)
        place = start + head + (4 if self._masked else 0)
        end = place + length
        if end > len(data):
            self._needed = end - start
            return start
        if first == _TEXT and not self._in_pieces:
            payload = data[place:end]
            found.append((True, apply_mask(payload, data[place - 4 : place]) if self._masked else payload))
            return end
        if first & 0x0F <= _DATA:
            self._in_pieces = not first & _LAST
        found.append((False, data[start:end]))
        return end
