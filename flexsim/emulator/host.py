"""Holds the workspaces of one server: gives inputs to their engines, wakes them in time, and passes their events on.

One writer: everything here runs on one event loop, so inputs come one after the other. Subscribers hear of an input's
events after it, in order, before the next input's; one that asks for an input itself is heard after the present events.
"""

import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, Protocol

from flexsim.clock import Clock, Waking
from flexsim.emulator.accounts import Account
from flexsim.errors import UnknownResource
from flexsim.ids import Sids
from flexsim.taskrouter import events
from flexsim.taskrouter.engine import Engine
from flexsim.taskrouter.events import Event

P = ParamSpec("P")


class Workspace:
    """One engine, whose it is and what it is called on the wire; ``path`` is its address without the host."""

    __slots__ = ("account", "armed_for", "engine", "number", "path", "sid", "waking")

    def __init__(self, account: Account, number: int, engine: Engine) -> None:
        self.account = account
        self.number = number
        self.sid = workspace_sid(account, number)
        self.path = f"/v1/Workspaces/{self.sid}"
        self.engine = engine
        self.waking: Waking | None = None
        self.armed_for = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """The events of one input; ``first`` is the sequence number of the first of them."""

    workspace: Workspace
    first: int
    events: Sequence[Event]


class Subscriber(Protocol):
    """Hears what has happened; must not wait, nor fail."""

    def __call__(self, happening: Happening) -> None: ...


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
        self._subscribers: list[Subscriber] = []
        self._untold: deque[Happening] = deque()
        self._telling = False
        self._asleep = False

    def subscribe(self, subscriber: Subscriber) -> None:
        """Tell ``subscriber`` of everything that happens from now on."""
        self._subscribers.append(subscriber)

    def workspaces(self, account: Account | None = None) -> Iterator[Workspace]:
        """The workspaces of ``account``, or of all, in the order of creation."""
        return (each for each in self._workspaces.values() if account is None or each.account is account)

    def workspace(self, account: Account, sid: str) -> Workspace:
        """The account's workspace; raises ``UnknownResource``, for another account's too."""
        found = self._workspaces.get(sid)
        if found is None or found.account is not account:
            raise UnknownResource(f"no such workspace: {sid}")
        return found

    def open(self, account: Account, name: str, furnish: Callable[[Engine, float], list[Event]]) -> Workspace:
        """A new workspace of ``account``; ``furnish`` puts the first things into it."""
        number = self._opened.get(account.sid, 0)
        self._opened[account.sid] = number + 1
        now = self.clock.now()
        engine = Engine(Sids(self._seed, workspace_sid(account, number)), now, name=name)
        workspace = Workspace(account, number, engine)
        self._workspaces[workspace.sid] = workspace
        self.do(workspace, lambda moment: furnish(engine, moment))
        return workspace

    def close(self, workspace: Workspace) -> None:
        """Delete the workspace with everything in it."""
        del self._workspaces[workspace.sid]
        _disarm(workspace)
        deleted: Event = (self.clock.now(), events.WORKSPACE_DELETED, None, None, None, workspace.number)
        self._tell(Happening(workspace=workspace, first=workspace.engine.sequence, events=[deleted]))

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
        self._happened(workspace, caused)
        return caused

    def catch_up(self, workspace: Workspace) -> float:
        """Let the engine do what is due, so that what is read next is true of the moment returned."""
        now = self.clock.now()
        # On its own, so that these events are told even when the input after them is refused; and whether or not anything
        # is due, because ended tasks leave without being due.
        caused = workspace.engine.advance(now)
        if caused:
            self._happened(workspace, caused)
        return now

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
                for subscriber in self._subscribers:
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
