"""Holds the workspaces of one server: gives inputs to their engines, wakes them in time, and passes their events on.

One writer: everything here runs on one event loop, so inputs come one after the other. Subscribers hear of an input's
events after it, in order, before the next input's; one that asks for an input itself is heard after the present events.
"""

import contextlib
import math
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from flexsim.clock import Clock, Waking
from flexsim.emulator.accounts import Account
from flexsim.errors import UnknownResource
from flexsim.ids import Sids
from flexsim.taskrouter import events
from flexsim.taskrouter.engine import Engine
from flexsim.taskrouter.events import Event

P = ParamSpec("P")
S = TypeVar("S")


class Workspace:
    """One engine, whose it is and what it is called on the wire; ``path`` is its address without the host."""

    __slots__ = ("account", "armed_for", "engine", "number", "path", "rows", "sid", "waking")

    def __init__(self, account: Account, number: int, engine: Engine) -> None:
        self.account = account
        self.number = number
        self.sid = workspace_sid(account, number)
        self.path = f"/v1/Workspaces/{self.sid}"
        self.engine = engine
        self.rows: dict[tuple[str, int], tuple[tuple[Any, ...], bytes, bytes]] = {}  # the business of rows.py
        self.waking: Waking | None = None
        self.armed_for = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """The events of one input; ``first`` is the sequence number of the first of them.

    It is -1 for ``workspace.created``, which comes before everything that the engine counts.
    """

    workspace: Workspace
    first: int
    events: Sequence[Event]


class Subscriber(Protocol):
    """Hears what has happened; must not wait, nor fail."""

    def __call__(self, happening: Happening) -> None: ...


class Recorder(Protocol):
    """Writes down what is done, before anybody hears of it; from that alone it can be done again."""

    def done(
        self, workspace: Workspace, now: float, engine_input: Callable[..., list[Event]],
        args: Sequence[Any], kwargs: Mapping[str, Any],
    ) -> None: ...  # fmt: skip
    def advanced(self, workspace: Workspace, now: float) -> None: ...
    def opened(self, workspace: Workspace, now: float, furnish: Callable[[Engine, float], list[Event]]) -> None: ...
    def closed(self, workspace: Workspace, now: float) -> None: ...


def workspace_sid(account: Account, number: int) -> str:
    """The SID of the account's workspace with this serial number, from 0."""
    return account.sids.sid("WS", number)


