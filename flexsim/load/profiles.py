"""Who the agents are: number, id, department, location, team and skills, from proportions or from a domain description."""

import bisect
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from flexsim.domain.model import ALL, Dimension, Domain
from flexsim.load.chance import Chance

_PLACES: Final = ("location", "site", "city", "office")  # a domain's worker dimension of such a name says where


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One agent; ``number`` counts from 0, ``locale`` decides the name, which is drawn when somebody asks for it."""

    number: int
    agent_id: str
    department: str
    location: str
    team: str
    skills: tuple[str, ...]
    locale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """What the agents are as a whole: shares (of any sum) of departments and locations, teams in each department."""

    departments: Mapping[str, float]
    locations: Mapping[str, float]
    teams: int = 10
    skills: Mapping[str, Sequence[str]] = field(default_factory=dict)  # by department; none is the department itself
    locale: str = "en-us"
    locales: Mapping[str, str] = field(default_factory=dict)  # by location


# The proportions that backends of this family are used to.
DEFAULT_MIX: Final = Mix(
    departments={"sales": 30, "support": 35, "technical": 20, "retention": 15},
    locations={"berlin": 25, "munich": 20, "hamburg": 15, "frankfurt": 15, "remote": 25},
    skills={
        "sales": ("outbound", "upselling", "contracts"),
        "support": ("billing", "accounts", "complaints"),
        "technical": ("network", "hardware", "software"),
        "retention": ("cancellations", "offers", "complaints"),
    },
    locales=dict.fromkeys(("berlin", "munich", "hamburg", "frankfurt"), "de-de"),
)


def mix_of(domain: Domain) -> Mix:
    """The mix that a domain describes: departments are what its queues ask of workers, locations a dimension so named."""
    asked = (domain.dimensions[name] for name in domain.queue_worker_dimensions)
    department = next((each for each in asked if each.options), None)
    workers = [each for each in domain.dimensions.values() if each.entity == "workers" and each.options]
    place = next((each for each in workers if each.name.lower() in _PLACES), None)
    city = domain.center.city.lower() or "remote"
    return Mix(
        departments=_shares(department) if department else DEFAULT_MIX.departments,
        locations=_shares(place) if place else {city: 1.0},
        skills={} if department else DEFAULT_MIX.skills,
        locale=domain.locale,
    )


def _shares(dimension: Dimension) -> dict[str, float]:
    options = dimension.options.get(None) or dimension.options.get(ALL) or tuple(dimension.all_options())
    return {str(each.value): each.portion for each in options}


def generate(count: int, seed: int, mix: Mix = DEFAULT_MIX) -> list[Profile]:
    """The first ``count`` agents; one more changes none of those before it."""
    chance = Chance(seed, "profiles")
    departments, locations = _Wheel(mix.departments), _Wheel(mix.locations)
    return [_profile(number, chance, mix, departments, locations) for number in range(count)]


def _profile(number: int, chance: Chance, mix: Mix, departments: "_Wheel", locations: "_Wheel") -> Profile:
    draws = chance.uniforms(number, 0)
    department, location = departments.at(draws[0]), locations.at(draws[1])
    skills = mix.skills.get(department) or (department,)
    first = int(draws[3] * len(skills))
    chosen = [skills[(first + step) % len(skills)] for step in range(1 + int(draws[4] * len(skills)))]
    return Profile(
        number=number,
        agent_id=f"AGT-{number + 1:05d}",
        department=department,
        location=location,
        team=f"{department[:1].upper()}{department[1:]}-Team-{1 + int(draws[2] * mix.teams)}",
        skills=tuple(sorted(chosen)),
        locale=mix.locales.get(location, mix.locale),
    )


class _Wheel:
    """Shares as a wheel of fortune."""

    def __init__(self, shares: Mapping[str, float]) -> None:
        self._names = list(shares)
        self._edges = list(itertools.accumulate(shares.values()))

    def at(self, uniform: float) -> str:
        place = bisect.bisect_right(self._edges, uniform * self._edges[-1])
        return self._names[min(place, len(self._names) - 1)]
