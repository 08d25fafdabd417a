"""Who may ask: whoever has the key, where one is set; and health, which anybody may see."""

import hmac
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from flexsim.workforce.api.answers import problem

OPEN: Final = frozenset({"/health", "/ready", "/metrics"})


def given_key(headers: Headers) -> str:
    """The key that a request came with, in ``X-API-Key`` or as a bearer token; empty for none."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return headers.get("x-api-key") or (token.strip() if scheme.lower() == "bearer" else "")


class Access:
    """Answers 401 where the key is not the right one; how long that takes does not tell how much of it was right."""

    def __init__(self, app: ASGIApp, key: str | None) -> None:
        self._app = app
        self._key = None if key is None else key.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._key is None or scope["path"] in OPEN or self._is_right(scope):
            await self._app(scope, receive, send)
            return
        said = "no API key, or a wrong one: send X-API-Key, or Authorization: Bearer"
        refused = problem(401, said, scope["state"]["request_id"], {"www-authenticate": "Bearer"})
        await refused(scope, receive, send)

    def _is_right(self, scope: Scope) -> bool:
        assert self._key is not None
        return hmac.compare_digest(given_key(Headers(scope=scope)).encode(errors="replace"), self._key)
