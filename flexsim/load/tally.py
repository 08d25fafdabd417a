"""What is counted of a swarm, as numbers that several processes' can be added up from."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from flexsim.load.latencies import Latencies, read

COUNTERS: Final = ("sent", "received", "events")
LATENCIES: Final = ("connect_time", "heartbeat_lateness", "push_latency")
# Names of ``events``: what befell connections and frames.
CONNECTED: Final = "connected"
RECONNECTED: Final = "reconnected"
REFUSED: Final = "refused"  # attempts that did not lead to an open connection
LOST: Final = "lost"  # open connections that we did not close
CLOSED: Final = "closed"  # open connections that we closed
SILENT: Final = "silent"  # given up because nothing was heard
BAD: Final = "bad"  # frames that are not JSON, or broke the protocol
UNKNOWN: Final = "unknown"  # types that mean nothing to us
STRAY: Final = "stray"  # for an agent that is not on the connection
WITHHELD: Final = "withheld"  # heartbeats not sent because the peer does not read
DISMISSED: Final = "dismissed"  # told to stay away
UNSENT: Final = "unsent"  # completed calls that could not be told yet and have been forgotten
GAPS: Final = "gaps"
DUPLICATES: Final = "duplicates"
REORDERED: Final = "reordered"
EVENTS: Final = (
    CONNECTED, RECONNECTED, REFUSED, LOST, CLOSED, SILENT, BAD, UNKNOWN, STRAY,
    WITHHELD, DISMISSED, UNSENT, GAPS, DUPLICATES, REORDERED,
)  # fmt: skip


class Tally:
    """Counts by name: frames sent and received by type, events, and times."""

    __slots__ = ("connect_time", "events", "heartbeat_lateness", "push_latency", "received", "sent")

    def __init__(self) -> None:
        self.sent: Counter[str] = Counter()
        self.received: Counter[str] = Counter()
        self.events: Counter[str] = Counter()
        self.connect_time = Latencies()
        self.heartbeat_lateness = Latencies()
        self.push_latency = Latencies()

    def merge(self, other: "Tally") -> None:
        """Count all that ``other`` has counted."""
        for name in COUNTERS:
            getattr(self, name).update(getattr(other, name))
        for name in LATENCIES:
            getattr(self, name).merge(getattr(other, name))

    def document(self) -> dict[str, Any]:
        """As plain JSON, from which ``tally_of`` makes the same again."""
        counters = {name: dict(sorted(getattr(self, name).items())) for name in COUNTERS}
        return counters | {name: getattr(self, name).document() for name in LATENCIES}


def tally_of(document: Mapping[str, Any]) -> Tally:
    """What ``Tally.document`` wrote."""
    found = Tally()
    for name in COUNTERS:
        getattr(found, name).update(document[name])
    for name in LATENCIES:
        getattr(found, name).merge(read(document[name]))
    return found
