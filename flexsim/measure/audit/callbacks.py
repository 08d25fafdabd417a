"""What agentsim and custsim say they did, held against what the TaskRouter says happened.

Their counts are taken a moment after the figures, while requests are still under way, so most can only be held between
two bounds: what had happened by the figures' moment, and what had happened in the end.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from flexsim.measure.audit.laws import CALLBACKS, Findings, Place
from flexsim.measure.audit.lines import Record
from flexsim.measure.audit.workspace import Step

_COUNTED: Final = ("task.created", "task.canceled", "task.completed", "reservation.created", "reservation.accepted")
_AGENTS: Final = (
    "offered", "accepted", "completed", "found_under_way", "already_over", "not_ours", "lost", "in_hand",
)  # fmt: skip
_CUSTOMERS: Final = ("arrived", "created", "failed", "abandoned")


class Callbacks:
    """Counts the events that the simulators count, too; ``mark`` when the summary's figures were taken."""

    __slots__ = ("_findings", "_marked", "_summary", "counts")

    def __init__(self, summary: Mapping[str, Any] | None, findings: Findings) -> None:
        self._summary = summary or {}
        self._findings = findings
        self._marked: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()

    def steps(self) -> Mapping[str, Step]:
        """What to do with which type of event."""
        return dict.fromkeys(_COUNTED, self._count)

    def mark(self) -> None:
        """The summary's figures count the events so far."""
        self._marked = self.counts.copy()

    def finish(self) -> None:
        """The log is over."""
        told = [name for name in ("agentsim", "custsim") if name in self._summary]
        if not told:
            self._findings.cannot_check(CALLBACKS, "the summary holds no counts of agentsim or custsim")
        for name, keys in (("agentsim", _AGENTS), ("custsim", _CUSTOMERS)):
            if name in told and not _whole(self._summary[name], keys):
                self._findings.breach(CALLBACKS, f"the summary's {name} does not hold {', '.join(keys)} as numbers")
            elif name in told:
                self._hold(name, self._agents() if name == "agentsim" else self._customers())

    def _count(self, record: Record, _: Place) -> None:
        self.counts[record["type"]] += 1

    def _hold(self, name: str, bounds: Iterator[tuple[str, int, int, int, str]]) -> None:
        for what, least, found, most, why in bounds:
            if not least <= found <= most:
                between = f"from {least} to {most}" if least != most else str(least)
                self._findings.breach(CALLBACKS, f"{name} says {found} {what}; it must be {between}: {why}")

    def _agents(self) -> Iterator[tuple[str, int, int, int, str]]:
        """What, at least, found, at most, and why."""
        told, early, all_of_it = self._summary["agentsim"], self._marked, self.counts
        # Tasks in hand, and those that a request was lost about, may be further than agentsim knows, or less far.
        unsure = told["in_hand"] + told["lost"] + told["already_over"] + told["found_under_way"] + told["not_ours"]
        offers = told["offered"] + told["found_under_way"] + told["not_ours"]
        created = all_of_it["reservation.created"]
        # A callback that was given up and sent again may come when its reservation is over, and is an offer once more.
        again = told["already_over"] + told["found_under_way"]
        yield "offered", 0, told["offered"], created + again, "as many reservations were made"
        yield "offered or found", early["reservation.accepted"], offers, offers, "who accepts was offered something"
        for what, name in (("accepted", "reservation.accepted"), ("completed", "task.completed")):
            least, most = early[name] - unsure, all_of_it[name] + unsure
            yield (
                what,
                max(0, least),
                told[what],
                most,
                f"the events hold {early[name]} by then, {all_of_it[name]} in all",
            )

    def _customers(self) -> Iterator[tuple[str, int, int, int, str]]:
        told, all_of_it = self._summary["custsim"], self.counts
        arrived = told["created"] + told["failed"]
        yield "arrived", arrived, told["arrived"], arrived, "who arrived has a task, or failed to get one"
        yield "created", 0, told["created"], all_of_it["task.created"], "as many tasks were created"
        yield "abandoned", 0, told["abandoned"], all_of_it["task.canceled"], "as many tasks were canceled"


def _whole(found: Any, keys: tuple[str, ...]) -> bool:
    return isinstance(found, Mapping) and all(type(found.get(key)) is int for key in keys)
