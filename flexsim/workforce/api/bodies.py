"""No body is read that is longer than any of ours has to be."""

from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flexsim.workforce.api.answers import problem

LONGEST: Final = 1 << 20
_SAID: Final = f"a body has at most {LONGEST} bytes"


class BoundedBodies:
    """Answers 413 for a body of more than 1 MiB, announced or not, before anybody keeps it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdecimal() and int(announced) > LONGEST:
            await self._refuse(scope, receive, send)
            return
        length = 0

        async def bounded() -> Message:
            nonlocal length
            message = await receive()
            length += len(message.get("body", b""))
            if length > LONGEST:
                raise HTTPException(413, _SAID)
            return message

        await self._app(scope, bounded, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        await problem(413, _SAID, scope["state"]["request_id"], {"connection": "close"})(scope, receive, send)
