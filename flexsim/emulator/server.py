"""A local TaskRouter that can be started, used and stopped: in an event loop, in a thread, or as a whole process.

::

    async with LocalTaskRouter() as taskrouter: ...   # on the running event loop
    with LocalTaskRouter() as taskrouter: ...         # on a loop and thread of its own

    taskrouter.client()    # a twilio.rest.Client that leads there
    taskrouter.workspace   # ... and its first workspace
    taskrouter.reset()     # as just started: between tests, say
"""

import asyncio
import concurrent.futures
import contextlib
import errno
import gc
import importlib
import importlib.util
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

import uvicorn
from starlette.types import ASGIApp

from flexsim.clock import Clock, WallClock, real_seconds
from flexsim.emulator.access import Access
from flexsim.emulator.accounts import Account, Accounts
from flexsim.emulator.alerts import Alerts
from flexsim.emulator.api import Api
from flexsim.emulator.asgi import application
from flexsim.emulator.callbacks import AssignmentCallbacks
from flexsim.emulator.control import Control
from flexsim.emulator.event_callbacks import EventCallbacks
from flexsim.emulator.event_history import DEFAULT_LIMIT, EventHistory
from flexsim.emulator.event_streams import BATCH, INTERVAL, LARGEST_BATCH, EventStream, Sink, delivery
from flexsim.emulator.exchange import Request, Response
from flexsim.emulator.fault_gate import FaultGate, FaultySender, Peer
from flexsim.emulator.faults import ASSIGNMENT, EVENT, Faults
from flexsim.emulator.host import Host, workspace_sid
from flexsim.emulator.journal import Journal
from flexsim.emulator.lanes import Lanes
from flexsim.emulator.outbound import Poster, Sender, spoken
from flexsim.emulator.persistence import SNAPSHOT_EVERY, Persistence
from flexsim.emulator.rate_limits import RateLimits
from flexsim.emulator.restoring import Record, State, chosen_seed, open_record
from flexsim.emulator.statistics import Statistics
from flexsim.errors import ConfigurationError, InvalidInput
from flexsim.taskrouter.templates import flex_workspace

if TYPE_CHECKING:
    from twilio.rest import Client
    from twilio.rest.taskrouter.v1.workspace import WorkspaceContext

    from flexsim.emulator.keeping import Keeper

T = TypeVar("T")

