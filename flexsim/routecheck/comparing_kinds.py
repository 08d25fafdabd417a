"""Whether a comparison makes sense for the kinds of values that an attribute has, and such values in words. Pure."""

from typing import Final

from flexsim.domain.problems import hint
from flexsim.routecheck.explaining import name, shown
from flexsim.routecheck.possible import Literal, Possible, as_number, kind_of
from flexsim.taskrouter.expressions import Path, Scalar

_SHOWN: Final = 8  # options; a hundred would bury the message
_MANY: Final = {
    "text": "text",
    "number": "a number",
    "boolean": "true or false",
    "list": "a list",
    "object": "an object",
}


def mismatch(path: Path, possible: Possible, literal: Literal) -> str | None:
    """Why such a comparison is false whatever the constant, the kinds being what they are; None where it is not."""
    kinds = possible.kinds()
    if not kinds or literal.constant is None:
        return None
    what = name(path)
    if literal.membership() is not None:
        if "list" in kinds:
            return None
        return f"{what} is {_words(kinds)}, and {literal.operator} asks for a list: {_instead(literal, what)}"
    if kinds <= {"list", "object"}:
        advice = f"write {what} HAS {shown(literal.constant)}" if "list" in kinds else "name something in it"
        return f"{what} is {_words(kinds)}, and {literal.operator} compares single values: {advice}"
    wrong = [each for each in literal.constants() if not _comparable(kinds, possible, each)]
    if literal.operator == "CONTAINS" or not wrong or len(wrong) < len(literal.constants()):
        return None
    return f"{what} is {_words(kinds)}, and {shown(wrong[0])} is {_words(frozenset({kind_of(wrong[0])}))}"


def described(possible: Possible) -> str:
    """``one of "Sales", "Support"`` or ``a number from 1 to 5``; empty where nothing much is known."""
    if possible.lists_of is not None:
        return f"a list of {_options(possible.lists_of)}"
    if possible.numbers is not None and not possible.any_text:
        low, high = possible.numbers
        return f"a number from {low:g} to {high:g}"
    if possible.scalars and not possible.any_text and not possible.any_object:
        return f"one of {_options(possible.scalars)}" if len(possible.scalars) > 1 else shown(possible.scalars[0])
    return ""


def nearest(possible: Possible, literal: Literal) -> str:
    """``; did you mean 'Sales'?`` where a text that the attribute can be is close to one that it is compared with."""
    options = [each for each in (*possible.scalars, *(possible.lists_of or ())) if isinstance(each, str)]
    strays = [each for each in literal.constants() if isinstance(each, str) and each not in options]
    return next((found for each in strays if (found := hint(each, options))), "")


def _comparable(kinds: frozenset[str], possible: Possible, constant: Scalar) -> bool:
    if constant is None:
        return True
    kind = kind_of(constant)
    if kind in kinds:
        return True
    if kind == "text":
        return "number" in kinds and as_number(constant) is not None
    if kind == "number":
        return possible.any_text or any(as_number(each) is not None for each in possible.scalars)
    return False


def _instead(literal: Literal, what: str) -> str:
    return f"write {what} == {shown(literal.constant)}"


def _words(kinds: frozenset[str]) -> str:
    return " or ".join(_MANY[each] for each in sorted(kinds))


def _options(options: tuple[Scalar, ...]) -> str:
    text = ", ".join(shown(each) for each in options[:_SHOWN])
    return text if len(options) <= _SHOWN else f"{text} and {len(options) - _SHOWN} more"
