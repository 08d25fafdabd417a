"""A connection that may also be a POST: ``websockets`` reads no other request than GET, and keys for browsers are asked for with one."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, ClassVar, Final

from websockets.http11 import Response

from flexsim.voice.realtime.sockets import Socket

_HEAD: Final = 16 << 10  # bytes of headers
_BODY: Final = 256 << 10  # and of what follows
_METHOD: Final = b"POST "
_HEADER: Final = re.compile(rb"^([!#-'*+.0-9A-Z^-z|~-]+):[ \t]*(.*?)[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A request, whole; names of ``headers`` are lower case."""

    target: str
    headers: dict[str, str]
    body: bytes


class Refused(Exception):  # noqa: N818 -- it reads as what happened
    """A request that is answered with this status, and read no further."""

    def __init__(self, status: HTTPStatus) -> None:
        self.status = status
        super().__init__(status.phrase)


def read_post(received: bytes) -> Post | None:
    """The request, None where it has not come whole; raises Refused."""
    head, end, body = received.partition(b"\r\n\r\n")
    if len(head) > _HEAD:
        raise Refused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
    if not end:
        return None
    line, _, rest = head.partition(b"\r\n")
    words = line.split(b" ")
    if len(words) != 3 or not words[2].startswith(b"HTTP/1."):
        raise Refused(HTTPStatus.BAD_REQUEST)
    headers = {
        name.decode("latin-1").lower(): value.rstrip(b"\r").decode("latin-1") for name, value in _HEADER.findall(rest)
    }
    length = headers.get("content-length", "")
    if not (length.isascii() and length.isdigit()):
        raise Refused(HTTPStatus.LENGTH_REQUIRED)
    if len(length) > 9 or int(length) > _BODY:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if len(body) < int(length):
        return None
    return Post(target=words[1].decode("latin-1"), headers=headers, body=body[: int(length)])


class Door(Socket):
    """A client's connection; a POST is answered and ends it, everything else goes the way of ``websockets``."""

    answer: ClassVar[Callable[[Post | Refused], Response]]  # of the class that ``door`` makes

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._received: bytearray | None = bytearray()  # None once it is known to be no POST

    def data_received(self, data: bytes) -> None:
        """The next bytes."""
        if self._received is None:
            super().data_received(data)
            return
        self._received += data
        start = bytes(self._received[: len(_METHOD)])
        if not _METHOD.startswith(start):
            received, self._received = bytes(self._received), None
            super().data_received(received)
        elif start == _METHOD:
            self._take(bytes(self._received))

    def _take(self, received: bytes) -> None:
        try:
            post: Post | Refused | None = read_post(received)
        except Refused as refused:
            post = refused
        if post is not None and not self.transport.is_closing():
            self.transport.write(type(self).answer(post).serialize())
            self.transport.close()


def door(answer: Callable[[Post | Refused], Response]) -> type[Door]:
    """Connections whose POSTs are answered like this."""
    return type("Door", (Door,), {"answer": staticmethod(answer)})
