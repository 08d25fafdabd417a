"""Whether an expression can be true, always is, or follows from others, given what values the attributes can have.

An expression is taken apart into the ways in which it can be true (its disjunctive normal form), and each way into what it
asks of each attribute. What compares two attributes with each other, and what has too many ways, is taken for possible:
``can_hold`` says False only where it is certain, and everything else here follows from that.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TypeAlias

from flexsim.routecheck.possible import ANYTHING, Literal, Possible, may_satisfy
from flexsim.taskrouter.expressions import (
    OPERATORS,
    And,
    Array,
    Comparison,
    Constant,
    Node,
    Not,
    Operand,
    Or,
    Path,
    Reference,
)

Universe: TypeAlias = Callable[[Path], Possible]
_Way: TypeAlias = tuple[tuple[Comparison, bool], ...]

_MOST_WAYS: Final = 4_096


class _TooManyError(Exception):
    """There are more ways than are looked at."""


def anything(_path: Path) -> Possible:
    """The universe in which every attribute can have every value."""
    return ANYTHING


def can_hold(node: Node, universe: Universe = anything) -> bool:
    """Whether values of the universe may make ``node`` true; False is certain."""
    try:
        ways = _ways(node, wanted=True)
    except _TooManyError:
        return True
    return any(_possible(way, universe) for way in ways)


def always_holds(node: Node, universe: Universe = anything) -> bool:
    """Whether all values of the universe make ``node`` true; True is certain."""
    return not can_hold(Not(node), universe)


def follows(node: Node, others: Sequence[Node], universe: Universe = anything) -> bool:
    """Whether one of ``others`` is true wherever ``node`` is; True is certain."""
    return not can_hold(And((node, *(Not(each) for each in others))), universe) if others else False


def comparisons(node: Node) -> Iterable[Comparison]:
    """The comparisons that an expression consists of, in order."""
    if isinstance(node, Comparison):
        yield node
    elif isinstance(node, Not):
        yield from comparisons(node.operand)
    else:
        for each in node.operands:
            yield from comparisons(each)


def literal_of(comparison: Comparison, *, wanted: bool = True) -> tuple[Path, Literal] | None:
    """What a comparison of one attribute with a constant asks of the attribute; None for any other comparison."""
    left, right = comparison.left, comparison.right
    if isinstance(left, Reference) == isinstance(right, Reference):
        return None
    reference, constant = (left, right) if isinstance(left, Reference) else (right, left)
    assert isinstance(reference, Reference)
    first = reference is left
    asked = Literal(operator=comparison.operator, constant=_value(constant), attribute_first=first, wanted=wanted)
    return reference.path, asked


def _ways(node: Node, *, wanted: bool) -> list[_Way]:
    """The ways in which ``node`` is as wanted: each a set of comparisons that must be as they say."""
    if isinstance(node, Comparison):
        return [((node, wanted),)]
    if isinstance(node, Not):
        return _ways(node.operand, wanted=not wanted)
    parts = [_ways(each, wanted=wanted) for each in node.operands]
    if isinstance(node, Or) is wanted:
        ways = [way for part in parts for way in part]
        _count(len(ways))
        return ways
    joined: list[_Way] = [()]
    for part in parts:
        _count(len(joined) * len(part))
        joined = [(*way, *more) for way in joined for more in part]
    return joined


def _count(ways: int) -> None:
    if ways > _MOST_WAYS:
        raise _TooManyError


def _possible(way: _Way, universe: Universe) -> bool:
    asked: dict[Path, list[Literal]] = {}
    for comparison, wanted in way:
        found = literal_of(comparison, wanted=wanted)
        if found is not None:
            asked.setdefault(found[0], []).append(found[1])
        elif not isinstance(comparison.left, Reference) and _constantly(comparison) is not wanted:
            return False
    return all(may_satisfy(universe(path), literals) for path, literals in asked.items())


def _constantly(comparison: Comparison) -> bool:
    """Whether a comparison of two constants is true."""
    return OPERATORS[comparison.operator](_value(comparison.left), _value(comparison.right))


def _value(operand: Operand) -> Any:
    if isinstance(operand, Array):
        return list(operand.items)
    assert isinstance(operand, Constant)
    return operand.value
