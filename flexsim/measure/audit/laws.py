"""The laws that the events of a run obey, and the breaches of them that were found."""

from collections import Counter
from dataclasses import dataclass
from typing import Final, NamedTuple

MOST_LISTED: Final = 20  # breaches of one law; the others are only counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """``name`` is what reports and scripts call it; ``sentence`` says what it demands."""

    name: str
    sentence: str


LINES: Final = Law(name="lines", sentence="every line is one whole event, with the keys and values of its type")
SEQUENCE: Final = Law(
    name="sequence", sentence="sequence numbers count up from 0: no gap, none twice, none out of order"
)
TIME: Final = Law(name="time", sentence="time never goes back")
KNOWN: Final = Law(name="known", sentence="nothing happens to what was not created, or is deleted")
UNIQUE: Final = Law(name="unique", sentence="nothing is created twice")
CONTACTS: Final = Law(name="contacts", sentence="a contact is one task: its id comes once")
TASK_LIFE: Final = Law(
    name="task-life", sentence="a task goes from state to state as TaskRouter's tasks do, and ends once at the most"
)
ENDED: Final = Law(name="ended", sentence="nothing moves a task that has ended, nor its reservations")
QUEUES: Final = Law(name="queues", sentence="a task leaves the queue that it is in, and is in one at the most")
RESERVATION_LIFE: Final = Law(
    name="reservation-life", sentence="a reservation goes from state to state as TaskRouter's reservations do"
)
PARTIES: Final = Law(name="parties", sentence="a reservation stays with its task and its worker")
AGREEMENT: Final = Law(
    name="agreement",
    sentence="a task is reserved while reservations are pending, assigned or wrapping while one worker has it, else free",
)
WORKER_LIFE: Final = Law(
    name="worker-life", sentence="a worker leaves the activity that it is in, and is not deleted with work in hand"
)
CAPACITY: Final = Law(name="capacity", sentence="nobody is offered more on a channel than they can take there")
AVAILABILITY: Final = Law(
    name="availability", sentence="only who is available, and available on the channel, is offered a task"
)
DURATIONS: Final = Law(
    name="durations", sentence="wait + talk + wrap-up is a handled task's lifetime, and none of them is negative"
)
SECONDS: Final = Law(name="seconds", sentence="the seconds told with a change of activity are those since the last one")
AGENT_TIME: Final = Law(
    name="agent-time", sentence="an agent's seconds in activities add up to the time that there is such an agent"
)
FIGURES: Final = Law(name="figures", sentence="the summary's figures are those of the events that it counts")
CALLBACKS: Final = Law(
    name="callbacks",
    sentence="agents and customers did no more than the events tell, and no less than was theirs to do",
)

LAWS: Final = (
    LINES, SEQUENCE, TIME, KNOWN, UNIQUE, CONTACTS, TASK_LIFE, ENDED, QUEUES, RESERVATION_LIFE, PARTIES, AGREEMENT,
    WORKER_LIFE, CAPACITY, AVAILABILITY, DURATIONS, SECONDS, AGENT_TIME, FIGURES, CALLBACKS,
)  # fmt: skip


class Place(NamedTuple):
    """Where in a log an event stands: its sequence number, and its time in UTC seconds unless that was not kept."""

    seq: int
    t: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One breach: ``places`` are the events behind it, the last one being that at which it was seen."""

    law: Law
    message: str
    places: tuple[Place, ...]


class Findings:
    """The breaches found so far: all are counted, the first of each law are listed."""

    __slots__ = ("counts", "listed", "unchecked")

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()  # by law
        self.listed: list[Violation] = []
        self.unchecked: dict[str, str] = {}  # laws that could not be applied, and why

    @property
    def total(self) -> int:
        """How many breaches of all laws."""
        return self.counts.total()

    def breach(self, law: Law, message: str, *places: Place) -> None:
        """One more; ``message`` says what is wrong with which thing, ``places`` the events that show it."""
        self.counts[law.name] += 1
        if self.counts[law.name] <= MOST_LISTED:
            self.listed.append(Violation(law=law, message=message, places=places))

    def cannot_check(self, law: Law, why: str) -> None:
        """The law was not applied."""
        self.unchecked[law.name] = why
