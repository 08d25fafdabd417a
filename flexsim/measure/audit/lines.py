"""One line of a log to one event, or what is wrong with the line."""

from typing import Any, Final, TypeAlias

import orjson

from flexsim.measure.records import KEYS

Record: TypeAlias = dict[str, Any]

LONGEST: Final = 1 << 20  # bytes; a line of ours has a few hundred
_LATEST: Final = 1e11  # UTC seconds; a time beyond the year 5138 is none of ours
_LAST: Final = (1 << 63) - 1  # no log has so many events, and no column holds a larger number
_SHOWN: Final = 60  # characters of a line in a message

_TEXT: Final = frozenset({str})
_WHOLE: Final = frozenset({int})
_NUMBER: Final = frozenset({int, float})
_TEXT_OR_NONE: Final[frozenset[type]] = frozenset({str, type(None)})
_TRUTH: Final = frozenset({bool})
_VALUES: Final[dict[str, frozenset[type]]] = {
    "seq": _WHOLE, "t": _NUMBER, "type": _TEXT, "task": _TEXT, "worker": _TEXT, "reservation": _TEXT, "channel": _TEXT,
    "workflow": _TEXT, "queue": _TEXT, "from": _TEXT, "priority": _WHOLE, "reason": _TEXT_OR_NONE, "filter": _WHOLE,
    "target": _WHOLE, "name": _TEXT, "activity": _TEXT, "seconds": _NUMBER, "capacity": _WHOLE, "available": _TRUTH,
    "ignore_capacity": _TRUTH,
}  # fmt: skip
_OWN_VALUES: Final = {("worker.capacity.update", "from"): _WHOLE}
_ANYTHING: Final = frozenset({"contact"})  # whatever the task's attribute holds


def _checks(name: str, keys: tuple[str, ...]) -> tuple[tuple[str, frozenset[type]], ...]:
    return tuple((key, _OWN_VALUES.get((name, key), _VALUES[key])) for key in keys if key not in _ANYTHING)


_CHECKS: Final = {name: _checks(name, keys) for name, keys in KEYS.items()}
_MUST_STAND: Final = {name: [key for key in keys if key in _ANYTHING] for name, keys in KEYS.items()}
_OPTIONAL: Final = {
    name: _checks(name, keys)
    for name, keys in {
        "task.created": ("ignore_capacity",),
        "task.updated": ("channel",),
        "activity.updated": ("from",),
        "task-queue.expression.updated": ("from",),
        "workflow.updated": ("from",),
    }.items()
}


def read_event(line: bytes) -> Record:
    """The event that the line tells, every value of the type that it should have; raises ValueError saying what is wrong."""
    if line[-1:] != b"\n":
        raise ValueError(f"is cut off: {shown(line)}")
    try:
        record = orjson.loads(line)
        for key, types in _CHECKS[record["type"]]:
            if type(record[key]) not in types:
                raise ValueError(f"has no {key} that it could have: {shown(line)}")
    except orjson.JSONDecodeError as error:
        raise ValueError(f"is not JSON ({error}): {shown(line)}") from error
    except (KeyError, TypeError) as error:
        raise ValueError(_missing(record, line)) from error
    if not 0 <= record["t"] < _LATEST:
        raise ValueError(f"has no t that it could have: {shown(line)}")
    if record["seq"] > _LAST:
        raise ValueError(f"has no seq that it could have: {shown(line)}")
    name = record["type"]
    if name in _OPTIONAL or _MUST_STAND[name]:
        _check_rest(record, name, line)
    return record  # type: ignore[no-any-return]  # JSON is Any; it was an object to have all these keys


def _check_rest(record: Record, name: str, line: bytes) -> None:
    for key in _MUST_STAND[name]:
        if key not in record:
            raise ValueError(_missing(record, line))
    for key, types in _OPTIONAL.get(name, ()):
        if key in record and type(record[key]) not in types:
            raise ValueError(f"has no {key} that it could have: {shown(line)}")


def _missing(record: Any, line: bytes) -> str:
    if not isinstance(record, dict):
        return f"is not an object: {shown(line)}"
    name = record.get("type")
    if not isinstance(name, str) or name not in KEYS:
        return f"is of no type of event: {shown(line)}"
    lacking = ", ".join(key for key in KEYS[name] if key not in record)
    return f"lacks {lacking}: {shown(line)}"


def shown(line: bytes) -> str:
    """As much of the line as a message can hold."""
    text = line.decode("utf-8", "replace").strip()
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
