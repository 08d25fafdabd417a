"""Makes the events that a session sends, under the names of its dialect, and keeps them until they are taken."""

from typing import Any

from flexsim.voice.realtime.identifiers import Identifiers
from flexsim.voice.realtime.names import Dialect, Told, spoken

Event = dict[str, Any]


class Announcer:
    """Events in order."""

    __slots__ = ("_events", "_names", "dialect", "ids")

    def __init__(self, ids: Identifiers, dialect: Dialect) -> None:
        self.ids = ids
        self.dialect = dialect
        self._names = {each: spoken(each.value, dialect) for each in Told}
        self._events: list[Event] = []

    def say(self, name: Told, /, **fields: Any) -> None:
        """One event; nothing where the dialect has none of this name."""
        called = self._names[name]
        if called is not None:
            self._events.append({"type": called, "event_id": self.ids.new("event"), **fields})

    def name(self, name: Told) -> str:
        """What the dialect calls an event that it has."""
        called = self._names[name]
        assert called is not None, f"{name} is in both dialects"
        return called

    def add(self, event: Event) -> None:
        """An event that was made elsewhere: there are many of some kinds."""
        self._events.append(event)

    def taken(self) -> list[Event]:
        """All since the last time."""
        events, self._events = self._events, []
        return events
