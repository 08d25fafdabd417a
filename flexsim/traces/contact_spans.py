"""A contact of the centre as a trace: arrival, wait, reservations, talk and wrap-up, under the contact's own id.

The trace's id is the 32 hexadecimal digits of the contact's, so that whoever has the one finds the other; a task without such
a contact gets an id made of its SID. Spans::

    contact                 from the task's creation to its end, with an event "arrive"
    ├── wait                until an agent accepts, or the end; the queue is the last one
    │   └── reservation     each offer to an agent, until it is accepted or over
    ├── talk                each acceptance, until wrap-up or the end
    └── wrap                from then on
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Final

from flexsim.measure.contacts import CANCELED, Contacts, Reservation, Spell, Task
from flexsim.measure.reading import LogReader
from flexsim.taskrouter import events as ev
from flexsim.taskrouter.events import KIND, NAMES, RESERVATION, TIME, WORKER, Event
from flexsim.traces.declared import Emitted, Extras, SpanKind, Value, declare
from flexsim.traces.spans import Code, Kind
from flexsim.traces.spans import Event as SpanEvent

_CONTACT: Final = {"ati.workflow": "contact"}
ROOT: Final = declare(
    "contact", Kind.SERVER, {"ati.span.kind": "workflow", **_CONTACT},
    {"flexsim.contact.id": str, "flexsim.task.sid": str, "flexsim.channel": str, "flexsim.workflow": str,
     "flexsim.outcome": str, "flexsim.reason": str},
)  # fmt: skip
WAIT: Final = declare(
    "wait", Kind.INTERNAL, {"ati.span.kind": "internal", **_CONTACT},
    {"flexsim.queue": str, "flexsim.queue.moves": int, "flexsim.reservations": int},
)  # fmt: skip
_AGENT: Final = {"flexsim.worker": str}
RESERVED: Final = declare(
    "reservation",
    Kind.INTERNAL,
    {"ati.span.kind": "internal", **_CONTACT},
    {**_AGENT, "flexsim.reservation.status": str},
)
TALK: Final = declare("talk", Kind.INTERNAL, {"ati.span.kind": "human", **_CONTACT}, _AGENT)
WRAP: Final = declare("wrap", Kind.INTERNAL, {"ati.span.kind": "human", **_CONTACT}, _AGENT)


def contact_traces(lines: Iterable[str | bytes]) -> Iterator[list[Emitted]]:
    """The trace of each contact that ends in the log, in the order of their ends; raises ConfigurationError for a bad line."""
    return ContactTraces().add(lines)


class ContactTraces:
    """The same for a log that is not all there yet: what ends in each part of it."""

    def __init__(self) -> None:
        self._reader = LogReader()
        self._listener = _Listener(self._reader)
        self._contacts = Contacts(self._reader.names, self._listener)

    def add(self, lines: Iterable[str | bytes]) -> Iterator[list[Emitted]]:
        """The traces of those that end in these lines, which follow those before; to be gone through to the end."""
        done = self._listener.done
        for event in self._reader.events(lines):
            self._contacts.add(event)
            yield from done
            done.clear()


class _Listener:
    """Makes a trace of a task that has ended, and hears of nothing else."""

    def __init__(self, reader: LogReader) -> None:
        self._reader = reader
        self.done: list[list[Emitted]] = []

    def ended(self, task: Task) -> None:
        self.done.append(_Trace(self._reader, task).spans())

    def created(self, task: Task) -> None: ...
    def entered(self, task: Task, left: int | None) -> None: ...
    def accepted(self, task: Task) -> None: ...
    def reservation_ended(self, reservation: Reservation) -> None: ...
    def spell_began(self, spell: Spell) -> None: ...
    def spell_ended(self, spell: Spell) -> None: ...
    def busy(self, spell: Spell, now: float) -> None: ...


class _Trace:
    """One task's spans in the making."""

    def __init__(self, reader: LogReader, task: Task) -> None:
        self._reader = reader
        self._task = task
        self._sid = reader.tasks.by_id.get(task.id, "")
        self._arrival = reader.arrivals.get(task.id)
        contact = self._arrival.contact if self._arrival else None
        self._contact = contact or ""
        self._id = trace_id(contact, self._sid)
        self._made: list[Emitted] = []
        self._given = 0

    def spans(self) -> list[Emitted]:
        """In the order of their end, the root last."""
        task = self._task
        end = task.created if task.ended is None else task.ended
        root, wait = self._new(), self._new()
        until = end if task.accepted is None else task.accepted
        offers = self._offers()
        for offer in offers:
            over = offer.get("accepted") or offer.get("over") or offer["created"]
            status = "accepted" if "accepted" in offer else _STATUS.get(int(offer.get("kind", 0)), "open")
            values = (self._worker(offer), status)
            parent = wait if offer["created"] <= until and over <= until else root
            self._add(RESERVED, self._new(), parent, (offer["created"], over), values)
            if "accepted" in offer:
                self._served(root, offer, end)
        queue = "" if task.queue is None else self._reader.names.queues.get(task.queue, "")
        self._add(WAIT, wait, root, (task.created, until), (queue, task.moves, task.reservations))
        self._made.sort(key=lambda span: span[5])
        self._root(root, end)
        return self._made

    def _root(self, root: bytes, end: float) -> None:
        task, arrival = self._task, self._arrival
        channel, workflow = (arrival.channel, arrival.workflow) if arrival else ("", "")
        arrived = SpanEvent(time=_nanoseconds(task.created), name="arrive")
        failed = task.state == CANCELED
        extras = Extras(
            events=(arrived,),
            status=Code.ERROR if failed else Code.UNSET,
            message=(task.reason or "") if failed else "",
        )
        values = (self._contact, self._sid, channel, workflow, task.state, task.reason or "")
        self._add(ROOT, root, b"", (task.created, end), values, extras)

    def _served(self, root: bytes, offer: dict[str, float], end: float) -> None:
        """Talk and wrap-up of an offer that was accepted."""
        begun, over = offer["accepted"], offer.get("over", end)
        wrapping = self._task.wrapping
        talked = over if wrapping is None or not begun <= wrapping <= over else wrapping
        self._add(TALK, self._new(), root, (begun, talked), (self._worker(offer),))
        if talked < over:
            self._add(WRAP, self._new(), root, (talked, over), (self._worker(offer),))

    def _offers(self) -> list[dict[str, float]]:
        """Each reservation of the story: when it was created, accepted and over, and by which event."""
        found: dict[int, dict[str, float]] = {}
        for event in self._task.story:
            if event[RESERVATION] is not None:
                _note(found.setdefault(event[RESERVATION], {"created": event[TIME]}), event)
        return list(found.values())

    def _worker(self, offer: dict[str, float]) -> str:
        return self._reader.names.workers.get(int(offer.get("worker", -1)), "")

    def _new(self) -> bytes:
        self._given += 1
        return hashlib.blake2b(self._id + self._given.to_bytes(4, "big"), digest_size=8).digest()

    def _add(  # noqa: PLR0913, PLR0917 -- the places of a span
        self, kind: SpanKind, own: bytes, parent: bytes, when: tuple[float, float], values: tuple[Value, ...],
        extras: Extras | None = None,
    ) -> None:  # fmt: skip
        begin, end = map(_nanoseconds, when)
        self._made.append((kind, self._id, own, parent, begin, end, values, extras))


def _note(offer: dict[str, float], event: Event) -> None:
    kind = event[KIND]
    if event[WORKER] is not None:
        offer["worker"] = event[WORKER]
    if kind == ev.RESERVATION_ACCEPTED:
        offer["accepted"] = event[TIME]
    elif kind != ev.RESERVATION_CREATED:
        offer["over"], offer["kind"] = event[TIME], kind


_STATUS: Final = {
    number: name.rpartition(".")[2] for number, name in enumerate(NAMES) if name.startswith("reservation.")
}


def trace_id(contact: str | None, sid: str) -> bytes:
    """Of a contact's id its 32 hexadecimal digits; of anything else, sixteen bytes that it decides."""
    if contact and len(contact) == 34 and contact.startswith("CX"):
        try:
            return bytes.fromhex(contact[2:])
        except ValueError:
            pass
    return hashlib.blake2b((contact or sid).encode(), digest_size=16).digest()


def _nanoseconds(seconds: float) -> int:
    return round(seconds * 1000) * 1_000_000  # the log's times have three decimals
