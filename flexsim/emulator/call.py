"""One authenticated request on its way to a handler, and what a handler answers.

Handlers find things here by SID. What a path names and is not there is 404 / 20404; what a parameter names and is not
there is 400 / 20001.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeVar

from flexsim.emulator.accounts import Account
from flexsim.emulator.alerts import Alerts
from flexsim.emulator.exchange import Request
from flexsim.emulator.host import Host, Workspace
from flexsim.emulator.paging import Listing, page
from flexsim.emulator.params import Parameters
from flexsim.emulator.rendering import Document, View
from flexsim.errors import InvalidInput, UnknownResource
from flexsim.taskrouter.events import KIND, Event
from flexsim.taskrouter.resources import Activity, Reservation, Task, TaskChannel, TaskQueue, Worker, Workflow

P = ParamSpec("P")

_MAX_SID_IN_MESSAGE: Final = 64


class Numbered(Protocol):
    @property
    def id(self) -> int: ...


N = TypeVar("N", bound=Numbered)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """``version`` becomes the ETag; no ``document`` is an empty body."""

    status: int = 200
    document: Document | None = None
    version: int | None = None


NO_CONTENT: Final = Reply(status=204)


class Call:
    """One request: who asks, about which workspace, with which parameters."""

    def __init__(
        self, host: Host, alerts: Alerts, request: Request, account: Account, path_sids: tuple[str, ...]
    ) -> None:
        self.host = host
        self.alerts = alerts
        self.request = request
        self.account = account
        self.path_sids = path_sids

    # --- what was sent ---

    @cached_property
    def form(self) -> Parameters:
        return Parameters(self.request.body.decode("utf-8", "replace"))

    @cached_property
    def query(self) -> Parameters:
        return Parameters(self.request.query)

    @property
    def version(self) -> int | None:
        """The version that ``If-Match`` demands; ``3`` and ``"3"`` alike, and one that was never given out is -1."""
        if self.request.if_match is None or self.request.if_match.strip() == "*":
            return None
        text = self.request.if_match.strip().removeprefix("W/").strip('"')
        return int(text) if text.isdecimal() and len(text) < 18 else -1

    # --- where ---

    @cached_property
    def workspace(self) -> Workspace:
        """The workspace that the path names, brought up to the present."""
        found = self.host.workspace(self.account, self.path_sids[0])
        self.host.catch_up(found)
        return found

    @property
    def view(self) -> View:
        """The workspace as it is now, from the address that the client used."""
        workspace = self.workspace
        return View(workspace, self.request.base_url, self.host.clock.now())

    def do(
        self, engine_input: Callable[Concatenate[float, P], list[Event]], *args: P.args, **kwargs: P.kwargs
    ) -> list[Event]:
        """Give the workspace's engine an input, now."""
        return self.host.do(self.workspace, engine_input, *args, **kwargs)

    def create(
        self, kind: int, engine_input: Callable[Concatenate[float, P], list[Event]], *args: P.args, **kwargs: P.kwargs
    ) -> Event:
        """Give the engine an input that creates something; its event of that ``kind``."""
        return next(event for event in self.do(engine_input, *args, **kwargs) if event[KIND] == kind)

    # --- what the path names ---

    @property
    def activity(self) -> Activity:
        return self._named("WA", self.workspace.engine.activities)

    @property
    def task_channel(self) -> TaskChannel:
        """By SID or by unique name."""
        found = self.find_channel(self.path_sids[-1])
        if found is None:
            raise UnknownResource(f"no such task channel: {self.path_sids[-1]}")
        return found

    @property
    def task_queue(self) -> TaskQueue:
        return self._named("WQ", self.workspace.engine.queues)

    @property
    def workflow(self) -> Workflow:
        return self._named("WW", self.workspace.engine.workflows)

    @property
    def worker(self) -> Worker:
        return self._named("WK", self.workspace.engine.workers, 1)

    @property
    def task(self) -> Task:
        return self._named("WT", self.workspace.engine.tasks, 1)

    @property
    def reservation(self) -> Reservation:
        return self._named("WR", self.workspace.engine.reservations)

    def find_channel(self, name: str) -> TaskChannel | None:
        """The task channel with this SID or unique name."""
        engine = self.workspace.engine
        number = engine.sids.number("TC", name)
        return engine.channels.get(engine.channel_by_name.get(name, -1) if number is None else number)

    def _named(self, prefix: str, resources: Mapping[int, N], place: int = -1) -> N:
        sid = self.path_sids[place]
        number = self.workspace.engine.sids.number(prefix, sid)
        found = None if number is None else resources.get(number)
        if found is None:
            raise UnknownResource(f"no such resource: {sid}")
        return found

    # --- what a parameter names ---

    def given(self, parameters: Parameters, name: str, prefix: str, resources: Mapping[int, N]) -> N | None:
        """The resource whose SID the parameter holds; None when it was not sent."""
        sid = parameters.text(name)
        if not sid:
            return None
        number = self.workspace.engine.sids.number(prefix, sid)
        found = None if number is None else resources.get(number)
        if found is None:
            raise InvalidInput(f"{name} names nothing in workspace {self.workspace.sid}: {sid[:_MAX_SID_IN_MESSAGE]}")
        return found

    def given_activity(self, name: str) -> Activity | None:
        """The activity whose SID the form's parameter holds."""
        return self.given(self.form, name, "WA", self.workspace.engine.activities)

    # --- answers ---

    def listed(
        self, key: str, prefix: str, rows: Iterable[N], render: Callable[[View, N], Any], *, ascending: bool = True
    ) -> Reply:
        """A page of ``rows``, which are in order of id unless said otherwise."""
        sids, view = self.workspace.engine.sids, self.view
        return self.listed_as(
            Listing(
                key=key,
                rows=rows,
                number=_ID,
                sid=lambda number: sids.sid(prefix, number),
                number_of=lambda sid: sids.number(prefix, sid),
                render=lambda row: render(view, row),
                ascending=ascending,
            )
        )

    def listed_as(self, listing: "Listing[Any]") -> Reply:
        """A page of a list that is numbered in its own way."""
        url = self.request.base_url + self.request.path
        return Reply(document=page(listing, url, self.request.query, self.query))


_ID: Final[Callable[[Numbered], int]] = attrgetter("id")
