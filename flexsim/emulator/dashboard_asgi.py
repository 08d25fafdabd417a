"""The dashboard as an ASGI application: its stream, which goes on for as long as somebody watches, and all the rest."""

import asyncio
from typing import TYPE_CHECKING, Final

import orjson
from starlette.types import Receive, Scope, Send

from flexsim.emulator.asgi import adapted, request_of
from flexsim.emulator.dashboard import Dashboard
from flexsim.emulator.dashboard_api import DASHBOARD, STREAM, DashboardApi
from flexsim.emulator.dashboard_pages import SECURITY_HEADERS
from flexsim.emulator.dashboard_stream import MOST_VIEWERS, Stream, Viewer
from flexsim.emulator.exchange import Header, Request, Response
from flexsim.emulator.fault_gate import HangUp

if TYPE_CHECKING:
    from flexsim.emulator.host import Workspace

_FAREWELL: Final = 0.25  # real seconds that a viewer is given to read the end of a stream
_HEADERS: Final[list[Header]] = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    *SECURITY_HEADERS,
]


class DashboardApp:
    """One server's."""

    def __init__(self, api: DashboardApi, dashboard: Dashboard, hang_up: HangUp) -> None:
        """``hang_up`` closes the connection of the client at an address at once."""
        self._api = api
        self._hang_up = hang_up
        self._dashboard = dashboard
        self._rest = adapted(api.handle)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope["path"] != DASHBOARD + STREAM:
            await self._rest(scope, receive, send)
            return
        found: list[Workspace] = []

        def admit(request: Request) -> Response:
            found.append(self._api.watched(request))
            if self._dashboard.stream(found[0]).viewers < MOST_VIEWERS:
                return Response(status=200)
            found.clear()
            message = f"{MOST_VIEWERS} watch already, which is the most"
            return Response(status=503, body=orjson.dumps({"message": message, "status": 503}))

        refusal = self._api.guarded(request_of(scope, b""), admit)
        if found:
            await self._watch(self._dashboard.stream(found[0]), scope, receive, send)
        else:
            await adapted(lambda _: refusal)(scope, receive, send)

    async def _watch(self, stream: Stream, scope: Scope, receive: Receive, send: Send) -> None:
        viewer = stream.open()
        around = (
            asyncio.create_task(_until_gone(viewer, receive)),
            asyncio.create_task(self._end_at_once(viewer, scope)),
        )
        try:
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            async for frames in viewer.frames(stream):
                await send({"type": "http.response.body", "body": frames, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            stream.close(viewer)
            for each in around:
                each.cancel()

    async def _end_at_once(self, viewer: Viewer, scope: Scope) -> None:
        """Hang up on who does not read when the stream is over: the server shall not wait for that."""
        await viewer.over.wait()
        await asyncio.sleep(_FAREWELL)
        if scope.get("client"):
            self._hang_up(tuple(scope["client"]))


async def _until_gone(viewer: Viewer, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    viewer.end()
