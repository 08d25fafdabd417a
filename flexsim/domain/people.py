"""Names, towns and phone numbers of people who do not exist, in the domain's locale: Faker, seeded by a generator handed in."""

from dataclasses import dataclass
from typing import Final

from faker import Faker
from faker.config import AVAILABLE_LOCALES

from flexsim.domain.model import Domain
from flexsim.randomness import Generator

_FALLBACK: Final = "en_US"
# What a locale calls the larger part of a country; Faker has no one name for it.
_STATES: Final = ("state_abbr", "state", "region", "administrative_unit", "prefecture", "county")


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Who contacts the centre; ``state`` is empty where the locale has none."""

    name: str
    phone: str
    city: str
    state: str
    zip: str
    country: str


class Directory:
    """Draws people one after the other; the same domain and generator give the same people."""

    __slots__ = ("_country", "_faker", "_phone_format", "_rng", "_state")

    def __init__(self, domain: Domain, rng: Generator) -> None:
        # Unweighted names vary more, and are drawn ten times as fast in the locales that have weights.
        self._faker = Faker(faker_locale(domain.locale), use_weighting=False)
        self.draw_from(rng)
        self._state = next((name for name in _STATES if hasattr(self._faker, name)), None)
        self._country = domain.customers.country
        self._phone_format = domain.customers.phone_format

    def draw_from(self, rng: Generator) -> None:
        """From here on, ``rng`` decides the people."""
        self._rng = rng
        self._faker.seed_instance(rng.getrandbits(64))

    def agent_name(self) -> str:
        """First and last name, without titles."""
        return f"{self._faker.first_name()} {self._faker.last_name()}"

    def customer(self) -> Customer:
        """The next customer; the phone number follows ``phoneFormat``."""
        return Customer(
            name=self.agent_name(),
            phone="".join(str(self._rng.randrange(10)) if sign == "#" else sign for sign in self._phone_format),
            city=str(self._faker.city()),
            state=str(getattr(self._faker, self._state)()) if self._state else "",
            zip=str(self._faker.postcode()),
            country=self._country,
        )


def faker_locale(locale: str) -> str:
    """Faker's name for ``locale`` (``en-us`` -> ``en_US``): the same, else the same language elsewhere, else ``en_US``."""
    language, _, country = locale.replace("_", "-").partition("-")
    exact = f"{language.lower()}_{country.upper()}"
    if exact in AVAILABLE_LOCALES:
        return exact
    own = f"{language.lower()}_{language.upper()}"  # es-419 is most like es_ES
    related = sorted(each for each in AVAILABLE_LOCALES if each.startswith(f"{language.lower()}_"))
    return own if own in related else (related or [_FALLBACK])[0]
