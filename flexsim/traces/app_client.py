"""Asks an agent service for a trace, and reads what is true of it."""

from collections.abc import Mapping
from typing import Any, Final

import aiohttp
import orjson

from flexsim.errors import TargetRefused, TargetUnreachable

_MOST_READ: Final = 64 * 1024 * 1024
_LINE: Final = 8 * 1024 * 1024


async def ask(
    session: aiohttp.ClientSession, base: str, scenario: str, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """The answers to one trace; of a stream also ``tokens_read``. Raises TargetUnreachable, or TargetRefused with its reason."""
    path = "/stream" if scenario == "stream" else "/run"
    given = {name: str(value) for name, value in parameters.items()}
    if scenario != "stream":
        given["scenario"] = scenario
    try:
        async with session.get(base.rstrip("/") + path, params=given, allow_redirects=False) as answer:
            if answer.status != 200:
                raise TargetRefused(await _reason(answer), status=answer.status)
            if scenario == "stream":
                return await _events(answer)
            found: dict[str, Any] = orjson.loads(await answer.content.read(_MOST_READ))
            return found
    except (aiohttp.ClientError, TimeoutError) as error:
        raise TargetUnreachable(f"no agent service at {base}: start one with flexsim load services") from error
    except orjson.JSONDecodeError as error:
        raise TargetUnreachable(f"what answers at {base} is no agent service") from error


async def _reason(answer: aiohttp.ClientResponse) -> str:
    try:
        return str(orjson.loads(await answer.content.read(65_536))["error"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return f"the agent service answered {answer.status}"


async def _events(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    tokens, found = 0, None
    name = ""
    async for line in answer.content:
        if line.startswith(b"event: "):
            name = line[7:].decode().strip()
        elif line.startswith(b"data: ") and name == "answers":
            found = orjson.loads(line[6:])
        elif line.startswith(b"data: "):
            tokens += 1
    if not isinstance(found, dict):
        raise aiohttp.ClientPayloadError("the stream ended before its answers")
    return found | {"tokens_read": tokens}


def session() -> aiohttp.ClientSession:
    """A session that waits as long as a scenario takes; answers may be long lines."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None, connect=10), read_bufsize=_LINE)
