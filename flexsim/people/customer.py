"""The customers: when the next one comes, who it is, what its task's attributes say, and how long it waits."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flexsim.domain.arrivals import next_arrival
from flexsim.domain.model import Domain, Value
from flexsim.domain.people import Customer, Directory
from flexsim.domain.sampling import Sampler
from flexsim.ids import contact_id
from flexsim.people.actions import CancelIfWaiting
from flexsim.people.contact import BRAND, CONTACT, VALUES, merged, seconds
from flexsim.people.shifts import is_open
from flexsim.randomness import Randomness

VOICE: Final = "voice"
ABANDONED: Final = "abandoned"  # the reason that a canceled task is given
# Flex Insights ("Track Abandoned Conversations"): Queue is the phase it sets by itself, too.
_GAVE_UP: Final = {"conversations": {"abandoned": "Yes", "abandoned_phase": "Queue"}}
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
        return CancelIfWaiting(reason=ABANDONED, attributes=_GAVE_UP, delay=self.patience)


class Customers:
    """All customers of a simulation, one after the other, without end."""

    __slots__ = ("_directory", "_domain", "_gaps", "_moment", "_number", "_randomness", "_rate", "_sampler")

    def __init__(
        self, domain: Domain, randomness: Randomness, start: float, *, rate_per_hour: float | None = None
    ) -> None:
        """The first comes after UTC ``start``. ``rate_per_hour`` takes the place of the domain's rate (or of its gaps)."""
        if rate_per_hour is not None and domain.arrivals is not None:
            domain = dataclasses.replace(
                domain, arrivals=dataclasses.replace(domain.arrivals, rate_per_hour=rate_per_hour)
            )
        self._domain = domain
        self._rate = None if rate_per_hour is None else rate_per_hour / 3600.0
        self._randomness = randomness
        self._sampler = Sampler(domain)
        self._directory = Directory(domain, randomness.generator("customer", "who"))
        self._gaps = randomness.generator("arrivals")
        self._moment = start
        self._number = 0

    def next(self) -> tuple[float, NewContact]:
        """When the next customer comes (UTC seconds), and who it is."""
        contact = contact_id(self._randomness.seed, self._number)
        values = self._sampler.draw("tasks", "arrive", {}, self._randomness.generator("customer", contact))
        self._moment = self._next_moment(values)
        self._number += 1
        return self._moment, self._contact(contact, values)

    def _next_moment(self, values: Mapping[str, Value]) -> float:
        if self._domain.arrivals is not None:
            return next_arrival(self._domain.arrivals, self._moment, self._gaps)
        if self._rate is not None:
            return self._moment + self._gaps.expovariate(self._rate)
        return self._moment + seconds(values["arrivalGap"])

    def _contact(self, contact: str, values: dict[str, Value]) -> NewContact:
        channel = str(values["channel"])
        customer = self._directory.customer()
        own = {
            BRAND: self._domain.brand,
            CONTACT: contact,
            VALUES: self._sampler.hidden("tasks", values),
            **self._call(customer, channel),
            **self._insights(customer, channel),
        }
        return NewContact(
            contact=contact,
            channel=channel,
            attributes=merged(self._sampler.attributes("tasks", values), own),
            values=values,
            patience=seconds(values["abandonTime"]),
        )

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

    def _insights(self, customer: Customer, channel: str) -> dict[str, Any]:
        """What Flex Insights reads ("Enhance Flex Insights data": conversations and customers)."""
        return {
            "customers": {"name": customer.name, "phone": customer.phone, "zip": customer.zip},
            "conversations": {
                "communication_channel": _MEDIA.get(channel, channel),
                "direction": "Inbound",
                "initiated_by": "Customer",
                "in_business_hours": "Yes" if is_open(self._domain.agents, self._moment) else "No",
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