class Host:
    """The workspaces of all accounts."""

    def __init__(self, clock: Clock, seed: int) -> None:
        self.clock = clock
        self._seed = seed
        self._workspaces: dict[str, Workspace] = {}
        self._opened: dict[str, int] = {}  # how many workspaces each account has ever had
        self.recorder: Recorder | None = None
        self._subscribers: list[Subscriber] = []
        self._within: list[Subscriber] = []  # those that hear of replayed inputs as well
        self._hearing = self._subscribers
        self._untold: deque[Happening] = deque()
        self._telling = False
        self._asleep = False

    def subscribe(self, subscriber: Subscriber, *, outward: bool = False) -> None:
        """Tell ``subscriber`` of everything that happens from now on; an ``outward`` one not of what is replayed.

        Outward are those that tell others, who have heard of it already.
        """
        self._subscribers.append(subscriber)
        if not outward:
            self._within.append(subscriber)

    def subscriber(self, kind: type[S]) -> S:
        """The first subscriber of this kind, for those who ask it what it remembers."""
        return next(each for each in self._subscribers if isinstance(each, kind))

    def workspaces(self, account: Account | None = None) -> Iterator[Workspace]:
        """The workspaces of ``account``, or of all, in the order of creation."""
        return (each for each in self._workspaces.values() if account is None or each.account is account)

    def workspace(self, account: Account, sid: str) -> Workspace:
        """The account's workspace; raises ``UnknownResource``, for another account's too."""
        found = self._workspaces.get(sid)
        if found is None or found.account is not account:
            raise UnknownResource(f"no such workspace: {sid}")
        return found

    def open(
        self,
        account: Account,
        name: str,
        furnish: Callable[[Engine, float], list[Event]],
        *,
        event_callback: tuple[str, str | None] = ("", None),
    ) -> Workspace:
        """A new workspace of ``account``; ``furnish`` puts the first things into it.

        ``event_callback`` is the address and the filter of its events, so that its creation can be told there. It is not
        recorded: whoever gives one makes an input of it as well.
        """
        number = self._opened.get(account.sid, 0)
        self._opened[account.sid] = number + 1
        now = self.clock.now()
        engine = Engine(Sids(self._seed, workspace_sid(account, number)), now, name=name)
        engine.event_callback_url, engine.events_filter = event_callback
        workspace = Workspace(account, number, engine)
        self._workspaces[workspace.sid] = workspace
        caused = furnish(engine, now)
        if self.recorder is not None:
            self.recorder.opened(workspace, now, furnish)
        self._arm(workspace)
        created: Event = (now, events.WORKSPACE_CREATED, None, None, None, number)
        self._tell(Happening(workspace=workspace, first=-1, events=[created, *caused]))
        return workspace

    def restore(self, account: Account, number: int, engine: Engine) -> None:
        """A workspace that there was before, as it was; of which nobody hears."""
        workspace = Workspace(account, number, engine)
        self._workspaces[workspace.sid] = workspace

    @property
    def opened(self) -> dict[str, int]:
        """How many workspaces each account has ever had: what the next one's SID depends on."""
        return self._opened

    def close(self, workspace: Workspace) -> None:
        """Delete the workspace with everything in it."""
        del self._workspaces[workspace.sid]
        _disarm(workspace)
        now = self.clock.now()
        if self.recorder is not None:
            self.recorder.closed(workspace, now)
        deleted: Event = (now, events.WORKSPACE_DELETED, None, None, None, workspace.number)
        self._tell(Happening(workspace=workspace, first=workspace.engine.sequence, events=[deleted]))

    def reset(self, seed: int) -> None:
        """Delete all workspaces, of which subscribers hear; those that are opened now have their SIDs from ``seed``."""
        for workspace in list(self._workspaces.values()):
            self.close(workspace)
        self._opened.clear()
        self._seed = seed

    def do(
        self,
        workspace: Workspace,
        engine_input: Callable[Concatenate[float, P], list[Event]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> list[Event]:
        """Give the engine an input at the present time and pass its events on; raises what the engine raises."""
        now = self.catch_up(workspace)
        caused = engine_input(now, *args, **kwargs)
        if self.recorder is not None:
            self.recorder.done(workspace, now, engine_input, args, kwargs)
        self._happened(workspace, caused)
        return caused

    def catch_up(self, workspace: Workspace) -> float:
        """Let the engine do what is due, so that what is read next is true of the moment returned."""
        now = self.clock.now()
        # On its own, so that these events are told even when the input after them is refused; and whether or not anything
        # is due, because ended tasks leave without being due.
        caused = workspace.engine.advance(now)
        if caused:
            if self.recorder is not None:
                self.recorder.advanced(workspace, now)
            self._happened(workspace, caused)
        return now

    @contextlib.contextmanager
    def replaying(self, past: Clock) -> Iterator[None]:
        """Do again what was done at the times that ``past`` gives: nothing is recorded, nobody outside hears of it.

        No engine is woken, then or afterwards, until ``wake``.
        """
        present, recorder = self.clock, self.recorder
        self.sleep()
        self.clock, self.recorder, self._hearing = past, None, self._within
        try:
            yield
        finally:
            self.clock, self.recorder, self._hearing = present, recorder, self._subscribers

    def sleep(self) -> None:
        """Wake no engine until ``wake``: the event loop is about to go."""
        self._asleep = True
        for workspace in self._workspaces.values():
            _disarm(workspace)

    def wake(self) -> None:
        """Go on waking engines, on the running event loop."""
        self._asleep = False
        for workspace in self._workspaces.values():
            self.catch_up(workspace)
            self._arm(workspace)

    def _happened(self, workspace: Workspace, caused: list[Event]) -> None:
        self._arm(workspace)
        if caused:
            first = workspace.engine.sequence - len(caused)
            self._tell(Happening(workspace=workspace, first=first, events=caused))

    def _tell(self, happening: Happening) -> None:
        self._untold.append(happening)
        if self._telling:
            return
        self._telling = True
        try:
            while self._untold:
                each = self._untold.popleft()
                for subscriber in self._hearing:
                    subscriber(each)
        finally:
            self._telling = False

    def _arm(self, workspace: Workspace) -> None:
        """Have the engine woken at its next deadline; an early waking is harmless, so a later deadline changes nothing."""
        deadline = workspace.engine.next_deadline()
        if self._asleep or deadline >= workspace.armed_for:
            return
        if workspace.waking is not None:
            workspace.waking.cancel()
        workspace.armed_for = deadline
        workspace.waking = self.clock.call_at(deadline, lambda: self._woken(workspace))

    def _woken(self, workspace: Workspace) -> None:
        workspace.waking = None
        workspace.armed_for = math.inf
        self.catch_up(workspace)
        self._arm(workspace)


def _disarm(workspace: Workspace) -> None:
    if workspace.waking is not None:
        workspace.waking.cancel()
    workspace.waking = None
    workspace.armed_for = math.inf
