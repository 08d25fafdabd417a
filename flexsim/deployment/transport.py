"""How requests reach a TaskRouter: so many at a time, patiently, and never one twice that must not be done twice.

The SDK asks this object, its ``http_client``, for every request. Twilio's own asynchronous one would not do: it
switches aiohttp's timeouts off, bounds nothing, and repeats without asking what a repetition does. What we repeat:

=============================  ==================================================================================
what happened                  repeated
=============================  ==================================================================================
429                            always; it was never processed (Twilio: error 20429); ``Retry-After`` is honoured
503                            always; the server turned the request away (RFC 9110 §15.6.4)
connection never made          always; nothing was sent
other 5xx, answer lost, late   all but the creation of something (POST to a collection): it may have been done
answer that is not JSON        never; another try gets the same page of somebody else's
=============================  ==================================================================================

Pauses double from try to try, half of each being chance, so that many waiting requests do not come back as one.
"""

import asyncio
import base64
import json
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
from twilio.http.response import Response

from flexsim.errors import TargetUnreachable

Sleep = Callable[[float], Awaitable[None]]

# Below uvicorn's 5 s, so that we do not write to a connection in the moment in which the server hangs up.
_KEEP_ALIVE: Final = 4.0
_VERSIONED_PATH: Final = re.compile(r"/v\d+/(.+)$")


class Failure(StrEnum):
    """Why a try brought no answer that can be used."""

    UNREACHABLE = "unreachable"  # the connection was never made
    LOST = "lost"  # the connection broke after the request had gone out
    LATE = "late"  # no answer in time
    THROTTLED = "throttled"  # 429
    UNAVAILABLE = "unavailable"  # 503
    SERVER_ERROR = "server error"  # any other 5xx
    GARBAGE = "garbage"  # an answer that is no TaskRouter's


_NOTHING_DONE: Final = frozenset({Failure.UNREACHABLE, Failure.THROTTLED, Failure.UNAVAILABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How many requests at a time, how long to wait, how often to try; times in real seconds."""

    in_flight: int = 10
    connect_timeout: float = 5.0
    answer_timeout: float = 30.0
    tries: int = 6
    first_pause: float = 0.5
    longest_pause: float = 20.0
    longest_retry_after: float = 120.0  # asked to wait longer than this, give up
    longest_answer: int = 32 * 1024 * 1024  # bytes; a page of a thousand tasks has less than 10 MiB


@dataclass(slots=True)
class Counts:
    """What has happened so far: requests asked for, tries sent again, failed tries by kind."""

    requests: int = 0
    retries: int = 0
    failures: Counter[Failure] = field(default_factory=Counter)

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON would hold it; only the kinds that occurred."""
        failures = {kind.value: self.failures[kind] for kind in Failure if self.failures[kind]}
        return {"requests": self.requests, "retries": self.retries, "failures": failures}


@dataclass(slots=True)
class Fate:
    """What is known of a call that failed in between: ``unknown`` once a try may have been carried out unheard."""

    unknown: bool = False


_fate: ContextVar[Fate | None] = ContextVar("fate", default=None)


@contextmanager
def watched() -> Iterator[Fate]:
    """Learn whether a try of the calls made inside may have been carried out without our hearing of it."""
    fate = Fate()
    token = _fate.set(fate)
    try:
        yield fate
    finally:
        _fate.reset(token)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """One try's end: the answer, if any, and what was wrong with it, if anything."""

    response: Response | None = None
    failure: Failure | None = None
    detail: str = ""


class Transport:
    """The SDK's HTTP client. Make it inside a running loop; ``close`` it there. ``counts`` may be read at any time.

    ``jitter`` gives chance between 0 and 1; ``sleep`` waits for real seconds.
    """

    is_async: Final = True

    def __init__(self, jitter: Callable[[], float], policy: Policy | None = None, sleep: Sleep = asyncio.sleep) -> None:
        self.policy = policy or Policy()
        self.counts = Counts()
        self._jitter = jitter
        self._sleep = sleep
        self._slots = asyncio.Semaphore(self.policy.in_flight)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self.policy.in_flight, keepalive_timeout=_KEEP_ALIVE),
            timeout=aiohttp.ClientTimeout(total=self.policy.answer_timeout, connect=self.policy.connect_timeout),
        )
        # aiohttp would repeat a DELETE by itself, and whoever sees the 404 could not know why; there is no public switch.
        self._session._retry_connection = False  # noqa: SLF001

    async def close(self) -> None:
        """Close all connections; requests under way fail."""
        await self._session.close()

    async def request(self, method: str, url: str, **options: Any) -> Response:
        """Send, repeat as the table above says, and return the last answer, good or bad.

        ``options`` are the SDK's: params, data, headers, auth; its timeout is ignored in favour of the policy's.
        Raises TargetUnreachable when there was no answer.
        """
        self.counts.requests += 1
        tries = 0
        while True:
            outcome = await self._try(method, url, options)
            tries += 1
            if outcome.failure is None and outcome.response is not None:
                return outcome.response
            pause = self._pause(outcome, tries)
            if pause is None or not may_repeat(method, url, outcome.failure):
                return _final(method, url, outcome, tries)
            self.counts.retries += 1
            await self._sleep(pause)

    async def _try(self, method: str, url: str, options: dict[str, Any]) -> _Outcome:
        try:
            async with self._slots:
                outcome = _judged(method, await self._send(method, url, options))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            outcome = _Outcome(failure=Failure.UNREACHABLE, detail=_reason(error))
        except TimeoutError:
            outcome = _Outcome(failure=Failure.LATE, detail=f"none in {self.policy.answer_timeout:g} s")
        except (ValueError, aiohttp.NonHttpUrlClientError) as error:  # aiohttp.InvalidURL is a ValueError
            raise TargetUnreachable(f"{origin(url)} cannot be used as an address; give http(s)://host:port") from error
        except (aiohttp.ClientError, OSError) as error:
            outcome = _Outcome(failure=Failure.LOST, detail=_reason(error))
        if outcome.failure is not None:
            self._count(outcome.failure)
        return outcome

    async def _send(self, method: str, url: str, options: dict[str, Any]) -> Response:
        async with self._session.request(
            method,
            url,
            params=options.get("params"),
            data=options.get("data"),
            headers={**(options.get("headers") or {}), **_authorization(options.get("auth"))},
            allow_redirects=False,
        ) as answer:
            text = (await _read(answer, self.policy.longest_answer)).decode(errors="replace")
            return Response(answer.status, text, answer.headers)

    def _count(self, failure: Failure) -> None:
        self.counts.failures[failure] += 1
        fate = _fate.get()
        if fate is not None and failure not in _NOTHING_DONE:
            fate.unknown = True

    def _pause(self, outcome: _Outcome, tries: int) -> float | None:
        """Seconds until the next try; None when there shall be none."""
        if tries >= self.policy.tries:
            return None
        whole = min(self.policy.first_pause * 2.0 ** (tries - 1), self.policy.longest_pause)
        asked = retry_after(outcome.response.headers) if outcome.response is not None else None
        if asked is None:
            return whole / 2 + self._jitter() * whole / 2
        return None if asked > self.policy.longest_retry_after else asked + self._jitter() * whole


