"""One request and its response, without a socket: what ``api.Api.handle`` takes and gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

Header: TypeAlias = tuple[bytes, bytes]

# Twilio lets browsers in from everywhere (reference 1.9); without "expose" their scripts could not read these.
CORS_HEADERS: tuple[Header, ...] = (
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"ETag, Retry-After, X-Rate-Limit-Limit, X-Rate-Limit-Remaining, X-Rate-Limit-Config",
    ),
)
JSON_HEADERS: tuple[Header, ...] = ((b"content-type", b"application/json"), *CORS_HEADERS)
# The controls' answers, which no other site's scripts may read.
PRIVATE_JSON_HEADERS: tuple[Header, ...] = JSON_HEADERS[:1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """``path`` is decoded, ``query`` as sent; ``base_url`` is the address the client used, without a final slash.

    ``headers`` are all of them, names in lower case; ``peer`` is the address that the connection comes from.
    """

    method: str
    path: str
    base_url: str
    query: str = ""
    authorization: str | None = None
    if_match: str | None = None
    body: bytes = b""
    headers: Sequence[Header] = ()
    peer: str = ""

    def header(self, name: bytes) -> str | None:
        """The header of this lower-case name; None when it was not sent."""
        return next((value.decode("latin-1") for each, value in self.headers if each == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    status: int
    body: bytes = b""
    headers: tuple[Header, ...] = JSON_HEADERS
