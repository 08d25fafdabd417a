"""Event Streams: what happens in all workspaces goes to one webhook sink, as arrays of CloudEvents.

Twilio: "Event Streams" (twilio.com/docs/events): a sink has 5 seconds to answer; what it does not take is sent again with
growing pauses, for up to four hours. Here the tries are few, so that a test sees the end of them. The signature is the one
of JSON bodies: the address carries ``bodySHA256``, and is signed with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import orjson

from flexsim.emulator.alerts import Alerts
from flexsim.emulator.event_history import EventHistory
from flexsim.emulator.event_params import whose
from flexsim.emulator.host import Happening, Host, Workspace
from flexsim.emulator.lanes import Delivery, Lanes, Route
from flexsim.emulator.outbound import Answer, Post, Sender
from flexsim.measure.cloud_events import NOT_STREAMED, cloud_event
from flexsim.measure.event_facts import Moment
from flexsim.taskrouter.events import KIND, NAMES

ANSWER_WITHIN: Final = 5.0
BATCH: Final = 100
INTERVAL: Final = 1.0
LARGEST_BATCH: Final = 1000


def delivery(*, batch: int = BATCH, interval: float = INTERVAL) -> Delivery:
    """At most ``batch`` events in a post, which waits ``interval`` real seconds for them."""
    return Delivery(answer_within=ANSWER_WITHIN, at_once=batch, company=interval, bound=100_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sink:
    """Where the stream goes, and how."""

    url: str
    delivery: Delivery = field(default_factory=delivery)


class EventStream:
    """Posts batches of events to a sink; ``lanes`` says what became of them."""

    def __init__(self, host: Host, history: EventHistory, poster: Sender, log: Alerts, sink: Sink) -> None:
        self._history = history
        self._poster = poster
        self._url = sink.url
        self._delivery = sink.delivery
        self.lanes: Lanes[Moment] = Lanes(host, log, Route(send=self._send, what=_what), self._delivery)

    def __call__(self, happening: Happening) -> None:
        """A subscriber of the host's, outward."""
        for moment in self._history.moments(happening):
            if moment.event[KIND] not in NOT_STREAMED:
                self.lanes.put(happening.workspace, moment)

    async def _send(self, workspace: Workspace, moments: Sequence[Moment]) -> Answer:
        owner = whose(workspace)
        body = orjson.dumps([cloud_event(moment, owner) for moment in moments])
        account = workspace.account
        timeout = self._delivery.answer_within
        return await self._poster.send(Post(url=self._url, json=body, token=account.token, timeout=timeout))


def _what(workspace: Workspace, moment: Moment) -> str:
    return f"event of the stream {NAMES[moment.event[KIND]]} {whose(workspace).sid('EV', moment.number)}"
