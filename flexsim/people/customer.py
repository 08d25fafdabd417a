"""The customers: when the next one comes, who it is, what its task's attributes say, and how long it waits."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flexsim.domain.arrivals import ArrivalProcess
from flexsim.domain.model import Arrivals, Domain, Value
from flexsim.domain.people import Customer, Directory
from flexsim.domain.sampling import Sampler
from flexsim.ids import Sids
from flexsim.people.actions import CancelIfWaiting
from flexsim.people.contact import BRAND, CONTACT, VALUES, merged, seconds
from flexsim.people.shifts import is_open
from flexsim.randomness import Randomness

VOICE: Final = "voice"
ABANDONED: Final = "abandoned"  # the reason that a canceled task is given
# Flex Insights ("Track Abandoned Conversations"): Queue is the phase it sets by itself, too.
GAVE_UP: Final = {"conversations": {"abandoned": "Yes", "abandoned_phase": "Queue"}}
_MEDIA: Final = {"voice": "Call", "chat": "Chat", "sms": "SMS", "video": "Video", "email": "Email"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewContact:
    """A customer who arrives: the task to create, and how many seconds it waits for an agent (``patience``)."""

    contact: str
    channel: str  # the task channel's unique name
    attributes: Mapping[str, Any]
    values: Mapping[str, Value]
    patience: float

    def giving_up(self) -> CancelIfWaiting:
        """What the customer does once its task has been created."""
        return CancelIfWaiting(reason=ABANDONED, attributes=GAVE_UP, delay=self.patience)


class Customers:
    """All customers of a simulation, one after the other, without end.

    What one customer is depends on the seed and its number alone: how the centre is staffed moves nobody, and the
    attributes of one can be told at any time without those of the others.
    """

    __slots__ = (
        "_directory", "_domain", "_draws", "_gap", "_number", "_process", "_randomness", "_sampler", "_sids", "moment",
    )  # fmt: skip

    def __init__(
        self, domain: Domain, randomness: Randomness, start: float, *, rate_per_hour: float | None = None
    ) -> None:
        """The first comes after UTC ``start``. ``rate_per_hour`` takes the place of the domain's rate (or of its gaps)."""
        arrivals = domain.arrivals
        if rate_per_hour is not None:
            arrivals = dataclasses.replace(arrivals or Arrivals(rate_per_hour=1.0), rate_per_hour=rate_per_hour)
        self._domain = domain
        self._randomness = randomness
        self._sampler = Sampler(domain)
        self._draws = randomness.family("customer")
        self._directory: Directory | None = None
        self._process = ArrivalProcess(arrivals, start, randomness.generator("arrivals")) if arrivals else None
        self._sids = Sids(randomness.seed, "contact")
        self._number = 0
        self.moment = start  # of the latest arrival

    def next(self) -> tuple[float, NewContact]:
        """When the next customer comes (UTC seconds), and who it is."""
        contact, values = self.arrive()
        return self.moment, NewContact(
            contact=contact,
            channel=str(values["channel"]),
            attributes=self.attributes(contact, values, self.moment),
            values=values,
            patience=seconds(values["abandonTime"]),
        )

    def arrive(self) -> tuple[str, dict[str, Value]]:
        """The next customer as its contact id and its values alone; it comes at ``moment`` from now on."""
        contact = self._sids.sid("CX", self._number)
        self._number += 1
        values: dict[str, Value] = {}
        self._sampler.add("tasks", "arrive", values, self._draws.of(contact))
        if self._process is not None:
            self.moment = self._process.next()
        else:
            self.moment += seconds(values["arrivalGap"])
        return contact, values

    def routing_attributes(self, contact: str, values: Mapping[str, Value]) -> dict[str, Any]:
        """The task's attributes without those of ``personal_names``, which take twenty times as long."""
        found = self._sampler.attributes("tasks", values)
        found[BRAND] = self._domain.brand
        found[CONTACT] = contact
        return found

    def personal_names(self) -> frozenset[str]:
        """The attributes that only ``attributes`` gives in full: who and where the customer is, and what Insights reads."""
        nobody = Customer(name="", phone="", city="", state="", zip="", country="")
        known = [self._call(nobody, channel) | self._insights(nobody, channel, 0.0) for channel in (VOICE, "chat")]
        return frozenset({VALUES}).union(*known)

    def attributes(self, contact: str, values: Mapping[str, Value], moment: float) -> dict[str, Any]:
        """All attributes of the task that the customer who arrives at ``moment`` makes."""
        channel = str(values["channel"])
        customer = self._person(contact)
        own = {
            BRAND: self._domain.brand,
            CONTACT: contact,
            VALUES: self._sampler.hidden("tasks", values),
            **self._call(customer, channel),
            **self._insights(customer, channel, moment),
        }
        return merged(self._sampler.attributes("tasks", values), own)

    def _person(self, contact: str) -> Customer:
        rng = self._randomness.generator("customer", "who", contact)
        if self._directory is None:
            self._directory = Directory(self._domain, rng)
        else:
            self._directory.draw_from(rng)
        return self._directory.customer()

    def _call(self, customer: Customer, channel: str) -> dict[str, Any]:
        """Who contacts whom, as Twilio's ``<Enqueue>`` and Flex's messaging put it (TwiML Enqueue: task attributes)."""
        address = self._address(channel)
        attributes: dict[str, Any] = {"direction": "inbound", "name": customer.name}
        attributes |= _ends("from", "caller", customer.phone, _place(customer))
        attributes |= _ends("to", "called", address, _place(self._domain.center))
        if channel != VOICE:
            attributes |= {
                "channelType": channel,
                "customerName": customer.name,
                "customerAddress": customer.phone,
            }
        return attributes

    def _address(self, channel: str) -> str:
        address = self._domain.dimensions["channel"].params(channel).get("address")
        return str(address or self._domain.center.agents_phone)

    def _insights(self, customer: Customer, channel: str, moment: float) -> dict[str, Any]:
        """What Flex Insights reads ("Enhance Flex Insights data": conversations and customers)."""
        return {
            "customers": {"name": customer.name, "phone": customer.phone, "zip": customer.zip},
            "conversations": {
                "communication_channel": _MEDIA.get(channel, channel),
                "direction": "Inbound",
                "initiated_by": "Customer",
                "in_business_hours": "Yes" if is_open(self._domain.agents, moment) else "No",
                "abandoned": "No",
            },
        }


def _ends(short: str, long: str, address: str, place: Mapping[str, str]) -> dict[str, str]:
    """One end of a contact under both of the names that Twilio gives it."""
    return {
        name + suffix: value
        for name in (short, long)
        for suffix, value in {"": address, **{f"_{key}": value for key, value in place.items()}}.items()
    }


def _place(end: Any) -> dict[str, str]:
    return {"city": end.city, "state": end.state, "zip": end.zip, "country": end.country}
