"""TaskRouter's expression language: parsed once, with positions in its errors, and evaluated as plain closures.

::

    expr      := and ( "OR" and )*
    and       := not ( "AND" not )*
    not       := "NOT" not | "(" expr ")" | operand operator operand
    operand   := constant | array | reference
    array     := "[" [ constant ( "," constant )* ] "]"
    constant  := 'text' | "text" | number | true | false | null
    reference := name ( "." name | "[" integer "]" )*
    operator  := == = != > >= < <= HAS >- IN <- NOT IN CONTAINS

Twilio: "Using TaskRouter Expressions" (twilio.com/docs/taskrouter/expression-syntax). Where Twilio is silent: AND binds
tighter than OR; unary NOT is accepted; keywords in any case, values case-sensitive; a missing key is null, and null makes
every comparison false but ``!= x`` and ``== null``; numeric strings count as numbers next to a number.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from flexsim.errors import ExpressionError

Scalar: TypeAlias = str | int | float | bool | None
Path: TypeAlias = tuple[str | int, ...]
Values: TypeAlias = Mapping[str, Any]
Test: TypeAlias = Callable[[Values], bool]

MAX_DEPTH: Final = 100


@dataclass(frozen=True, slots=True)
class Constant:
    value: Scalar


@dataclass(frozen=True, slots=True)
class Array:
    items: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    path: Path


Operand: TypeAlias = Constant | Array | Reference


@dataclass(frozen=True, slots=True)
class Comparison:
    """``operator`` is one of the keys of ``OPERATORS``."""

    left: Operand
    operator: str
    right: Operand


@dataclass(frozen=True, slots=True)
class Not:
    operand: "Node"


@dataclass(frozen=True, slots=True)
class And:
    operands: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    operands: tuple["Node", ...]


Node: TypeAlias = Comparison | Not | And | Or


class Expression:
    """A parsed expression: what it says, what it reads, and whether given values satisfy it."""

    __slots__ = ("_test", "paths", "text", "tree")

    def __init__(self, text: str, tree: Node) -> None:
        self.text = text
        self.tree = tree
        self.paths: tuple[Path, ...] = tuple(dict.fromkeys(_references(tree)))
        self._test = _compile(tree)

    def matches(self, values: Values) -> bool:
        """Whether ``values`` (attributes by name; or ``{"task": …, "worker": …}`` for a target) satisfy it."""
        return self._test(values)

    def paths_below(self, root: str) -> tuple[Path, ...]:
        """The references that start with ``root``, without it: what a target expression reads of the task, say."""
        return tuple(path[1:] for path in self.paths if path[0] == root)


def parse(text: str) -> Expression:
    """Read an expression; raises ``ExpressionError`` with the position of what is wrong."""
    return Expression(text, _Parser(text).whole())


def lookup(values: Any, path: Path) -> Any:
    """The value at ``path``; None where a step is missing."""
    for step in path:
        if isinstance(step, str):
            values = values.get(step) if isinstance(values, Mapping) else None
        else:
            values = values[step] if isinstance(values, list) and step < len(values) else None
    return values


# --- writing -----------------------------------------------------------------------------------------------------------


def quoted(text: str) -> str:
    """``text`` as a string constant that parses back to it."""
    mark = '"' if "'" in text and '"' not in text else "'"
    return mark + text.replace("\\", "\\\\").replace(mark, "\\" + mark) + mark


def unparse(node: Node) -> str:
    """The expression as text that parses back to an equal tree."""
    if isinstance(node, Comparison):
        return f"{_operand_text(node.left)} {node.operator} {_operand_text(node.right)}"
    if isinstance(node, Not):
        return f"NOT ({unparse(node.operand)})"
    word = " AND " if isinstance(node, And) else " OR "
    return word.join(f"({unparse(each)})" if isinstance(each, And | Or) else unparse(each) for each in node.operands)


def _operand_text(operand: Operand) -> str:
    if isinstance(operand, Constant):
        return _scalar_text(operand.value)
    if isinstance(operand, Array):
        return "[" + ", ".join(map(_scalar_text, operand.items)) + "]"
    first, *rest = operand.path
    return str(first) + "".join(f".{step}" if isinstance(step, str) else f"[{step}]" for step in rest)


def _scalar_text(value: Scalar) -> str:
    if isinstance(value, str):
        return quoted(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)


# --- reading -----------------------------------------------------------------------------------------------------------

_TOKEN: Final = re.compile(
    r"""(?P<space>\s+)
      | (?P<text>'(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*")
      | (?P<operator>==|!=|>=|<=|>-|<-|=|>|<)
      | (?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
      | (?P<name>[A-Za-z_$][A-Za-z0-9_$]*)
      | (?P<mark>[()\[\],.])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE: Final = re.compile(r"""\\(['"\\])""")
_WORDS: Final = frozenset({"AND", "OR", "NOT", "HAS", "IN", "CONTAINS", "TRUE", "FALSE", "NULL"})
_LITERALS: Final[dict[str, bool | None]] = {"TRUE": True, "FALSE": False, "NULL": None}
_ALIASES: Final = {"=": "==", ">-": "HAS", "<-": "IN"}
_END: Final = "end"


@dataclass(frozen=True, slots=True)
class _Token:
    """``kind`` is a group of ``_TOKEN``, ``word`` for a keyword, or ``end``; ``text`` is upper case for a keyword."""

    kind: str
    text: str
    position: int


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            what = "unclosed string" if text[position] in "'\"" else f"unexpected {text[position]!r}"
            raise ExpressionError(what, expression=text, position=position)
        kind, token = str(match.lastgroup), match.group()
        if kind == "name" and token.upper() in _WORDS:
            kind, token = "word", token.upper()
        if kind != "space":
            yield _Token(kind, token, position)
        position = match.end()
    yield _Token(_END, "", len(text))


class _Parser:
    """Recursive descent over the tokens, one method a rule."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_tokens(text))
        self._at = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._or()
        if self._peek().kind != _END:
            raise self._unexpected("AND, OR or the end")
        return node

    def _or(self) -> Node:
        operands = [self._and()]
        while self._take_word("OR"):
            operands.append(self._and())
        return operands[0] if len(operands) == 1 else Or(tuple(operands))

    def _and(self) -> Node:
        operands = [self._not()]
        while self._take_word("AND"):
            operands.append(self._not())
        return operands[0] if len(operands) == 1 else And(tuple(operands))

    def _not(self) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._error(f"nested more than {MAX_DEPTH} deep")
        if self._take_word("NOT"):
            node: Node = Not(self._not())
        elif self._take_mark("("):
            node = self._or()
            self._expect_mark(")")
        else:
            node = Comparison(self._operand(), self._operator(), self._operand())
        self._depth -= 1
        return node

    def _operator(self) -> str:
        token = self._peek()
        if token.kind == "operator":
            self._at += 1
            return _ALIASES.get(token.text, token.text)
        if self._take_word("NOT"):
            if not self._take_word("IN"):
                raise self._unexpected("IN after NOT")
            return "NOT IN"
        if token.kind == "word" and token.text in {"HAS", "IN", "CONTAINS"}:
            self._at += 1
            return token.text
        raise self._unexpected("an operator")

    def _operand(self) -> Operand:
        if self._peek().kind == "name":
            return self._reference()
        if self._take_mark("["):
            return self._array()
        return Constant(self._constant())

    def _reference(self) -> Reference:
        path: list[str | int] = [self._next().text]
        while True:
            if self._take_mark("."):
                token = self._peek()
                if token.kind not in {"name", "word"}:
                    raise self._unexpected("a name")
                self._at += 1
                path.append(self._text[token.position : token.position + len(token.text)])
            elif self._take_mark("["):
                path.append(self._index())
                self._expect_mark("]")
            else:
                return Reference(tuple(path))

    def _index(self) -> int:
        token = self._peek()
        if token.kind != "number" or not token.text.isdecimal() or len(token.text) > 9:
            raise self._unexpected("an index from 0")
        self._at += 1
        return int(token.text)

    def _array(self) -> Array:
        if self._take_mark("]"):
            return Array(())
        items = [self._constant()]
        while self._take_mark(","):
            items.append(self._constant())
        self._expect_mark("]")
        return Array(tuple(items))

    def _constant(self) -> Scalar:
        token = self._peek()
        if token.kind == "text":
            self._at += 1
            return _ESCAPE.sub(r"\1", token.text[1:-1])
        if token.kind == "number":
            value = _number(token.text)
            if value is None:
                raise self._error("number too large")
            self._at += 1
            return value
        if token.kind == "word" and token.text in _LITERALS:
            self._at += 1
            return _LITERALS[token.text]
        raise self._unexpected("a value or a name")

    def _peek(self) -> _Token:
        return self._tokens[self._at]

    def _next(self) -> _Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _take(self, kind: str, text: str) -> bool:
        token = self._peek()
        if token.kind != kind or token.text != text:
            return False
        self._at += 1
        return True

    def _take_word(self, word: str) -> bool:
        return self._take("word", word)

    def _take_mark(self, mark: str) -> bool:
        return self._take("mark", mark)

    def _expect_mark(self, mark: str) -> None:
        if not self._take_mark(mark):
            raise self._unexpected(f"'{mark}'")

    def _unexpected(self, expected: str) -> ExpressionError:
        token = self._peek()
        found = "end of expression" if token.kind == _END else repr(token.text)
        return self._error(f"unexpected {found}, expected {expected}")

    def _error(self, message: str) -> ExpressionError:
        return ExpressionError(message, expression=self._text, position=self._peek().position)


def _number(text: str) -> int | float | None:
    """The number written as ``text``; None when it is beyond what can be compared."""
    if len(text) > 300:
        return None
    if text.lstrip("-").isdecimal():
        return int(text)
    value = float(text)
    return value if math.isfinite(value) else None


# --- evaluating --------------------------------------------------------------------------------------------------------


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_scalar(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


def _as_number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _aligned(left: Any, right: Any) -> tuple[Any, Any]:
    """Both sides as they are compared: a numeric string next to a number becomes one."""
    if isinstance(left, str) and _is_number(right):
        return _as_number(left), right
    if isinstance(right, str) and _is_number(left):
        return left, _as_number(right)
    return left, right


def _equal(left: Any, right: Any) -> bool:
    if not (_is_scalar(left) and _is_scalar(right)):
        return False
    left, right = _aligned(left, right)
    # In Python True == 1; in JSON it is not.
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def _not_equal(left: Any, right: Any) -> bool:
    if left is None or right is None:  # asks whether it is there, an array too: preferred_agents != null is Twilio's
        return left is not right
    return _is_scalar(left) and _is_scalar(right) and not _equal(left, right)


def _ordered(left: Any, right: Any, holds: Callable[[Any, Any], bool]) -> bool:
    left, right = _aligned(left, right)
    if (_is_number(left) and _is_number(right)) or (isinstance(left, str) and isinstance(right, str)):
        return holds(left, right)
    return False


def _has(left: Any, right: Any) -> bool:
    return isinstance(left, list | tuple) and any(_equal(each, right) for each in left)


def _not_in(left: Any, right: Any) -> bool:
    return left is not None and _is_scalar(left) and isinstance(right, list | tuple) and not _has(right, left)


def _in(left: Any, right: Any) -> bool:
    return left is not None and _has(right, left)


def _contains(left: Any, right: Any) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return False
    if not (isinstance(left, str | int | float) and isinstance(right, str | int | float)):
        return False
    return str(right) in str(left)


OPERATORS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "==": _equal,
    "!=": _not_equal,
    ">": lambda left, right: _ordered(left, right, lambda a, b: a > b),
    ">=": lambda left, right: _ordered(left, right, lambda a, b: a >= b),
    "<": lambda left, right: _ordered(left, right, lambda a, b: a < b),
    "<=": lambda left, right: _ordered(left, right, lambda a, b: a <= b),
    "HAS": _has,
    "IN": _in,
    "NOT IN": _not_in,
    "CONTAINS": _contains,
}


def _compile(node: Node) -> Test:
    if isinstance(node, Comparison):
        return _compile_comparison(node)
    if isinstance(node, Not):
        test = _compile(node.operand)
        return lambda values: not test(values)
    tests = [_compile(each) for each in node.operands]
    if isinstance(node, And):
        return lambda values: all(test(values) for test in tests)
    return lambda values: any(test(values) for test in tests)


def _compile_comparison(node: Comparison) -> Test:
    left, right = _getter(node.left), _getter(node.right)
    compare = OPERATORS[node.operator]
    return lambda values: compare(left(values), right(values))


def _getter(operand: Operand) -> Callable[[Values], Any]:
    if isinstance(operand, Constant):
        constant = operand.value
        return lambda _: constant
    if isinstance(operand, Array):
        items = list(operand.items)
        return lambda _: items
    path = operand.path
    if len(path) == 1:
        name = str(path[0])
        return lambda values: values.get(name)
    return lambda values: lookup(values, path)


def _references(node: Node) -> Iterator[Path]:
    if isinstance(node, Comparison):
        for operand in (node.left, node.right):
            if isinstance(operand, Reference):
                yield operand.path
    elif isinstance(node, Not):
        yield from _references(node.operand)
    else:
        for each in node.operands:
            yield from _references(each)