async def _read(answer: aiohttp.ClientResponse, limit: int) -> bytes:
    """The body; of one that goes on and on, enough to see that it is not JSON."""
    body = bytearray()
    async for piece in answer.content.iter_any():
        body += piece
        if len(body) > limit:
            break
    return bytes(body[:limit])


def may_repeat(method: str, url: str, failure: Failure | None) -> bool:
    """Whether a request that ended so can be sent again without doing a thing twice.

    A POST to one resource sets values and may be repeated; a POST to a collection creates. Twilio's paths alternate
    between the two: ``/v1/Workspaces/WS1/Workers`` has an odd number of segments and is a collection.
    """
    if failure is Failure.GARBAGE:
        return False
    return failure in _NOTHING_DONE or method.upper() != "POST" or not _is_collection(url)


def _is_collection(url: str) -> bool:
    found = _VERSIONED_PATH.search(urlsplit(url).path)
    segments = (found.group(1) if found else urlsplit(url).path).strip("/").split("/")
    return len(segments) % 2 == 1


def retry_after(headers: Any) -> float | None:
    """Seconds that a ``Retry-After`` header asks for, in either of its forms (RFC 9110 §10.2.3); None without one.

    A date is measured against the answer's own ``Date``, so that no clock needs to be right.
    """
    value = headers.get("Retry-After")
    if value is None:
        return None
    if value.strip().isdigit():
        return float(value)
    until, said = _http_date(value), _http_date(headers.get("Date", ""))
    return max(0.0, (until - said).total_seconds()) if until and said else None


def _http_date(value: str) -> datetime | None:
    try:
        return parsedate_to_datetime(value)
    except ValueError:
        return None


def origin(url: str) -> str:
    """``scheme://host:port`` of a URL, without any password in it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _judged(method: str, response: Response) -> _Outcome:
    return _Outcome(response=response, failure=_fault(method, response))


def _fault(method: str, response: Response) -> Failure | None:
    status = response.status_code
    if status == 429:
        return Failure.THROTTLED
    if status >= 500:
        return Failure.UNAVAILABLE if status == 503 else Failure.SERVER_ERROR
    if status >= 400 or (method.upper() == "DELETE" and 200 <= status < 300):
        return None
    return None if _is_json_object(response.text) else Failure.GARBAGE


def _is_json_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _final(method: str, url: str, outcome: _Outcome, tries: int) -> Response:
    """The last answer, if there was one; else raise TargetUnreachable, which says what may have happened."""
    where, what = origin(url), f"{method.upper()} {urlsplit(url).path}"
    if outcome.response is not None:
        if outcome.failure is not Failure.GARBAGE:
            return outcome.response
        seen = f"{what}: HTTP {outcome.response.status_code}, not JSON"
        raise TargetUnreachable(f"{where} does not answer as a TaskRouter does ({seen}); check the address")
    if outcome.failure is Failure.UNREACHABLE:
        times = f" after {tries} tries" if tries > 1 else ""
        raise TargetUnreachable(f"cannot reach {where}{times} ({outcome.detail}); check that it runs and the address")
    unsure = "" if may_repeat(method, url, Failure.LOST) else ", and it may or may not have been carried out"
    raise TargetUnreachable(f"no answer from {where} to {what} ({outcome.detail}){unsure}")


def _authorization(auth: tuple[str, str] | None) -> dict[str, str]:
    """HTTP Basic (RFC 7617); aiohttp has deprecated its own."""
    if auth is None:
        return {}
    return {"Authorization": "Basic " + base64.b64encode(":".join(auth).encode()).decode()}


def _reason(error: Exception) -> str:
    """The shortest text that says what went wrong; never a header, hence never a token."""
    cause = getattr(error, "os_error", None)
    return str(cause or error) or type(error).__name__
