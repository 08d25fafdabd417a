"""What the scenario services share: answers in JSON, parameters from a query, and noticing that the client has gone."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl

import orjson
from starlette.types import Receive, Scope, Send

from flexsim.errors import ConfigurationError

T = TypeVar("T")
JSON: Final = b"application/json"
_MOST_FIELDS: Final = 32


async def respond(send: Send, status: int, document: Any) -> None:
    """A whole answer in JSON."""
    body = orjson.dumps(document)
    headers = [(b"content-type", JSON), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def query(scope: Scope) -> dict[str, str]:
    """The query's fields, the last of each name; raises ConfigurationError where there are too many."""
    try:
        return dict(
            parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
        )
    except ValueError as error:
        raise ConfigurationError(f"more than {_MOST_FIELDS} parameters") from error


async def while_connected(receive: Receive, work: Coroutine[Any, Any, T]) -> T | None:
    """The result of ``work``; None if the client goes before that, and then the work has been stopped."""
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_gone(receive))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        for each in (working, leaving):
            each.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
