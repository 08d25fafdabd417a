"""Forms and JSON posted to addresses that users gave: signed, within a time limit, never following a redirect."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol
from urllib.parse import urldefrag, urlencode

import aiohttp
from yarl import URL

from flexsim.emulator.signing import SIGNATURE_HEADER, signature, with_digest
from flexsim.errors import TargetUnreachable

_FORM: Final = "application/x-www-form-urlencoded"
_JSON: Final = "application/json"
_AGENT: Final = "TwilioProxy/1.1 (flexsim local TaskRouter)"
_LONGEST_ANSWER: Final = 64 * 1024
_MOST_AT_ONCE: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A form to be sent signed, or ``json`` in its place.

    ``token`` is the account's, ``timeout`` in real seconds from sending to the answer.
    """

    url: str
    form: Mapping[str, str] = field(default_factory=dict)
    json: bytes | None = None
    token: str
    timeout: float


def spoken(url: str) -> str:
    """The address without name, password and query, which are nobody else's business."""
    scheme, separator, rest = url.partition("://")
    place, slash, path = rest.partition("/")
    return scheme + separator + place.rpartition("@")[2] + slash + path.partition("?")[0]


class Sender(Protocol):
    """What sends a post: a ``Poster``, or something around one."""

    async def send(self, post: Post) -> Answer:
        """The answer, whatever its status; raises ``TargetUnreachable`` when there is none in time."""


class Poster:
    """Sends posts on the running event loop; ``close`` it there as well, after which it may be used anew."""

    def __init__(self) -> None:
        self._connection: tuple[aiohttp.ClientSession, asyncio.Semaphore] | None = None  # of one event loop

    async def send(self, post: Post) -> Answer:
        """The answer, whatever its status; raises ``TargetUnreachable`` when there is none in time."""
        # What follows '#' are Twilio's connection settings (webhook overrides), never sent and not emulated.
        url = urldefrag(post.url).url
        if post.json is not None:
            url = with_digest(url, post.json)
        headers = {
            "Content-Type": _FORM if post.json is None else _JSON,
            "User-Agent": _AGENT,
            SIGNATURE_HEADER: signature(post.token, url, post.form),
        }
        body = urlencode(post.form).encode() if post.json is None else post.json
        session, free = self._opened()
        async with free:
            try:
                async with asyncio.timeout(post.timeout), session.post(
                    # Sent as written, since the signature is over what is written.
                    URL(url, encoded=True), data=body, headers=headers, allow_redirects=False
                ) as response:  # fmt: skip
                    said = await _limited(response)
                    return Answer(status=response.status, content_type=response.content_type, body=said)
            except TimeoutError as error:
                raise TargetUnreachable(f"no answer from {spoken(url)} in {post.timeout:g} s") from error
            except (aiohttp.ClientError, OSError, ValueError) as error:
                why = str(error) or type(error).__name__
                raise TargetUnreachable(f"no answer from {spoken(url)}: {why}") from error

    async def close(self) -> None:
        """Let go of all connections."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection[0].close()

    def _opened(self) -> tuple[aiohttp.ClientSession, asyncio.Semaphore]:
        """The session, and room for so many posts at once; waiting for room does not count as waiting for an answer."""
        if self._connection is None:
            connector = aiohttp.TCPConnector(limit=_MOST_AT_ONCE)
            session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
            self._connection = (session, asyncio.Semaphore(_MOST_AT_ONCE))
        return self._connection


async def _limited(response: aiohttp.ClientResponse) -> bytes:
    """The answer's body, cut where no instruction can be that long."""
    body = b""
    while len(body) < _LONGEST_ANSWER:
        chunk = await response.content.read(_LONGEST_ANSWER - len(body))
        if not chunk:
            break
        body += chunk
    return body
