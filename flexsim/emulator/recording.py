"""An input as a JSON document, and back: what the journal and ``/_flexsim/inputs`` hold.

::

    {"do": "create_task", "at": 1767600000.0, "workspace": "WS…", "arguments": [{"NewTask": {…}}], "events": 12}

``do`` is the engine's method, ``events`` how many events the workspace has had after it: so a replay knows that it goes
the same way. A record's fields are left out where they have their defaults; ``options`` are arguments by name. Five
inputs are not the engine's: ``advance`` (something fell due), ``open`` and ``close`` (a workspace), ``account``, ``key``.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from flexsim.errors import ConfigurationError
from flexsim.taskrouter import inputs
from flexsim.taskrouter.engine import Engine
from flexsim.taskrouter.events import Event
from flexsim.taskrouter.templates import fifo_workspace, flex_workspace, plain_workspace

Document: TypeAlias = dict[str, Any]
Furnish: TypeAlias = Callable[[Engine, float], list[Event]]

ADVANCE: Final = "advance"
OPEN: Final = "open"
CLOSE: Final = "close"
ACCOUNT: Final = "account"
KEY: Final = "key"

TEMPLATES: Final[Mapping[str, Furnish]] = {
    each.__name__: each for each in (plain_workspace, fifo_workspace, flex_workspace)
}
_RECORDS: Final = {
    name: record
    for name, record in vars(inputs).items()
    if isinstance(record, type) and dataclasses.is_dataclass(record)
}
_FIELDS: Final = {
    record: tuple((field.name, field.default) for field in dataclasses.fields(record)) for record in _RECORDS.values()
}


def written(method: str, arguments: Sequence[Any], options: Mapping[str, Any]) -> Document:
    """The call of an engine's method as a document, without when and where."""
    document: Document = {"do": method, "arguments": [_written(each) for each in arguments]}
    if options:
        document["options"] = dict(options)
    return document


def _written(argument: Any) -> Any:
    fields = _FIELDS.get(type(argument))
    if fields is None:
        return argument
    values = ((name, getattr(argument, name), default) for name, default in fields)
    return {type(argument).__name__: {name: value for name, value, default in values if not _same(value, default)}}


def _same(value: Any, default: Any) -> bool:
    return type(value) is type(default) and bool(value == default)  # False is not 0


def call(engine: Engine, document: Document) -> tuple[Callable[..., list[Event]], list[Any], Mapping[str, Any]]:
    """The engine's method, its arguments and options; raises ``ConfigurationError`` where there is no such method."""
    name = document["do"]
    method = None if name.startswith("_") else getattr(engine, name, None)
    if not callable(method):
        raise ConfigurationError(f"there is no input {name}")
    return method, [_read(each) for each in document["arguments"]], document.get("options", {})


def _read(argument: Any) -> Any:
    if not isinstance(argument, dict):
        return argument
    ((name, fields),) = argument.items()
    if name not in _RECORDS:
        raise ConfigurationError(f"there is no record {name} in inputs")
    return _RECORDS[name](**fields)
