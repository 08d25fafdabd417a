"""The contacts of a run, or as many as are asked for of a domain, with the attributes their tasks came with.

A run's log holds a contact's id, channel and time, not its attributes; these follow from the seed and the contact's number,
through the same ``Customers`` that made them. Reads a run's folder; nothing else here does I/O.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from flexsim.configuration.records import Configuration
from flexsim.domain.model import Domain
from flexsim.errors import ConfigurationError
from flexsim.ids import Sids
from flexsim.measure.reading import LATEST
from flexsim.people.contact import merged
from flexsim.people.customer import Customers
from flexsim.people.shifts import is_open
from flexsim.randomness import Randomness
from flexsim.routecheck.differing import Contact
from flexsim.routecheck.subject import MONDAY
from flexsim.runs.folder import read_centre, read_lines

_CREATED: Final = '"type":"task.created"'
_MOST: Final = 20_000_000  # a contact's number beyond it is no contact of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arrival:
    contact: str
    channel: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A run's contacts by number; ``strangers`` are tasks that its customers did not make."""

    seed: int
    arrivals: dict[int, _Arrival]
    strangers: int
    path: Path

    def contacts(self, configuration: Configuration) -> Iterator[Contact]:
        """Each contact with its attributes, in the order of their numbers.

        Raises ConfigurationError where ``configuration`` is not that of the run: a contact would have come by another channel.
        """
        customers = Customers(configuration.domain, Randomness(self.seed), MONDAY)
        for number in range(max(self.arrivals, default=-1) + 1):
            made = customers.next()[1]
            arrival = self.arrivals.get(number)
            if arrival is None:
                continue
            if made.channel != arrival.channel:
                raise ConfigurationError(
                    f"the run in {self.path} was not made with the first configuration: contact {arrival.contact} came by"
                    f" {arrival.channel!r}, and its domain with the seed {self.seed} makes that {made.channel!r}"
                )
            attributes = merged(made.attributes, _at(configuration.domain, arrival.at))
            yield Contact(contact=made.contact, channel=made.channel, attributes=attributes)


def read_recorded(path: Path) -> Recorded:
    """The contacts of the run in the folder ``path``; raises ConfigurationError if it is none."""
    seed = read_centre(path).seed
    sids = Sids(seed, "contact")
    arrivals: dict[int, _Arrival] = {}
    strangers = 0
    for line in read_lines(path):
        if _CREATED in line:
            record = _record(path, line)
            contact = record.get("contact")
            number = sids.number("CX", contact) if isinstance(contact, str) else None
            if number is None or number > _MOST:
                strangers += 1
            else:
                arrivals[number] = _Arrival(contact=str(contact), channel=str(record["channel"]), at=record["t"])
    return Recorded(seed=seed, arrivals=arrivals, strangers=strangers, path=path)


def drawn_contacts(configuration: Configuration, seed: int, count: int) -> Iterator[Contact]:
    """``count`` contacts of the configuration's domain, the same for the same seed."""
    customers = Customers(configuration.domain, Randomness(seed), MONDAY)
    for _ in range(count):
        made = customers.next()[1]
        yield Contact(contact=made.contact, channel=made.channel, attributes=made.attributes)


def _record(path: Path, line: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
        moment = float(record["t"])
        if not 0.0 <= moment <= LATEST:
            raise ValueError(f"no time of this world: {moment}")  # noqa: TRY301 -- told below, with the line
        return {"t": moment, "channel": record["channel"], "contact": record["contact"]}
    except (ValueError, OverflowError, RecursionError, KeyError, TypeError) as error:
        raise ConfigurationError(
            f"the event log in {path} has a line that is none of ours: {line.strip()[:80]}"
        ) from error


def _at(domain: Domain, moment: float) -> dict[str, Any]:
    """The one attribute that depends on when a contact came, not on who it is."""
    return {"conversations": {"in_business_hours": "Yes" if is_open(domain.agents, moment) else "No"}}
