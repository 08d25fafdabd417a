"""Event callbacks: what happens in a workspace is posted, in order, to its ``EventCallbackUrl``.

Each workspace has a queue of its own and one post underway, so that its events arrive in order; a slow receiver delays
nobody else, and never the engine. The queue is bounded: when it is full the oldest event is lost. An event that the
receiver does not take in a few tries is lost as well. Losses are counted, and leave an alert.
"""

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flexsim.emulator.alerts import HTTP_FAILURE, Alert, Alerts
from flexsim.emulator.event_params import EventForms, Memory
from flexsim.emulator.host import Happening, Host, Workspace
from flexsim.emulator.outbound import Post, Sender
from flexsim.errors import TargetUnreachable
from flexsim.taskrouter.events import KIND, NAMES, WORKSPACE_DELETED

_RETRY: Final = frozenset({408, 429})


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How hard is tried; times in real seconds. Twilio wants an answer within 15 seconds and says no more."""

    answer_within: float = 15.0
    tries: int = 4
    first_pause: float = 0.5  # doubled after each further try
    queue_bound: int = 10_000  # at least 2


@dataclass(slots=True)
class _Lane:
    """One workspace's events on their way; there is one only while there are any."""

    workspace: Workspace
    waiting: "deque[tuple[str, Mapping[str, str]]]"
    sender: "asyncio.Task[None] | None" = None


class EventCallbacks:
    """Posts events and counts what became of them."""

    def __init__(self, host: Host, poster: Sender, log: Alerts, delivery: Delivery | None = None) -> None:
        self._host = host
        self._poster = poster
        self._alerts = log
        self._delivery = delivery or Delivery()
        self._lanes: dict[str, _Lane] = {}
        self._writers: dict[str, tuple[Memory, EventForms]] = {}  # of the workspaces that have an address
        self._filters: dict[str, frozenset[str]] = {}
        self.sent = 0
        self.lost = 0

    @property
    def waiting(self) -> int:
        """How many events wait to be delivered, those underway included."""
        return sum(len(lane.waiting) for lane in self._lanes.values())

    def __call__(self, happening: Happening) -> None:
        """A subscriber of the host's."""
        workspace, engine = happening.workspace, happening.workspace.engine
        if not engine.event_callback_url:
            self._writers.pop(workspace.sid, None)
            return
        memory, forms = self._writer(workspace)
        memory.before(happening)
        wanted = self._wanted(engine.events_filter)
        for place, event in enumerate(happening.events):
            if wanted is None or NAMES[event[KIND]] in wanted:
                self._put(workspace, engine.event_callback_url, forms.form(event, happening.first + place))
        memory.after(happening)
        if happening.events[-1][KIND] == WORKSPACE_DELETED:
            del self._writers[workspace.sid]

    def resume(self) -> None:
        """Go on delivering, on the running event loop."""
        for lane in self._lanes.values():
            if lane.waiting and lane.sender is None:
                lane.sender = asyncio.get_running_loop().create_task(self._deliver(lane))

    async def stop(self) -> None:
        """Stop delivering; what waits is kept for ``resume``."""
        senders = [lane.sender for lane in self._lanes.values() if lane.sender is not None]
        for sender in senders:
            sender.cancel()
        await asyncio.gather(*senders, return_exceptions=True)

    def reset(self) -> None:
        """Drop what waits and what is underway, and count from 0."""
        for lane in self._lanes.values():
            if lane.sender is not None:
                lane.sender.cancel()
        self._lanes = {}
        self._writers.clear()
        self.sent = self.lost = 0

    def _wanted(self, events_filter: str | None) -> frozenset[str] | None:
        """The event types to be sent; None is all. Spaces around the commas are tolerated, as Twilio's example has them."""
        if not events_filter:
            return None
        wanted = self._filters.get(events_filter)
        if wanted is None:
            wanted = frozenset(each.strip() for each in events_filter.split(","))
            self._filters[events_filter] = wanted
        return wanted

    def _writer(self, workspace: Workspace) -> tuple[Memory, EventForms]:
        writer = self._writers.get(workspace.sid)
        if writer is None:
            memory = Memory(workspace)
            writer = self._writers[workspace.sid] = (memory, EventForms(workspace, memory))
        return writer

    def _put(self, workspace: Workspace, url: str, form: Mapping[str, str]) -> None:
        lane = self._lanes.get(workspace.sid)
        if lane is None:
            lane = self._lanes[workspace.sid] = _Lane(workspace=workspace, waiting=deque())
        if len(lane.waiting) >= self._delivery.queue_bound:
            # The first may be underway just now; the second is the oldest that can still be taken back.
            del lane.waiting[1]
            self._lose(workspace, f"more than {self._delivery.queue_bound} events waited for {url}")
        lane.waiting.append((url, form))
        if lane.sender is None:
            lane.sender = asyncio.get_running_loop().create_task(self._deliver(lane))

    async def _deliver(self, lane: _Lane) -> None:
        try:
            while lane.waiting:
                url, form = lane.waiting[0]
                await self._deliver_one(lane.workspace, url, form)
                lane.waiting.popleft()
        finally:
            lane.sender = None
            if not lane.waiting and self._lanes.get(lane.workspace.sid) is lane:
                del self._lanes[lane.workspace.sid]

    async def _deliver_one(self, workspace: Workspace, url: str, form: Mapping[str, str]) -> None:
        delivery = self._delivery
        post = Post(url=url, form=form, token=workspace.account.token, timeout=delivery.answer_within)
        failure = ""
        for attempt in range(delivery.tries):
            if attempt:
                await asyncio.sleep(delivery.first_pause * 2 ** (attempt - 1))
            try:
                answer = await self._poster.send(post)
            except TargetUnreachable as error:
                failure = str(error)
                continue
            if answer.status // 100 == 2:
                self.sent += 1
                return
            failure = f"{url} answered {answer.status}"
            if answer.status < 500 and answer.status not in _RETRY:
                break
        self._lose(workspace, f"{form['EventType']} {form['Sid']}: {failure}")

    def _lose(self, workspace: Workspace, why: str) -> None:
        self.lost += 1
        message = f"event callback lost: {why}"
        self._alerts.add(
            Alert(at=self._host.clock.now(), code=HTTP_FAILURE, message=message, workspace_sid=workspace.sid)
        )
