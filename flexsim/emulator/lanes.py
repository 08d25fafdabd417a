"""On their way out, in order: one lane for each workspace, one post of it underway, a bound, tries, and counted losses.

A slow receiver delays nobody else, and never the engine. When a lane is full its oldest item is lost; what the receiver
does not take in a few tries is lost as well. Losses leave an alert. Pauses are real seconds.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, Generic, TypeVar

from flexsim.emulator.alerts import HTTP_FAILURE, Alert, Alerts
from flexsim.emulator.host import Host, Workspace
from flexsim.emulator.outbound import Answer
from flexsim.errors import TargetUnreachable

T = TypeVar("T")

_RETRY: Final = frozenset({408, 429})


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How hard is tried, in real seconds; the pauses double. ``at_once`` items go in a post, after ``company`` at most."""

    answer_within: float
    tries: int = 4
    first_pause: float = 0.5
    bound: int = 10_000  # more than ``at_once``
    at_once: int = 1
    company: float = 0.0  # how long a post that is not full waits for more to go with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Generic[T]):
    """Where a lane leads: ``send`` posts items, ``what`` says what is lost where an item is."""

    send: Callable[[Workspace, Sequence[T]], Awaitable[Answer]]
    what: Callable[[Workspace, T], str]


@dataclass(slots=True)
class _Lane(Generic[T]):
    workspace: Workspace
    waiting: "deque[T]" = field(default_factory=deque)
    underway: int = 0  # the first so many of those waiting are in a post just now
    sender: "asyncio.Task[None] | None" = None
    full: asyncio.Event = field(default_factory=asyncio.Event)  # a whole post's worth waits


class Lanes(Generic[T]):
    """All lanes of one kind, and what became of what went through them."""

    def __init__(self, host: Host, log: Alerts, route: Route[T], delivery: Delivery) -> None:
        self._host = host
        self._alerts = log
        self._route = route
        self._delivery = delivery
        self._lanes: dict[str, _Lane[T]] = {}  # only those that hold anything
        self.sent = 0
        self.lost = 0

    @property
    def waiting(self) -> int:
        """How many items wait to be delivered, those underway included."""
        return sum(len(lane.waiting) for lane in self._lanes.values())

    def counts(self) -> dict[str, int]:
        """What became of them."""
        return {"sent": self.sent, "waiting": self.waiting, "lost": self.lost}

    def put(self, workspace: Workspace, item: T) -> None:
        """Deliver the item after those before it; without a running event loop, once ``resume`` is called on one."""
        lane = self._lanes.get(workspace.sid)
        if lane is None:
            lane = self._lanes[workspace.sid] = _Lane(workspace)
        if len(lane.waiting) >= self._delivery.bound:
            oldest = lane.waiting[lane.underway]
            del lane.waiting[lane.underway]
            self._lose(workspace, oldest, f"more than {self._delivery.bound} wait")
        lane.waiting.append(item)
        if len(lane.waiting) >= self._delivery.at_once:
            lane.full.set()
        if lane.sender is None:
            self._start(lane)

    def resume(self) -> None:
        """Go on delivering, on the running event loop."""
        for lane in self._lanes.values():
            if lane.waiting and lane.sender is None:
                self._start(lane)

    async def stop(self) -> None:
        """Stop delivering; what waits is kept for ``resume``."""
        senders = self.senders()
        for sender in senders:
            sender.cancel()
        await asyncio.gather(*senders, return_exceptions=True)

    def reset(self) -> None:
        """Drop what waits and what is underway, and count from 0."""
        for sender in self.senders():
            sender.cancel()
        self._lanes = {}
        self.sent = self.lost = 0

    def senders(self) -> "list[asyncio.Task[None]]":
        """What is delivering just now; each ends when its lane is empty."""
        return [lane.sender for lane in self._lanes.values() if lane.sender is not None]

    def _start(self, lane: _Lane[T]) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        lane.full = asyncio.Event()  # one belongs to one event loop
        lane.sender = loop.create_task(self._deliver(lane))

    async def _deliver(self, lane: _Lane[T]) -> None:
        try:
            while lane.waiting:
                await self._gather(lane)
                lane.underway = min(self._delivery.at_once, len(lane.waiting))
                await self._post(lane)
                for _ in range(lane.underway):
                    lane.waiting.popleft()
                lane.underway = 0
        finally:
            lane.underway, lane.sender = 0, None
            if not lane.waiting and self._lanes.get(lane.workspace.sid) is lane:
                del self._lanes[lane.workspace.sid]

    async def _gather(self, lane: _Lane[T]) -> None:
        """Wait for company, unless there is enough."""
        if len(lane.waiting) >= self._delivery.at_once:
            return
        lane.full.clear()
        try:
            async with asyncio.timeout(self._delivery.company):
                await lane.full.wait()
        except TimeoutError:
            return

    async def _post(self, lane: _Lane[T]) -> None:
        """Post the first of those waiting until they are taken, or lost."""
        delivery = self._delivery
        items = list(islice(lane.waiting, lane.underway))
        failure = ""
        for attempt in range(delivery.tries):
            if attempt:
                await asyncio.sleep(delivery.first_pause * 2 ** (attempt - 1))
            try:
                answer = await self._route.send(lane.workspace, items)
            except TargetUnreachable as error:
                failure = str(error)
                continue
            if answer.status // 100 == 2:
                self.sent += len(items)
                return
            failure = f"answered {answer.status}"
            if answer.status < 500 and answer.status not in _RETRY:
                break
        for item in items:
            self._lose(lane.workspace, item, failure)

    def _lose(self, workspace: Workspace, item: T, why: str) -> None:
        self.lost += 1
        message = f"lost: {self._route.what(workspace, item)}: {why}"
        at = self._host.clock.now()
        self._alerts.add(Alert(at=at, code=HTTP_FAILURE, message=message, workspace_sid=workspace.sid))
