"""The handlers as ASGI applications, routed by Starlette: bytes to requests, responses to bytes, nothing decided."""

from collections.abc import Callable
from typing import Final, TypeAlias

from starlette.routing import Mount, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from flexsim.emulator.api import MAX_BODY
from flexsim.emulator.control import PREFIX
from flexsim.emulator.dashboard_api import DASHBOARD
from flexsim.emulator.exchange import Request, Response

Handle: TypeAlias = Callable[[Request], Response]

_WITHOUT_BODY: Final = frozenset({"GET", "DELETE", "HEAD", "OPTIONS"})


def application(api: Handle, control: Handle, dashboard: ASGIApp) -> ASGIApp:
    """Everything that the server serves; what is not a control goes to the API, which has an answer for any path."""
    others = Router([Mount(PREFIX, app=adapted(control))], redirect_slashes=False, default=adapted(api))

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        is_shown = scope["type"] == "http" and f"{scope['path']}/".startswith(f"{DASHBOARD}/")
        await (dashboard if is_shown else others)(scope, receive, send)

    return app


def adapted(handle: Handle) -> ASGIApp:
    """``handle`` as an ASGI application."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            # What is left is a WebSocket, and none is spoken here; close before accepting is answered 403.
            await send({"type": "websocket.close", "code": 1000})
            return
        body = b"" if scope["method"] in _WITHOUT_BODY else await _body(receive)
        if body is None:
            return  # nobody is left to answer
        response = handle(request_of(scope, body))
        await send({"type": "http.response.start", "status": response.status, "headers": _headers(response)})
        # HEAD is GET without the body, its length included (RFC 9110, 9.3.2).
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else response.body})

    return app


def _headers(response: Response) -> list[tuple[bytes, bytes]]:
    if response.status == 204:
        return list(response.headers)
    return [*response.headers, (b"content-length", b"%d" % len(response.body))]


def request_of(scope: Scope, body: bytes) -> Request:
    """The request that ASGI describes so."""
    authorization = if_match = None
    host = b""
    for name, value in scope["headers"]:
        if name == b"authorization":
            authorization = value.decode("latin-1")
        elif name == b"host":
            host = value
        elif name == b"if-match":
            if_match = value.decode("latin-1")
    client = scope.get("client")
    address = host.decode("latin-1") or "{}:{}".format(*scope["server"])
    return Request(
        method="GET" if scope["method"] == "HEAD" else scope["method"],
        path=scope["path"],
        base_url=f"{scope['scheme']}://{address}",
        query=scope["query_string"].decode("latin-1"),
        authorization=authorization,
        if_match=if_match,
        body=body,
        headers=scope["headers"],
        peer=client[0] if client else "",
    )


async def _body(receive: Receive) -> bytes | None:
    """The body, one byte too long where it is too long; None when the client has gone."""
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part: bytes = message.get("body", b"")
        body += part
        if len(body) > MAX_BODY:
            return body[: MAX_BODY + 1]
        if not message.get("more_body"):
            return body
