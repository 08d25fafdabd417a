"""YAML read with the line of everything in it. Pure.

By YAML 1.2's core schema (yaml.org/spec/1.2.2, section 10.3), so that ``country: NO`` is a text and ``12:30`` no number of
seconds; what JSON does not have (dates, sets, tags of one's own) is refused. What aliases expand to is bounded.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import yaml

from flexsim.domain.problems import shown
from flexsim.errors import ConfigurationError

Place: TypeAlias = tuple[str | int, ...]

_MOST_VALUES: Final = 200_000
_RESOLVERS: Final = (
    ("null", r"(?:~|null|Null|NULL|)", ["~", "n", "N", ""]),
    ("bool", r"(?:true|True|TRUE|false|False|FALSE)", list("tTfF")),
    ("int", r"(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)", list("-+0123456789")),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", list("-+.0123456789")),
)
_TAG: Final = "tag:yaml.org,2002:"


class _CoreLoader(yaml.SafeLoader):
    """Composes nodes only; the core schema's plain scalars."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 -- PyYAML's own form


class CoreDumper(yaml.SafeDumper):
    """Writes what the reader here reads back."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 -- the base class's signature
        return True


for _name, _pattern, _first in _RESOLVERS:
    _CoreLoader.add_implicit_resolver(_TAG + _name, re.compile(f"^{_pattern}$"), _first)
    CoreDumper.add_implicit_resolver(_TAG + _name, re.compile(f"^{_pattern}$"), _first)


@dataclass(slots=True)
class Document:
    """A file's content and where each part of it is; ``where`` names the file."""

    where: str
    value: Any = None
    lines: dict[Place, int] = field(default_factory=dict)

    def line(self, place: Sequence[str | int]) -> int:
        """The line, from 1, of what is at ``place``, or of the innermost part of the way that is there."""
        for length in range(len(place), -1, -1):
            found = self.lines.get(tuple(place[:length]))
            if found is not None:
                return found
        return 1


def read_yaml(text: str, where: str) -> Document:
    """The document in ``text``; raises ConfigurationError that names ``where`` and the line of what is wrong."""
    document = Document(where)
    try:
        node = yaml.compose(text, Loader=_CoreLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise ConfigurationError(f"{where}, line {line}: not YAML: {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{where}: not YAML: {str(error).splitlines()[0]}") from error
    except RecursionError as error:
        raise ConfigurationError(f"{where}: nested too deep") from error
    if node is None:
        raise ConfigurationError(f"{where} is empty")
    document.value = _Builder(document).value(node, ())
    return document


class _Builder:
    """Makes plain values of nodes, and writes down their lines."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._open: set[int] = set()  # nodes that are being built, to meet again which would have no end

    def value(self, node: Any, place: Place) -> Any:
        lines = self._document.lines
        lines.setdefault(place, node.start_mark.line + 1)
        if len(lines) > _MOST_VALUES:
            raise self._wrong(node, f"more than {_MOST_VALUES:,} values, aliases included")
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if node.tag not in {_TAG + "seq", _TAG + "map"}:
            raise self._wrong(node, f"the tag {node.tag} means nothing here")
        if id(node) in self._open:
            raise self._wrong(node, "an alias stands inside what it stands for")
        self._open.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            built: Any = [self.value(each, (*place, index)) for index, each in enumerate(node.value)]
        else:
            built = self._mapping(node, place)
        self._open.discard(id(node))
        return built

    def _mapping(self, node: Any, place: Place) -> Mapping[str, Any]:
        built: dict[str, Any] = {}
        for key, value in node.value:
            name = self._scalar(key) if isinstance(key, yaml.ScalarNode) else None
            if not isinstance(name, str):
                raise self._wrong(key, "the name of a property is not a text; put it in quotes")
            if name in built:
                raise self._wrong(key, f"{name!r} is there twice")
            self._document.lines[*place, name] = key.start_mark.line + 1
            built[name] = self.value(value, (*place, name))
        return built

    def _scalar(self, node: Any) -> Any:
        kind, text = node.tag.removeprefix(_TAG), node.value
        if kind == "str":
            return text
        if kind == "null":
            return None
        if kind == "bool" and text.lower() in {"true", "false"}:
            return text.lower() == "true"
        if kind in {"int", "float"}:
            return self._number(node, kind, text)
        raise self._wrong(node, f"{shown(text)} has the tag {node.tag}, which means nothing here")

    def _number(self, node: Any, kind: str, text: str) -> int | float:
        try:
            if kind == "int":
                return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
            number = float(text)
        except ValueError as error:
            raise self._wrong(node, f"{shown(text)} is no number") from error
        if not math.isfinite(number):
            raise self._wrong(node, f"{shown(text)} is no number that JSON knows")
        return number

    def _wrong(self, node: Any, message: str) -> ConfigurationError:
        return ConfigurationError(f"{self._document.where}, line {node.start_mark.line + 1}: {message}")
