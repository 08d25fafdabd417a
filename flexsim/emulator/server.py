"""A local TaskRouter that can be started, used and stopped: in an event loop, in a thread, or as a whole process.

::

    async with LocalTaskRouter() as taskrouter: ...   # on the running event loop
    with LocalTaskRouter() as taskrouter: ...         # on a loop and thread of its own

    client = twilio.rest.Client(taskrouter.account_sid, taskrouter.auth_token)
    client.taskrouter.base_url = taskrouter.base_url
"""

import asyncio
import contextlib
import errno
import importlib
import importlib.util
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Final, Self

import uvicorn

from flexsim.clock import Clock, WallClock
from flexsim.emulator.accounts import Account, Accounts
from flexsim.emulator.alerts import Alerts
from flexsim.emulator.api import Api
from flexsim.emulator.asgi import application
from flexsim.emulator.callbacks import AssignmentCallbacks
from flexsim.emulator.control import Control, Facts
from flexsim.emulator.event_callbacks import EventCallbacks
from flexsim.emulator.host import Host
from flexsim.emulator.outbound import Poster
from flexsim.errors import ConfigurationError
from flexsim.taskrouter.templates import flex_workspace

DEFAULT_PORT: Final = 8900
DEFAULT_SEED: Final = 1  # so that the printed credentials are the same every time
WORKSPACE_NAME: Final = "Flex Task Assignment"
_GRACE: Final = 2  # seconds that requests underway are given when stopping
_BACKLOG: Final = 2048


class LocalTaskRouter:
    """One server; stopped and started again it goes on with what it held, on the port it had."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        speed: float = 1.0,
        seed: int = DEFAULT_SEED,
        clock: Clock | None = None,
    ) -> None:
        """``port`` 0 is any free one. ``clock`` replaces the wall clock at ``speed``, in tests say."""
        self.host = host
        self.port = port
        self.speed = speed
        self.seed = seed
        self.alerts = Alerts()
        self.workspaces = Host(clock or WallClock(speed), seed)
        self._accounts = Accounts(seed)
        self._poster = Poster()
        self._assignments = AssignmentCallbacks(self.workspaces, self._poster, self.alerts)
        self._events = EventCallbacks(self.workspaces, self._poster, self.alerts)
        self.workspaces.subscribe(self._assignments)
        self.workspaces.subscribe(self._events)
        self.account = self.add_account()
        self.workspace_sid = next(self.workspaces.workspaces(self.account)).sid
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None
        self._thread: _Thread | None = None

    # --- where it is and who may ask ---

    @property
    def base_url(self) -> str:
        """The address for Twilio's SDKs; final once started."""
        name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 -- any address: name one that answers
        return f"http://[{name}]:{self.port}" if ":" in name else f"http://{name}:{self.port}"

    @property
    def account_sid(self) -> str:
        return self.account.sid

    @property
    def auth_token(self) -> str:
        return self.account.token

    def add_account(self) -> Account:
        """A new account with a Flex-like workspace of its own; before the server starts, or on its loop."""
        account = self._accounts.add()
        self.workspaces.open(account, WORKSPACE_NAME, flex_workspace)
        return account

    def add_key(self, account: Account) -> tuple[str, str]:
        """A new API key: its SID and secret, good in place of the account's SID and token."""
        return self._accounts.add_key(account)

    # --- on the running event loop ---

    async def start(self) -> None:
        """Serve; returns once requests are answered. Raises ``ConfigurationError`` when the port cannot be had."""
        assert self._server is None, "it is running already"
        listening = _listen(self.host, self.port)
        self.port = listening.getsockname()[1]
        self._server = _Server(_config(self._api(), self._control()))
        self._serving = asyncio.create_task(self._server.serve(sockets=[listening]))
        self.workspaces.wake()
        self._events.resume()
        await self._until_ready(self._server, self._serving)

    @staticmethod
    async def _until_ready(server: "_Server", serving: "asyncio.Task[None]") -> None:
        ready = asyncio.create_task(server.ready.wait())
        await asyncio.wait({ready, serving}, return_when=asyncio.FIRST_COMPLETED)
        if not ready.done():
            ready.cancel()
            serving.result()  # raises what has stopped it

    async def stop(self) -> None:
        """Stop serving and calling back; harmless when it does not run."""
        server, serving = self._server, self._serving
        self._server = self._serving = None
        if server is None or serving is None:
            return
        self.workspaces.sleep()
        server.should_exit = True
        await serving
        await self._assignments.stop()
        await self._events.stop()
        await self._poster.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    # --- on a thread ---

    def __enter__(self) -> Self:
        self._thread = _Thread(self)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.stop()

    # --- as a process ---

    def run(self, announce: Callable[[], None]) -> bool:
        """Serve until SIGINT or SIGTERM; ``announce`` is called once it answers. True when it was SIGINT."""
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            return runner.run(self._run(announce))

    async def _run(self, announce: Callable[[], None]) -> bool:
        received: asyncio.Future[signal.Signals] = asyncio.get_running_loop().create_future()
        async with self:
            with _signals_to(received):
                announce()
                return await received is signal.SIGINT

    # --- parts ---

    def _api(self) -> Api:
        return Api(self.workspaces, self._accounts, self.alerts)

    def _control(self) -> Control:
        facts = Facts(speed=self.speed, seed=self.seed, account_sid=self.account_sid, workspace_sid=self.workspace_sid)
        return Control(facts, self.workspaces, self.alerts, self._assignments, self._events)


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers, which are the process's business, and with word of being ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


