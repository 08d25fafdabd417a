"""The engine as a server: ``/v1/realtime`` for clients of the Realtime protocol, ``/health`` and ``/metrics`` beside it."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import orjson
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from flexsim.clock import Clock
from flexsim.errors import ConfigurationError, ProtocolError
from flexsim.loops import collecting_seldom
from flexsim.voice.ports import Heard
from flexsim.voice.realtime import checking, wire
from flexsim.voice.realtime.connection import Connection
from flexsim.voice.realtime.keys import Keys, key_in
from flexsim.voice.realtime.listening import Hearing
from flexsim.voice.realtime.metrics import CONTENT_TYPE, Counts, exposition
from flexsim.voice.realtime.names import Dialect
from flexsim.voice.realtime.posts import Post, Refused, door
from flexsim.voice.realtime.session import MODEL, ServerSession
from flexsim.voice.realtime.setup import Setup
from flexsim.voice.realtime.sockets import Socket

PATH: Final = "/v1/realtime"
SECRETS: Final = f"{PATH}/client_secrets"
_LIFETIME: Final = 600  # seconds that a key for a browser is good for
_NO_KEY: Final = "the API key is missing or not one of this engine's"
_FOREIGN: Final = "pages from elsewhere have no say here, without an API key"
_BETA: Final = "realtime=v1"
_BETA_SUBPROTOCOL: Final = "openai-beta.realtime-v1"
_LONGEST_MODEL: Final = 200
_GOODBYE: Final = 2.0  # seconds for a client's answer to a close
_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many sessions at a time, and after how many seconds without an event one is closed."""

    sessions: int = 500
    idle: float = 600.0


