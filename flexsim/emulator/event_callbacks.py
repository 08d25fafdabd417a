"""Event callbacks: what happens in a workspace is posted, in order, to its ``EventCallbackUrl``.

Twilio: "TaskRouter Events reference"; the answer is to be 204 as ``application/json`` within 15 seconds. Any success is
taken for it.
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

from flexsim.emulator.alerts import NOT_EMULATED, Alert, Alerts
from flexsim.emulator.event_history import EventHistory
from flexsim.emulator.event_params import event_form, whose
from flexsim.emulator.host import Happening, Host, Workspace
from flexsim.emulator.lanes import Delivery, Lanes, Route
from flexsim.emulator.outbound import Answer, Post, Sender, spoken
from flexsim.measure.event_facts import Moment
from flexsim.taskrouter.events import KIND, NAMES

ANSWER_WITHIN: Final = 15.0
_Item: TypeAlias = tuple[str, Moment]

# Twilio's that nothing here brings about: a filter may name them.
NEVER_SENT: Final = (
    "reservation.failed",
    "task.transfer-initiated",
    "task.transfer-attempt-failed",
    "task.transfer-failed",
    "task.transfer-canceled",
    "task.transfer-completed",
)
_KNOWN: Final = frozenset([*NAMES, *NEVER_SENT])
# As Event Streams spells it, for whoever copies a name from there.
_SPELT: Final = {"task-queue.expression-updated": "task-queue.expression.updated"}


class EventCallbacks:
    """Posts events; ``lanes`` says what became of them."""

    def __init__(
        self, host: Host, history: EventHistory, poster: Sender, log: Alerts, delivery: Delivery | None = None
    ) -> None:
        self._host = host
        self._history = history
        self._poster = poster
        self._alerts = log
        self._delivery = delivery or Delivery(answer_within=ANSWER_WITHIN)
        self.lanes: Lanes[_Item] = Lanes(host, log, Route(send=self._send, what=_what), self._delivery)
        self._filters: dict[str, frozenset[str]] = {}

    def __call__(self, happening: Happening) -> None:
        """A subscriber of the host's, outward."""
        workspace = happening.workspace
        url = workspace.engine.event_callback_url
        if not url:
            return
        wanted = self._wanted(workspace)
        for moment in self._history.moments(happening):
            if wanted is None or NAMES[moment.event[KIND]] in wanted:
                self.lanes.put(workspace, (url, moment))

    def _wanted(self, workspace: Workspace) -> frozenset[str] | None:
        """The event types to be sent; None is all."""
        events_filter = workspace.engine.events_filter
        if not events_filter:
            return None
        wanted = self._filters.get(events_filter)
        if wanted is None:
            wanted = self._filters[events_filter] = read_filter(events_filter)
            unknown = ", ".join(sorted(wanted - _KNOWN))
            if unknown:
                message = f"EventsFilter names no event type: {unknown[:200]}"
                at = self._host.clock.now()
                self._alerts.add(Alert(at=at, code=NOT_EMULATED, message=message, workspace_sid=workspace.sid))
        return wanted

    async def _send(self, workspace: Workspace, items: Sequence[_Item]) -> Answer:
        ((url, moment),) = items
        return await self._poster.send(
            Post(
                url=url,
                form=event_form(workspace, moment),
                token=workspace.account.token,
                timeout=self._delivery.answer_within,
            )
        )


def read_filter(events_filter: str) -> frozenset[str]:
    """The event types that an ``EventsFilter`` names, between commas; spaces and empty places do not count."""
    names = (each.strip() for each in events_filter.split(","))
    return frozenset(_SPELT.get(name, name) for name in names if name)


def _what(workspace: Workspace, item: _Item) -> str:
    url, moment = item
    return f"event callback {NAMES[moment.event[KIND]]} {whose(workspace).sid('EV', moment.number)} to {spoken(url)}"
