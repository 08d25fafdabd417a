"""Wait, talk and wrap-up of tasks, added up apart from the statistics, in whole milliseconds."""

from collections.abc import Iterator

from flexsim.measure.audit.laws import DURATIONS, Findings, Place
from flexsim.measure.statistics import Tally

_SLACK = 1e-6  # seconds a duration: what sums of floats may be off


class Durations:
    """Told of each first acceptance and each completion; ``compare`` holds the sums against the statistics'."""

    __slots__ = ("_answered", "_findings", "_handled", "_lifetime", "_talk", "_wait", "_wait_of_handled", "_wrap")

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._answered = self._handled = 0
        # Milliseconds.
        self._wait = self._wait_of_handled = self._talk = self._wrap = self._lifetime = 0

    def answered(self, task: str, created: Place, accepted: Place) -> None:
        """A task is accepted for the first time."""
        wait = between(created, accepted)
        self._answered += 1
        self._wait += wait
        if wait < 0:
            self._findings.breach(DURATIONS, f"task {task} has waited {wait / 1000:.3f} s", created, accepted)

    def handled(self, task: str, *places: Place) -> None:
        """A task is completed: ``places`` are its creation, acceptance, wrap-up (or end again) and end."""
        created, accepted, wrapping, ended = places
        wait, talk, wrap = (between(*each) for each in ((created, accepted), (accepted, wrapping), (wrapping, ended)))
        self._handled += 1
        self._wait_of_handled += wait
        self._talk += talk
        self._wrap += wrap
        self._lifetime += between(created, ended)
        if talk < 0:
            self._findings.breach(DURATIONS, f"task {task} was talked about {talk / 1000:.3f} s", accepted, wrapping)
        if wrap < 0:
            self._findings.breach(DURATIONS, f"task {task} was wrapped up in {wrap / 1000:.3f} s", wrapping, ended)

    def compare(self, total: Tally) -> None:
        """Hold these sums against those that the statistics counted from the same events."""
        for what, found, counted in self._pairs(total):
            if abs(found / 1000 - counted) > _SLACK * max(1, self._answered + self._handled):
                message = f"{what}: {found / 1000:.3f} s by the tasks, {counted:.3f} s by the statistics"
                self._findings.breach(DURATIONS, message)

    def _pairs(self, total: Tally) -> Iterator[tuple[str, float, float]]:
        """What is compared: milliseconds here, and seconds there."""
        yield "tasks answered", self._answered * 1000, total.answered
        yield "tasks handled", self._handled * 1000, total.handled
        yield "waits of the answered", self._wait, total.wait.total
        yield "talk", self._talk, total.talk.total
        yield "wrap-up", self._wrap, total.wrap.total
        handled = self._wait_of_handled / 1000 + total.talk.total + total.wrap.total
        yield "lifetimes of the handled against wait + talk + wrap-up", self._lifetime, handled


def between(earlier: Place, later: Place) -> int:
    """Whole milliseconds from one event to the other."""
    return milliseconds(later) - milliseconds(earlier)


def milliseconds(place: Place) -> int:
    """An event's time in whole milliseconds, which it has in a log: sums of them are exact."""
    assert place.t is not None, "an event that was read has a time"
    return round(place.t * 1000)