class Engine:
    """All sessions of one server."""

    def __init__(
        self, setup: Setup, clock: Clock, *, seed: int, keys: Sequence[str] = (), limits: Limits | None = None
    ) -> None:
        self._setup = replace(setup, defers=True)
        self._clock = clock
        self._seed = seed
        self._limits = limits or Limits()
        self._ears = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ears")
        self.keys = Keys(keys)
        self.counts = Counts()

    def close(self) -> None:
        """No more is listened to."""
        self._ears.shutdown(cancel_futures=True)

    # HTTP.

    def enter(self, _connection: ServerConnection, request: Request) -> Response | None:
        """What a request is answered with; None is a session's beginning."""
        parts = urlsplit(request.path)
        if parts.path == PATH:
            return self._refusal(request, parse_qs(parts.query))
        if parts.path == "/health":
            return _json(HTTPStatus.OK, {"status": "ok", "sessions": self.counts.sessions})
        if parts.path == "/metrics":
            return _response(HTTPStatus.OK, exposition(self.counts), CONTENT_TYPE)
        return _error(HTTPStatus.NOT_FOUND, "unknown_url", f"nothing is at {parts.path[:200]}; sessions are at {PATH}")

    def _refusal(self, request: Request, query: dict[str, list[str]]) -> Response | None:
        reason: tuple[HTTPStatus, str, str] | None = None
        if not self.keys.admit(_key(request), self._clock.now()):
            reason = HTTPStatus.UNAUTHORIZED, "invalid_api_key", _NO_KEY
        elif not self.keys.wanted and not _at_home(request.headers.get("Origin")):
            reason = HTTPStatus.FORBIDDEN, "foreign_page", _FOREIGN
        elif "transcription" in query.get("intent", ()):
            reason = HTTPStatus.BAD_REQUEST, "unsupported_intent", "this engine has no sessions for transcription alone"
        elif len(query.get("model", [MODEL])[0]) > _LONGEST_MODEL:
            reason = HTTPStatus.BAD_REQUEST, "invalid_model", f"a model's name has at most {_LONGEST_MODEL} characters"
        elif self.counts.sessions >= self._limits.sessions:
            reason = (
                HTTPStatus.TOO_MANY_REQUESTS,
                "too_many_sessions",
                f"{self._limits.sessions} sessions are open already",
            )
        if reason is None:
            return None
        self.counts.refused[reason[1]] += 1
        return _error(*reason)

    def post(self, request: Post | Refused) -> Response:
        """What a POST is answered with: a key for a browser, and what its session is set to."""
        if isinstance(request, Refused):
            return _error(request.status, "invalid_request", request.status.phrase.lower())
        path = urlsplit(request.target).path
        if path != SECRETS:
            return _error(HTTPStatus.NOT_FOUND, "unknown_url", f"nothing is at {path[:200]}; keys are at {SECRETS}")
        if not self.keys.wanted and not _at_home(request.headers.get("origin")):
            return _error(HTTPStatus.FORBIDDEN, "foreign_page", _FOREIGN)
        if not self.keys.own(key_in(request.headers.get("authorization"), ())):
            return _error(HTTPStatus.UNAUTHORIZED, "invalid_api_key", _NO_KEY)
        try:
            return _json(HTTPStatus.OK, self._secret(wire.decode(request.body.decode(errors="replace"))))
        except ProtocolError as error:
            return _error(HTTPStatus.BAD_REQUEST, error.code, str(error), error.parameter)

    def _secret(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        checking.known(asked, "", ("session", "expires_after"))
        after = checking.mapping(asked.get("expires_after") or {}, "expires_after")
        checking.known(after, "expires_after", ("anchor", "seconds"))
        lifetime = checking.whole(after.get("seconds", _LIFETIME), "expires_after.seconds", 10, 7_200)
        wanted = dict(checking.mapping(asked.get("session") or {}, "session"))
        model = checking.text(wanted.pop("model", MODEL), "session.model", _LONGEST_MODEL)
        now = self._clock.now()
        # A session that nobody has, to say what is wrong with the settings before somebody comes with the key.
        session = ServerSession(self._setup, model=model, started_at=int(now))
        told = session.receive({"type": "session.update", "session": {"type": "realtime", **wanted}}, 0.0)[0]
        if told["type"] == "error":
            about = told["error"]
            raise ProtocolError(about["message"], code=about["code"], parameter=about["param"])
        key = self.keys.issue(now, lifetime, session.configuration)
        return {"value": key, "expires_at": int(now + lifetime), "session": told["session"]}

    # Sessions.

    async def attend(self, socket: ServerConnection) -> None:
        """Carry one client's session from beginning to end."""
        assert isinstance(socket, Socket), "it is what ``serving`` makes"
        counts = self.counts
        counts.ever += 1
        counts.sessions += 1
        try:
            reason = await Connection(
                socket, self._session(socket, counts.ever), self._clock, counts, self._listen, self._limits.idle
            ).run()
        except asyncio.CancelledError:
            reason = "stopped"
            raise
        except Exception:  # noqa: BLE001 -- one session's fault must not be another's; it is logged
            _log.exception("a session broke")
            reason = "broke"
            with contextlib.suppress(ConnectionClosed):
                await socket.send(wire.encode(_SERVER_ERROR), text=True)
            await socket.close(1011, "a fault of the engine's")
        finally:
            counts.sessions -= 1
        counts.ended[reason] += 1

    def _session(self, socket: ServerConnection, number: int) -> ServerSession:
        request = socket.request
        assert request is not None, "the handshake is over"
        model = parse_qs(urlsplit(request.path).query).get("model", [MODEL])[0]
        beta = request.headers.get("OpenAI-Beta") == _BETA or _BETA_SUBPROTOCOL in _subprotocols(request)
        now = self._clock.now()
        return ServerSession(
            self._setup,
            seed=self._seed,
            name=str(number),
            model=model,
            dialect=Dialect.BETA if beta else Dialect.GA,
            configuration=self.keys.configuration(_key(request), now),
            now=now,
            started_at=int(now),
        )

    async def _listen(self, hearing: Hearing) -> Heard:
        return await asyncio.get_running_loop().run_in_executor(self._ears, hearing.listen)


_SERVER_ERROR: Final[dict[str, Any]] = {
    "type": "error",
    "event_id": "event_server_error",
    "error": {
        "type": "server_error",
        "code": None,
        "message": "The server had an error while processing your request.",
        "param": None,
        "event_id": None,
    },
}


@contextlib.asynccontextmanager
async def serving(engine: Engine, host: str, port: int) -> AsyncIterator[int]:
    """Serve while inside, with garbage collected seldom; gives the port. Raises ConfigurationError where it cannot be had."""
    try:
        server = await serve(
            engine.attend, host, port, create_connection=door(engine.post),
            process_request=engine.enter, select_subprotocol=_chosen, compression=None, server_header=None,
            max_size=wire.MOST_BYTES, close_timeout=_GOODBYE, logger=_QUIET,
        )  # fmt: skip
    except OSError as error:
        reason = str(error.strerror or error).lower()
        raise ConfigurationError(f"cannot listen on {host}:{port}: {reason}; --port 0 takes any free one") from error
    try:
        with collecting_seldom():
            yield next(iter(server.sockets)).getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()
        engine.close()


# What clients do wrong in a handshake is their business, and is counted.
_QUIET: Final = logging.getLogger(f"{__name__}.sockets")
_QUIET.setLevel(logging.CRITICAL)


def _chosen(_connection: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    return next((each for each in offered if each == "realtime"), None)


def _subprotocols(request: Request) -> list[str]:
    return [each.strip() for line in request.headers.get_all("Sec-WebSocket-Protocol") for each in line.split(",")]


def _key(request: Request) -> str | None:
    return key_in(request.headers.get("Authorization"), _subprotocols(request))


def _at_home(origin: str | None) -> bool:
    """Whether a request comes from no page, or from one of this machine's: sockets know no same-origin policy."""
    return origin is None or urlsplit(origin).hostname in {"localhost", "127.0.0.1", "::1"}


def _json(status: HTTPStatus, document: dict[str, Any]) -> Response:
    return _response(status, orjson.dumps(document), "application/json")


def _error(status: HTTPStatus, code: str, message: str, parameter: str | None = None) -> Response:
    about = {"message": message, "type": "invalid_request_error", "param": parameter, "code": code}
    return _json(status, {"error": about})


def _response(status: HTTPStatus, body: bytes, kind: str) -> Response:
    headers = Headers({"Content-Type": kind, "Content-Length": str(len(body)), "Connection": "close"})
    return Response(status.value, status.phrase, headers, body)
