"""What can be changed where a session is forked. Pure.

::

    change = name "=" wish
    headcount.support=+5        price=+5%         release=+3w        budget=-100       quality=0.6
    role.ceo.assertiveness=0.9  hold.overtime     luck=2

A wish is a number that takes the place of the value, ``+2`` and ``-2``, which are added, ``*0.9``, or ``+5%`` and ``-5%`` of the
value; ``w`` after a number of weeks may be left out. ``hold.ACTION`` is a policy: the action is never carried out in this
branch, whoever asks for it. ``luck`` gives the changed branch luck of its own, which changes nothing that is not luck: what
is called clear then, is so by chance (docs/workforce.md).
"""

import difflib
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from flexsim.errors import ConfigurationError
from flexsim.workforce.company.model import TEAMS
from flexsim.workforce.company.repertoire import action
from flexsim.workforce.records import CompanyState, Role, Traits

_WISH: Final = re.compile(r"(?P<sign>[+\-*]?)(?P<number>\d+(?:\.\d*)?|\.\d+)(?P<unit>%|w|k)?")
# Name in a change: the state's field, the units that may follow, the lowest and the highest value.
_FIGURES: Final[Mapping[str, tuple[str, str, float, float]]] = {
    "customers": ("customers", "%", 0, 10_000_000),
    "backlog": ("backlog", "%", 0, 1_000_000),
    "quality": ("quality", "%", 0, 1),
    "budget": ("budget", "%k", -1_000_000, 1_000_000),
    "morale": ("morale", "%", 0, 1),
    "price": ("price", "%", 1, 10_000),
    "value": ("value", "%", 0.1, 10),
    "release": ("release_in", "%w", 0, 520),
    "attention": ("attention", "%", 0, 3),
    "skill": ("skill", "%", 0.2, 1.5),
    "incident": ("incident", "%", 0, 1),
    "market": ("market", "%", -0.9, 10),
    "overhead": ("overhead", "%k", 0, 1_000_000),
}
_TRAITS: Final = tuple(Traits.__dataclass_fields__)
_MOST_PEOPLE: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change, as it was asked for, with the value before and after."""

    text: str
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A branch's beginning: the state, the roles, actions that are held back, and which luck, 0 for the same."""

    state: CompanyState
    roles: tuple[Role, ...]
    held: frozenset[str] = frozenset()
    luck: int = 0
    changes: tuple[Change, ...] = ()


def apply(changes: Iterable[str], state: CompanyState, roles: Sequence[Role]) -> Changed:
    """What the changes make of a state and of roles; raises ConfigurationError naming the one that is wrong and what could be."""
    found = Changed(state=state, roles=tuple(roles))
    for text in changes:
        found = _apply(text.strip(), found)
    return found


def _apply(text: str, to: Changed) -> Changed:
    name, sign, wish = (part.strip() for part in text.partition("="))
    if name.startswith("hold."):
        held = action(name.removeprefix("hold.")).kind
        if sign:
            raise ConfigurationError(f"hold takes no value: say hold.{held}, not {text}")
        return _with(to, Change(text=text, before=0.0, after=1.0), held=to.held | {held})
    if not sign or not wish:
        raise ConfigurationError(f"a change is NAME=WISH, such as headcount.support=+5, not {text!r}")
    if name == "luck":
        number = _whole(text, _wished(text, wish, 0.0, ""), 0, 1_000_000)
        return _with(to, Change(text=text, before=to.luck, after=number), luck=number)
    if name.startswith("headcount."):
        return _headcount(text, name.removeprefix("headcount."), wish, to)
    if name.startswith("role."):
        return _trait(text, name, wish, to)
    return _figure(text, name, wish, to)


def _figure(text: str, name: str, wish: str, to: Changed) -> Changed:
    if name not in _FIGURES:
        known = [*_FIGURES, *(f"headcount.{team}" for team in TEAMS), "role.NAME.TRAIT", "hold.ACTION", "luck"]
        raise ConfigurationError(
            f"nothing named {name} can be changed{_like(name, known)}; there are {', '.join(known)}"
        )
    field, units, low, high = _FIGURES[name]
    before = float(getattr(to.state, field))
    after = _within(text, _wished(text, wish, before, units), low, high)
    value: Any = _whole(text, after, low, high) if field == "customers" else after
    state = replace(to.state, **{field: value})
    return _with(to, Change(text=text, before=before, after=float(value)), state=state)


def _headcount(text: str, team: str, wish: str, to: Changed) -> Changed:
    people = to.state.headcount
    if team not in people:
        raise ConfigurationError(f"there is no team {team}{_like(team, people)}; there are {', '.join(people)}")
    before = people[team]
    after = _whole(text, _wished(text, wish, before, "%"), 0, _MOST_PEOPLE)
    rookies = {**to.state.rookies, team: min(to.state.rookies.get(team, 0.0), float(after))}
    state = replace(to.state, headcount={**people, team: after}, rookies=rookies)
    return _with(to, Change(text=text, before=before, after=after), state=state)


def _trait(text: str, name: str, wish: str, to: Changed) -> Changed:
    _, role, trait = name.split(".") if name.count(".") == 2 else ("", "", "")
    if not role:
        raise ConfigurationError(
            f"a role is changed by role.NAME.TRAIT=WISH, such as role.ceo.assertiveness=0.9, not {text}"
        )
    names = [each.name for each in to.roles]
    if role not in names:
        raise ConfigurationError(f"there is no role {role}{_like(role, names)}; there are {', '.join(names)}")
    if trait not in _TRAITS:
        raise ConfigurationError(f"there is no trait {trait}{_like(trait, _TRAITS)}; there are {', '.join(_TRAITS)}")
    traits = to.roles[names.index(role)].traits
    before = float(getattr(traits, trait))
    after = _within(text, _wished(text, wish, before, "%"), 0, 1)
    roles = tuple(
        replace(each, traits=replace(traits, **{trait: after})) if each.name == role else each for each in to.roles
    )
    return _with(to, Change(text=text, before=before, after=after), roles=roles)


def _with(to: Changed, change: Change, **more: Any) -> Changed:
    return replace(to, changes=(*to.changes, change), **more)


def _wished(text: str, wish: str, before: float, units: str) -> float:
    found = _WISH.fullmatch(wish)
    if found is None:
        raise ConfigurationError(f"not a number, nor one with +, - or * before it or % after it: {wish!r}, in: {text}")
    number, unit, sign = float(found["number"]), found["unit"] or "", found["sign"]
    if unit and unit not in units:
        raise ConfigurationError(f"{unit} has no meaning here, in: {text}")
    if unit == "%":
        number = number / 100 * (before if sign in {"+", "-"} else 1.0)
    signed = {"": number, "+": before + number, "-": before - number, "*": before * number}
    return signed[sign]


def _within(text: str, value: float, low: float, high: float) -> float:
    if not math.isfinite(value) or not low <= value <= high:
        raise ConfigurationError(f"{text} comes to {value:g}, which is not from {low:g} to {high:g}")
    return value


def _whole(text: str, value: float, low: float, high: float) -> int:
    return round(_within(text, value, low, high))


def _like(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    return f" (did you mean {near[0]}?)" if near else ""
