"""What values an attribute can have, and whether some of them satisfy several comparisons at once.

Only one of the two answers is a claim. False says that no such value exists; True says that there may be one. So all that
is not worked out exactly errs towards True: what is built on it never calls something impossible that is not.
"""

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flexsim.taskrouter.expressions import OPERATORS, Scalar

_HUGE: Final = 1e300  # beyond, the middle is found by halving first
_MANY: Final = 5_000  # subsets of a list's options to try


@dataclass(frozen=True, slots=True, kw_only=True)
class Possible:
    """Values an attribute can have: the union of what the fields say."""

    missing: bool = False  # or null, which expressions cannot tell apart
    scalars: tuple[Scalar, ...] = ()
    numbers: tuple[float, float] | None = None  # any from the first to the second
    whole: bool = False  # of ``numbers``, only whole ones
    any_text: bool = False
    lists_of: tuple[Scalar, ...] | None = None  # lists of 1 to ``longest`` different ones of these
    longest: int = 0
    any_list: bool = False
    any_object: bool = False

    def kinds(self) -> frozenset[str]:
        """Which of ``text``, ``number``, ``boolean``, ``list`` and ``object`` the values are."""
        found = {kind_of(each) for each in self.scalars if each is not None}
        found |= {"number"} if self.numbers else set()
        found |= {"text"} if self.any_text else set()
        found |= {"list"} if self.any_list or self.lists_of is not None else set()
        return frozenset(found | ({"object"} if self.any_object else set()))


