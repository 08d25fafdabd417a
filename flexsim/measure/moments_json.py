"""Moments as JSON and back: facts that events share are written once."""

from collections.abc import Iterable
from typing import Any, Final

from flexsim.measure import event_facts as facts
from flexsim.measure.event_facts import Moment
from flexsim.taskrouter.events import EXTRA

_RECORDS: Final[tuple[type[Any], ...]] = (  # written by place: add at the end only
    facts.ActivityFacts,
    facts.ChannelFacts,
    facts.QueueFacts,
    facts.WorkflowFacts,
    facts.PlaceFacts,
    facts.RootFacts,
    facts.TaskFacts,
    facts.ReservationFacts,
    facts.WorkerFacts,
    facts.WorkerChannelFacts,
    facts.MatchFacts,
)
_PLACES: Final = {record: place for place, record in enumerate(_RECORDS)}
_FACTS: Final = 3  # the first field of a moment that holds facts


def pack(moments: Iterable[Moment]) -> dict[str, Any]:
    """A document of JSON's own types; ``unpack`` gives moments equal to these."""
    table = _Table()
    rows = [
        [moment.number, [*moment.event[:EXTRA], _plain(moment.event[EXTRA])], moment.workspace,
         *(table.reference(each) for each in moment[_FACTS:])]
        for moment in moments
    ]  # fmt: skip
    return {"facts": table.rows, "moments": rows}


def unpack(document: dict[str, Any]) -> list[Moment]:
    """The moments that ``pack`` was given."""
    table: list[Any] = []
    for place, *values in document["facts"]:
        table.append(_RECORDS[place](*(_resolved(value, table) for value in values)))
    return [
        Moment(number, (*event[:EXTRA], _tupled(event[EXTRA])), name, *(_resolved(each, table) for each in references))
        for number, event, name, *references in document["moments"]
    ]


class _Table:
    """Facts, each once, those that others hold before them; a reference is a list of one number."""

    def __init__(self) -> None:
        self.rows: list[list[Any]] = []
        self._known: dict[int, list[int]] = {}

    def reference(self, value: Any) -> Any:
        if value.__class__ not in _PLACES:
            return value
        known = self._known.get(id(value))
        if known is None:
            row = [_PLACES[value.__class__], *(self.reference(each) for each in value)]
            known = self._known[id(value)] = [len(self.rows)]
            self.rows.append(row)
        return known


def _resolved(value: Any, table: list[Any]) -> Any:
    return table[value[0]] if value.__class__ is list else value


def _plain(extra: Any) -> Any:
    return list(extra) if isinstance(extra, tuple) else extra


def _tupled(extra: Any) -> Any:
    return tuple(extra) if isinstance(extra, list) else extra
