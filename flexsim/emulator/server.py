"""A local TaskRouter that can be started, used and stopped: in an event loop, in a thread, or as a whole process.

::

    async with LocalTaskRouter() as taskrouter: ...   # on the running event loop
    with LocalTaskRouter() as taskrouter: ...         # on a loop and thread of its own

    taskrouter.client()    # a twilio.rest.Client that leads there
    taskrouter.workspace   # ... and its first workspace
    taskrouter.reset()     # as just started: between tests, say
"""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

from starlette.types import ASGIApp

from flexsim.clock import Clock, WallClock
from flexsim.emulator.access import Access
from flexsim.emulator.accounts import Account, Accounts
from flexsim.emulator.alerts import Alerts
from flexsim.emulator.api import Api
from flexsim.emulator.asgi import application
from flexsim.emulator.callbacks import AssignmentCallbacks
from flexsim.emulator.control import Control
from flexsim.emulator.dashboard import Dashboard
from flexsim.emulator.dashboard_actions import Actions
from flexsim.emulator.dashboard_api import DASHBOARD, DashboardApi
from flexsim.emulator.dashboard_asgi import DashboardApp
from flexsim.emulator.event_callbacks import EventCallbacks
from flexsim.emulator.event_history import EventHistory
from flexsim.emulator.event_streams import EventStream, Sink
from flexsim.emulator.exchange import Request, Response
from flexsim.emulator.fault_gate import FaultGate, FaultySender, Peer
from flexsim.emulator.faults import ASSIGNMENT, EVENT, Faults
from flexsim.emulator.host import Host, workspace_sid
from flexsim.emulator.journal import Journal
from flexsim.emulator.lanes import Lanes
from flexsim.emulator.options import Options
from flexsim.emulator.outbound import Poster, Sender
from flexsim.emulator.persistence import Persistence
from flexsim.emulator.restoring import Record, State, chosen_seed, open_record
from flexsim.emulator.serving import listen
from flexsim.emulator.statistics import Statistics
from flexsim.emulator.threaded import ServerThread
from flexsim.errors import ConfigurationError, InvalidInput
from flexsim.hosting import Server
from flexsim.interrupts import first_signal
from flexsim.loops import run
from flexsim.sockets import address
from flexsim.taskrouter.templates import flex_workspace

if TYPE_CHECKING:
    from twilio.rest import Client
    from twilio.rest.taskrouter.v1.workspace import WorkspaceContext

    from flexsim.emulator.keeping import Keeper

T = TypeVar("T")

DEFAULT_PORT: Final = 8900
WORKSPACE_NAME: Final = "Flex Task Assignment"


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
        actions = Actions(self.workspaces, self.set_speed) if options.allow_control else None
        self.dashboard = Dashboard(self.workspaces, options.goal, actions)
        self.workspaces.subscribe(self.dashboard)
        self.workspaces.subscribe(self._assignments, outward=True)
        self.workspaces.subscribe(self._events, outward=True)
        if self._stream is not None:
            self.workspaces.subscribe(self._stream, outward=True)
        # Those that remember what has happened; they subscribe as well.
        self._keepers: list[Keeper] = [self._history, statistics, self.dashboard]
        self._server: Server | None = None
        self._thread: ServerThread | None = None
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
        return f"http://{address(self.host, self.port)}"

    @property
    def dashboard_url(self) -> str:
        """Where the live dashboard is; final once started."""
        return f"{self.base_url}{DASHBOARD}"

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
            "dashboard": self.dashboard.watching(),
            **({} if stream is None else {"event_stream": stream.lanes.counts()}),
        }

    def figures(self) -> dict[str, dict[str, Any]]:
        """What every workspace's dashboard shows at this moment, by its SID."""
        host = self.workspaces
        return {each.sid: self.dashboard.feed(each).summary(host.catch_up(each)) for each in host.workspaces()}

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
            listening = listen(self.host, self.port)
            if self._persistence is not None:
                self._persistence.resume()
        except ConfigurationError:
            self._close_data()
            raise
        self.port = listening.getsockname()[1]
        self._server = Server(self._application())
        self.workspaces.wake()
        for lanes in self._lanes():
            lanes.resume()
        await self._server.begin(listening)

    async def stop(self) -> None:
        """Stop serving and calling back; harmless when it does not run."""
        server = self._server
        if server is None or server.should_exit:
            return
        self.workspaces.sleep()
        self.dashboard.end()
        await server.end()
        self._server = None
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
        self._thread = ServerThread(self)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.stop()

    # --- as a process ---

    def run(self, announce: Callable[[], None]) -> bool:
        """Serve until SIGINT or SIGTERM; ``announce`` is called once it answers. True when it was SIGINT."""
        return run(self._run(announce))

    async def _run(self, announce: Callable[[], None]) -> bool:
        received: asyncio.Future[signal.Signals] = asyncio.get_running_loop().create_future()
        if self._persistence is not None:
            self._persistence.fail_with(lambda error: None if received.done() else received.set_exception(error))
        async with self:
            with first_signal(lambda number: None if received.done() else received.set_result(number)):
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
        shown = DashboardApp(DashboardApi(self.workspaces, self.dashboard, self._access), self.dashboard, self._hang_up)
        return FaultGate(application(api.handle, control.handle, shown), self.faults, self._hang_up)


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
