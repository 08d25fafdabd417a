"""Sequence numbers and times, line after line."""

from flexsim.measure.audit.laws import SEQUENCE, TIME, Findings, Place


class Order:
    """Takes the place of every event in turn."""

    __slots__ = ("_findings", "latest", "moment", "next")

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self.next = 0  # the sequence number that is due
        self.moment = 0.0  # the latest time so far
        self.latest: Place | None = None  # the event before

    def add(self, place: Place) -> None:
        """The next event of the log stands here."""
        seq, moment = place
        assert moment is not None, "an event that was read has a time"
        if seq == self.next:
            self.next = seq + 1
        else:
            self._out_of_order(place)
        if moment >= self.moment:
            self.moment = moment
        else:
            back = self.moment - moment
            self._findings.breach(
                TIME, f"event {seq} is {back:.3f} s earlier than what came before", *self._with(place)
            )
        self.latest = place

    def _out_of_order(self, place: Place) -> None:
        seq, due = place.seq, self.next
        if seq > due:
            lacking = f"event {due} is" if seq == due + 1 else f"events {due} to {seq - 1} are"
            self._findings.breach(SEQUENCE, f"{lacking} missing where {seq} stands", *self._with(place))
            self.next = seq + 1
        else:
            self._findings.breach(SEQUENCE, f"event {seq} comes again, or late: {due} was due", *self._with(place))

    def _with(self, place: Place) -> tuple[Place, ...]:
        return (place,) if self.latest is None else (self.latest, place)