ANYTHING: Final = Possible(
    missing=True,
    scalars=(True, False),
    numbers=(-math.inf, math.inf),
    any_text=True,
    any_list=True,
    any_object=True,
)
MISSING: Final = Possible(missing=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal:
    """One comparison of an attribute with ``constant`` (a scalar or a list of them), wanted true or wanted false."""

    operator: str
    constant: Any
    attribute_first: bool
    wanted: bool

    def holds(self, value: Any) -> bool:
        """Whether this very value does as wanted."""
        left, right = (value, self.constant) if self.attribute_first else (self.constant, value)
        return OPERATORS[self.operator](left, right) is self.wanted

    def constants(self) -> list[Scalar]:
        return list(self.constant) if isinstance(self.constant, list) else [self.constant]

    def membership(self) -> tuple[Scalar, bool] | None:
        """Where it asks whether a list attribute has a constant: which, and whether it shall; None where it does not."""
        if isinstance(self.constant, list):
            return None
        if self.operator == "HAS" and self.attribute_first:
            return self.constant, self.wanted
        if self.operator in {"IN", "NOT IN"} and not self.attribute_first and self.constant is not None:
            return self.constant, self.wanted is (self.operator == "IN")
        return None


def may_satisfy(possible: Possible, literals: Sequence[Literal]) -> bool:
    """Whether a possible value may do as all ``literals`` want; False is certain."""
    if possible.missing and _all(literals, None):
        return True
    if any(_all(literals, each) for each in possible.scalars):
        return True
    if possible.any_object and _all(literals, {}):  # to the operators all objects are alike
        return True
    return (
        (possible.numbers is not None and _some_number(possible, literals))
        or (possible.any_text and _some_text(literals))
        or _some_list(possible, literals)
    )


def kind_of(value: Any) -> str:
    """``text``, ``number``, ``boolean``, ``list``, ``object`` or ``null``."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "text"
    return "number" if isinstance(value, int | float) else "list" if isinstance(value, list | tuple) else "object"


def as_number(value: Any) -> float | int | None:
    """The number that a constant is next to a number, as the engine aligns them; None if it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if not isinstance(value, str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _all(literals: Iterable[Literal], value: Any) -> bool:
    return all(each.holds(value) for each in literals)


# --- numbers: between two neighbouring constants all numbers are alike -------------------------------------------------


def _some_number(possible: Possible, literals: Sequence[Literal]) -> bool:
    asked = [each for each in literals if each.operator != "CONTAINS"]  # which looks at the digits
    assert possible.numbers is not None
    return any(_all(asked, each) for each in _numbers(asked, possible.numbers, whole=possible.whole))


def _numbers(
    literals: Sequence[Literal], between: tuple[float, float], *, whole: bool = False
) -> Iterator[float | int]:
    """A number for each way in which numbers of the range can stand to the literals' constants."""
    low, high = between
    found = {as_number(constant) for each in literals for constant in each.constants()} | {low, high}
    points = sorted(each for each in found if each is not None and low <= each <= high)
    finite = [each for each in points if math.isfinite(each)] or [0]
    beyond = [math.floor(finite[0]) - 1, math.ceil(finite[-1]) + 1]
    if whole:
        steps = (step for each in finite for step in (math.floor(each), math.floor(each) + 1, math.ceil(each) - 1))
        candidates: Iterable[float | int] = (*beyond, *steps)
    else:
        middles = (middle for pair in itertools.pairwise(finite) for middle in _between(*pair))
        candidates = (*beyond, *finite, *middles)
    yield from (each for each in candidates if low <= each <= high)


def _between(low: float, high: float) -> Iterator[float | int]:
    """Numbers strictly between the two, if JSON can write one: of neighbouring floats, a whole number at most."""
    for middle in (low / 2 + high / 2, low + (high - low) / 2 if high - low < _HUGE else 0, math.floor(low) + 1):
        if low < middle < high:
            yield middle


# --- texts: ordered as numbers are where the constant is a text, and numbers themselves next to a number ---------------


def _some_text(literals: Sequence[Literal]) -> bool:
    asked = [each for each in literals if each.operator != "CONTAINS"]
    by_text = [each for each in asked if all(not _is_number(constant) for constant in each.constants())]
    by_number = [each for each in asked if all(_is_number(constant) for constant in each.constants())]
    by_number = [each for each in by_number if each not in by_text]  # an empty list is both
    constants = {each for literal in by_text for each in literal.constants() if isinstance(each, str)}
    if any(_all(literals, each) for each in constants):
        return True
    # The least text after a constant stands for all up to the next one. How it is spelt and what number it is are taken
    # for independent, which they are not: the answer may be True where there is no such text, never the other way.
    others = {"", *(each + "\x00" for each in constants)} - constants
    if not any(_all(by_text, each) for each in others):
        return False
    as_numbers = _numbers(by_number, (-math.inf, math.inf))
    return _all(by_number, "x") or any(_all(by_number, each) for each in as_numbers)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


# --- lists ---------------------------------------------------------------------------------------------------------------


def _some_list(possible: Possible, literals: Sequence[Literal]) -> bool:
    asked = [(each, each.membership()) for each in literals]
    # What asks for no member is answered alike by every list.
    if not all(each.holds([]) for each, membership in asked if membership is None):
        return False
    members = [membership for _, membership in asked if membership is not None]
    needed = [constant for constant, wanted in members if wanted]
    banned = [constant for constant, wanted in members if not wanted]
    if possible.any_list and not any(_same(one, other) for one in needed for other in banned):
        return True
    if possible.lists_of is None:
        return False
    return _some_choice(possible.lists_of, possible.longest, needed, banned)


def _some_choice(options: Sequence[Scalar], longest: int, needed: list[Scalar], banned: list[Scalar]) -> bool:
    has: Callable[[Sequence[Scalar], Scalar], bool] = lambda chosen, each: OPERATORS["HAS"](list(chosen), each)  # noqa: E731 -- one use
    allowed = [each for each in options if not any(has([each], other) for other in banned)]
    if not all(has(allowed, each) for each in needed):
        return False
    size = min(longest, len(allowed))
    if size == 0:
        return False
    if sum(math.comb(len(allowed), count) for count in range(1, size + 1)) > _MANY:
        return True
    choices = (choice for count in range(1, size + 1) for choice in itertools.combinations(allowed, count))
    return any(all(has(choice, each) for each in needed) for choice in choices)


def _same(one: Scalar, other: Scalar) -> bool:
    return type(one) is type(other) and one == other