class _Thread:
    """A thread with an event loop that one server runs on."""

    def __init__(self, server: LocalTaskRouter) -> None:
        self._server = server
        self._begun = threading.Event()
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._over: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._main, name="local-taskrouter", daemon=True)

    def start(self) -> None:
        """Return once it serves; raises what starting raised."""
        self._thread.start()
        self._begun.wait()
        if self._failure is not None:
            self._thread.join()
            raise self._failure

    def stop(self) -> None:
        """Return once it no longer serves."""
        assert self._loop is not None
        assert self._over is not None
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()
        if self._failure is not None:
            raise self._failure

    def _main(self) -> None:
        try:
            with asyncio.Runner(loop_factory=loop_factory()) as runner:
                runner.run(self._serve())
        except BaseException as error:  # noqa: BLE001 -- raised again in the thread that asked
            self._failure = error
        finally:
            self._begun.set()

    async def _serve(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        async with self._server:
            self._begun.set()
            await self._over.wait()


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Where uvloop is installed, its event loop; else None, which is asyncio's own."""
    if importlib.util.find_spec("uvloop") is None:
        return None
    # Optional (pip install flexsim[fast]) and not on Windows, so that type checking must do without it.
    factory: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module("uvloop").new_event_loop
    return factory


def _config(api: Api, control: Control) -> uvicorn.Config:
    return uvicorn.Config(
        application(api.handle, control.handle),
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        backlog=_BACKLOG,
        timeout_graceful_shutdown=_GRACE,
    )


def _listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address, so that a taken port is known before anything else is begun."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:
        raise ConfigurationError(f"no such host to listen on: {host}") from error
    # asyncio switches Nagle's algorithm off only for sockets that say they are TCP; with it on, an answer written in two
    # parts waits 40 ms for the client's delayed acknowledgement.
    bound = socket.socket(family, kind, protocol)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(_BACKLOG)  # only now is it certain that nobody else has it
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRINUSE:
            raise ConfigurationError(f"port {port} of {host} is in use; 0 takes any free one") from error
        raise ConfigurationError(f"cannot listen on port {port} of {host}: {error.strerror}") from error
    return bound


@contextlib.contextmanager
def _signals_to(received: "asyncio.Future[signal.Signals]") -> Iterator[None]:
    """The first SIGINT or SIGTERM goes into ``received``; a second one acts as it always does."""
    loop = asyncio.get_running_loop()
    handled = (signal.SIGINT, signal.SIGTERM)

    def receive(number: signal.Signals) -> None:
        if not received.done():
            received.set_result(number)
        for each in handled:
            loop.remove_signal_handler(each)

    for each in handled:
        loop.add_signal_handler(each, receive, each)
    try:
        yield
    finally:
        for each in handled:
            loop.remove_signal_handler(each)
