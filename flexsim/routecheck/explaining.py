"""Why an expression is true or false of given values, in words: the comparisons that decided, and what they were told. Pure."""

import json
from typing import Any, Final

from flexsim.taskrouter.expressions import (
    And,
    Comparison,
    Expression,
    Node,
    Not,
    Reference,
    Values,
    lookup,
    unparse,
)

_LONGEST: Final = 80  # characters of a value; a whole customer would bury the reason


def why(expression: Expression, values: Values) -> str:
    """``topic == 'Sales' is false: topic is "Support"``, for each comparison that decided, joined by semicolons."""
    return "; ".join(_reasons(expression.tree, values))


def _reasons(node: Node, values: Values) -> list[str]:
    truth = holds(node, values)
    if isinstance(node, Comparison):
        return [f"{unparse(node)} is {_word(truth)}{_told(node, values)}"]
    if isinstance(node, Not):
        return _reasons(node.operand, values)
    # A conjunction is false for its first false part, true for all of them; a disjunction the other way round.
    decisive = [each for each in node.operands if holds(each, values) is truth]
    if isinstance(node, And) is truth:
        return [reason for each in decisive for reason in _reasons(each, values)]
    return _reasons(decisive[0], values)


def holds(node: Node, values: Values) -> bool:
    """Whether this part of an expression is true of the values."""
    return Expression("", node).matches(values)


def shown(value: Any) -> str:
    """A value as JSON, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _told(comparison: Comparison, values: Values) -> str:
    """What the attributes in it are."""
    told = [
        f"{name(operand.path)} is {_value(values, operand.path)}"
        for operand in (comparison.left, comparison.right)
        if isinstance(operand, Reference)
    ]
    return f": {', '.join(told)}" if told else ""


def _value(values: Values, path: tuple[str | int, ...]) -> str:
    found = lookup(values, path)
    return "not there" if found is None else shown(found)


def name(path: tuple[str | int, ...]) -> str:
    """A path as expressions write it."""
    first, *rest = path
    return str(first) + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in rest)


def _word(truth: bool) -> str:
    return "true" if truth else "false"