DEFAULT_PORT: Final = 8900
WORKSPACE_NAME: Final = "Flex Task Assignment"
_GRACE: Final = 2  # seconds that requests underway are given when stopping
_BACKLOG: Final = 2048
_SELDOM: Final = (5_000, 20, 100)  # the collector's thresholds; Python's are 700, 10, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a server need not be told.

    ``control_token`` lets other machines use the controls, and everybody only with it. ``rate_limits`` are those that
    Twilio documents; ``requests_per_second`` is one for all requests of an account. ``data`` is the file that everything
    is kept in; ``replay`` holds recorded inputs, as ``GET /_flexsim/inputs`` gives them, which are done again at first;
    ``snapshot_every`` so many inputs the data file gets a snapshot.
    ``history`` is how many events each workspace remembers; ``event_sink`` is the address that all events are streamed
    to, in posts of at most ``event_batch``, which wait ``event_interval`` real seconds for each other. Statistics of
    workers are refused in a workspace with more than ``worker_statistics_limit``, if that is given; Twilio's is 100.
    """

    control_token: str | None = field(default=None, repr=False)
    rate_limits: bool = False
    requests_per_second: int | None = None
    data: str | Path | None = None
    replay: str | Path | None = None
    snapshot_every: int = SNAPSHOT_EVERY
    history: int = DEFAULT_LIMIT
    event_sink: str | None = None
    event_batch: int = BATCH
    event_interval: float = INTERVAL
    worker_statistics_limit: int | None = None

    def sink(self) -> Sink | None:
        """Where the event stream goes, if anywhere; raises ``ConfigurationError``."""
        if self.event_sink is None:
            return None
        if not self.event_sink.startswith(("http://", "https://")):
            raise ConfigurationError(f"the event sink must be an http or https address: {spoken(self.event_sink)}")
        if not 1 <= self.event_batch <= LARGEST_BATCH:
            raise ConfigurationError(f"an event batch has from 1 to {LARGEST_BATCH} events: {self.event_batch}")
        return Sink(url=self.event_sink, delivery=delivery(batch=self.event_batch, interval=self.event_interval))

    def limits(self) -> RateLimits | None:
        """The limits, if any."""
        if not self.rate_limits and self.requests_per_second is None:
            return None
        return RateLimits(real_seconds, documented=self.rate_limits, requests_per_second=self.requests_per_second)


class LocalTaskRouter:
    """One server; stopped and started again it goes on with what it held, on the port it had."""

    def __init__(  # noqa: PLR0913 -- what one server differs from another in; the rarer things are in Options
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        speed: float = 1.0,
        seed: int | None = None,
        clock: Clock | None = None,
        options: Options | None = None,
    ) -> None:
        """``port`` 0 is any free one. ``clock`` replaces the wall clock at ``speed``, in tests say.

        ``seed`` is that of the data file, or 1. Raises ``ConfigurationError`` when the data file is not to be used.
        """
        options = options or Options()
        journal, record = open_record(options.data, options.replay, seed)
        self.host = host
        self.port = port
        self.seed = chosen_seed(seed, record)
        self.alerts = Alerts()
        self.faults = Faults(self.seed)
        self._initial_speed = self._speed = speed
        self._access = Access(options.control_token)
        self._limits = options.limits()
        self.workspaces = Host(clock or _wall_clock(speed, record, options), self.seed)
        self._accounts = Accounts(self.seed)
        self._poster = Poster()
        self._assignments = AssignmentCallbacks(self.workspaces, self._sender(ASSIGNMENT), self.alerts)
        self._history = EventHistory(self.workspaces, options.history)
        self._events = EventCallbacks(self.workspaces, self._history, self._sender(EVENT), self.alerts)
        self._stream = self._streaming(options.sink())
        statistics = Statistics(worker_limit=options.worker_statistics_limit)
        self.workspaces.subscribe(self._history)
        self.workspaces.subscribe(statistics)
        self.workspaces.subscribe(self._assignments, outward=True)
        self.workspaces.subscribe(self._events, outward=True)
        if self._stream is not None:
            self.workspaces.subscribe(self._stream, outward=True)
        # Those that remember what has happened; they subscribe as well.
        self._keepers: list[Keeper] = [self._history, statistics]
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None
        self._thread: _Thread | None = None
        self._persistence: Persistence | None = None
        state = State(self.seed, self.workspaces, self._accounts, self._keepers)
        if record is not None:
            _load(state, record, journal)
        self.account = next(iter(self._accounts.listed()), None) or self.add_account()
        self.workspace_sid = self._first_workspace()
        if journal is not None:
            is_kept = record is not None and options.replay is None
            self._persistence = Persistence(journal, state, is_kept=is_kept, every=options.snapshot_every)

    # --- where it is and who may ask ---

    @property
    def base_url(self) -> str:
        """The address for Twilio's SDKs; final once started."""
        name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 -- any address: name one that answers
        return f"http://[{name}]:{self.port}" if ":" in name else f"http://{name}:{self.port}"

    @property
    def speed(self) -> float:
        """Simulated seconds in a real one."""
        return self._speed

    @property
    def account_sid(self) -> str:
        return self.account.sid

    @property
    def auth_token(self) -> str:
        return self.account.token

    def accounts(self) -> list[Account]:
        """All accounts, the first one first."""
        return self._accounts.listed()

    def add_account(self) -> Account:
        """A new account with a Flex-like workspace of its own, isolated from the others."""

        def add() -> Account:
            account = self._accounts.add()
            if self._persistence is not None:
                self._persistence.account_added(account)
            self.workspaces.open(account, WORKSPACE_NAME, flex_workspace)
            return account

        return self._on_its_loop(add)

    def add_key(self, account: Account) -> tuple[str, str]:
        """A new API key: its SID and secret, good in place of the account's SID and token."""

        def add() -> tuple[str, str]:
            key = self._accounts.add_key(account)
            if self._persistence is not None:
                self._persistence.key_added(account)
            return key

        return self._on_its_loop(add)

    # --- Twilio's client ---

    def client(self) -> "Client":
        """A ``twilio.rest.Client`` with the first account's credentials that leads here."""
        return self._client()

    @contextlib.asynccontextmanager
    async def async_client(self) -> "AsyncIterator[Client]":
        """The same for the ``..._async`` methods of Twilio's SDK, on the running event loop."""
        from twilio.http.async_http_client import AsyncTwilioHttpClient  # noqa: PLC0415 -- only here is it needed

        async with AsyncTwilioHttpClient() as http:
            yield self._client(http_client=http)

    @property
    def workspace(self) -> "WorkspaceContext":
        """The first account's first workspace, over Twilio's SDK: ``taskrouter.workspace.tasks.create(...)``."""
        return self.client().taskrouter.v1.workspaces(self.workspace_sid)

    def _client(self, **options: object) -> "Client":
        from twilio.rest import Client  # noqa: PLC0415 -- takes half a second, and serving needs none of it

        # With an edge or region in the environment the SDK would rewrite the host name.
        client = Client(self.account_sid, self.auth_token, environment={"TWILIO_EDGE": ""}, **options)
        client.taskrouter.base_url = self.base_url
        return client

    # --- operating it ---

    def reset(self, seed: int | None = None) -> None:
        """As just started, with ``seed`` or the present one: the first account with its workspace, and nothing else.

        With the same seed all SIDs repeat. Callbacks underway are dropped, rules for faults and alerts are gone, the
        speed is that of the start; the clock goes on.
        """
        self._on_its_loop(lambda: self._reset(self.seed if seed is None else seed))

    def set_speed(self, speed: float) -> None:
        """Go on from the present time at another speed; raises ``ConfigurationError`` if the clock has none."""
        clock = self.workspaces.clock
        if not isinstance(clock, WallClock):
            raise ConfigurationError("this server's clock is moved by hand, it has no speed")
        self._on_its_loop(lambda: clock.set_speed(speed))
        self._speed = speed

    def callback_counts(self) -> dict[str, dict[str, int]]:
        """What became of the callbacks."""
        assignments, stream = self._assignments, self._stream
        return {
            "assignment_callbacks": {"sent": assignments.sent, "underway": assignments.underway},
            "event_callbacks": self._events.lanes.counts(),
            **({} if stream is None else {"event_stream": stream.lanes.counts()}),
        }

    def _reset(self, seed: int) -> None:
        with contextlib.nullcontext() if self._persistence is None else self._persistence.starting_over(seed):
            self._start_over(seed)

    def _start_over(self, seed: int) -> None:
        self.seed = seed
        self.workspaces.reset(seed)
        self._assignments.reset()
        for lanes in self._lanes():
            lanes.reset()
        self.alerts.clear()
        self.faults.set((), seed)
        if self._limits is not None:
            self._limits.reset()
        if self._speed != self._initial_speed:
            self.set_speed(self._initial_speed)
        self._accounts.reset(seed)
        self.account = self.add_account()
        self.workspace_sid = self._first_workspace()

    def _first_workspace(self) -> str:
        """The SID of the first account's oldest workspace; of its first one ever, when all have been deleted."""
        oldest = next(self.workspaces.workspaces(self.account), None)
        return workspace_sid(self.account, 0) if oldest is None else oldest.sid

    def _on_its_loop(self, work: Callable[[], T]) -> T:
        """Do it where nothing else happens meanwhile: at once, or on the thread that the server has."""
        return work() if self._thread is None else self._thread.do(work)

    # --- on the running event loop ---

    async def start(self) -> None:
        """Serve; returns once requests are answered. Raises ``ConfigurationError`` when the port cannot be had."""
        assert self._server is None, "it is running already"
        try:
            listening = _listen(self.host, self.port)
            if self._persistence is not None:
                self._persistence.resume()
        except ConfigurationError:
            self._close_data()
            raise
        self.port = listening.getsockname()[1]
        self._server = _Server(_config(self._application()))
        self._serving = asyncio.create_task(self._server.serve(sockets=[listening]))
        self.workspaces.wake()
        for lanes in self._lanes():
            lanes.resume()
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
        for lanes in self._lanes():
            await lanes.stop()
        await self._poster.close()
        self._close_data()

    def _close_data(self) -> None:
        if self._persistence is not None:
            self._persistence.close()

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
        with _collecting_seldom(), asyncio.Runner(loop_factory=loop_factory()) as runner:
            return runner.run(self._run(announce))

    async def _run(self, announce: Callable[[], None]) -> bool:
        received: asyncio.Future[signal.Signals] = asyncio.get_running_loop().create_future()
        if self._persistence is not None:
            self._persistence.fail_with(lambda error: None if received.done() else received.set_exception(error))
        async with self:
            with _signals_to(received):
                announce()
                return await received is signal.SIGINT

    # --- parts ---

    def _streaming(self, sink: Sink | None) -> EventStream | None:
        if sink is None:
            return None
        return EventStream(self.workspaces, self._history, self._sender(EVENT), self.alerts, sink)

    def _lanes(self) -> list[Lanes[Any]]:
        return [each.lanes for each in (self._events, self._stream) if each is not None]

    def _sender(self, kind: str) -> Sender:
        return FaultySender(self._poster, self.faults, kind)

    def _hang_up(self, peer: Peer) -> None:
        if self._server is not None:
            self._server.hang_up(peer)

    def _inputs(self, _: Request) -> Response:
        """The latest snapshot and all inputs since, as JSON lines."""
        if self._persistence is None:
            raise InvalidInput("no inputs are recorded: start with --data FILE, or --data :memory:")
        body = "".join(f"{line}\n" for line in self._persistence.export()).encode()
        return Response(status=200, body=body, headers=((b"content-type", b"application/x-ndjson"),))

    def _application(self) -> ASGIApp:
        api = Api(self.workspaces, self._accounts, self.alerts, self._limits)
        control = Control(self, self._access)
        control.routes["/inputs"] = {"GET": self._inputs}
        return FaultGate(application(api.handle, control.handle), self.faults, self._hang_up)


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers, which are the process's business, and with word of being ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    def hang_up(self, peer: Peer) -> None:
        """Close the connection of the client at this address at once, without another byte."""
        for connection in list(self.server_state.connections):
            if getattr(connection, "client", None) == peer and connection.transport is not None:
                connection.transport.abort()

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

    def do(self, work: Callable[[], T]) -> T:
        """Do it on this thread's loop, between requests, and return what it returns or raise what it raises."""
        assert self._loop is not None
        if threading.current_thread() is self._thread:
            return work()
        done: concurrent.futures.Future[T] = concurrent.futures.Future()

        def run() -> None:
            try:
                done.set_result(work())
            except BaseException as error:  # noqa: BLE001 -- raised again in the thread that asked
                done.set_exception(error)

        self._loop.call_soon_threadsafe(run)
        return done.result()

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


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        proxy_headers=False,  # who may use the controls is decided by where the connection comes from
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        backlog=_BACKLOG,
        timeout_graceful_shutdown=_GRACE,
    )


def _load(state: State, record: Record, journal: Journal | None) -> None:
    try:
        state.load(record)
    except BaseException:
        if journal is not None:
            journal.close()  # so that somebody else may try
        raise


def _wall_clock(speed: float, record: Record | None, options: Options) -> WallClock:
    """The machine's time, unless the record is ahead of it: then its last moment, so that time never goes back.

    Where recorded inputs are done again, time goes on from the last of them.
    """
    clock = WallClock(speed)
    if record is None or (options.replay is None and record.until <= clock.now()):
        return clock
    return WallClock(speed, start=record.until)


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
def _collecting_seldom() -> Iterator[None]:
    """Have the garbage collector look for cycles less often; for a process of our own, whose collector is ours to set.

    What a server holds is alive and goes without the collector's help. Looking through it time and again took a third of
    creating a task, and stood still for 0.4 seconds at 40,000 tasks.
    """
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)


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
