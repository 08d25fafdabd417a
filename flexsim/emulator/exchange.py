"""One request and its response, without a socket: what ``api.Api.handle`` takes and gives."""

from dataclasses import dataclass
from typing import TypeAlias

Header: TypeAlias = tuple[bytes, bytes]

JSON_HEADERS: tuple[Header, ...] = ((b"content-type", b"application/json"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """``path`` is decoded, ``query`` as sent; ``base_url`` is the address the client used, without a final slash."""

    method: str
    path: str
    base_url: str
    query: str = ""
    authorization: str | None = None
    if_match: str | None = None
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    status: int
    body: bytes = b""
    headers: tuple[Header, ...] = JSON_HEADERS
