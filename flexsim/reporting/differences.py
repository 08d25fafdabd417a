"""What differs between two documents, field by field; things in a list are matched by their names where they have any."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

_NAMES: Final = ("friendlyName", "filter_friendly_name", "name")


class _Absent:
    """Not there, which is something else than null."""

    def __repr__(self) -> str:
        return "absent"


ABSENT: Final = _Absent()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """``where`` is the path of keys and names; ``before`` or ``after`` may be ``ABSENT``."""

    where: tuple[str, ...]
    before: Any
    after: Any


def differences(before: Any, after: Any, where: tuple[str, ...] = ()) -> Iterator[Change]:
    """Every field that differs, in the order of the documents; what is only on one side is told as a whole."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _of_mappings(before, after, where)
    elif _is_list(before) and _is_list(after):
        yield from _of_mappings(*_keyed(before, after), where)
    elif not _same(before, after):
        yield Change(where=where, before=before, after=after)


def _of_mappings(before: Mapping[str, Any], after: Mapping[str, Any], where: tuple[str, ...]) -> Iterator[Change]:
    for key in [*before, *(each for each in after if each not in before)]:
        yield from differences(before.get(key, ABSENT), after.get(key, ABSENT), (*where, str(key)))


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _keyed(before: Sequence[Any], after: Sequence[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values by their names, if in both lists every value has one of its own; by their places otherwise."""
    for key in (*_NAMES, None):
        names = [_name(key, value) for value in before], [_name(key, value) for value in after]
        if any(names) and all(None not in each and len(set(each)) == len(each) for each in names):
            return _under(names[0], before), _under(names[1], after)
    return _under(_places(before), before), _under(_places(after), after)


def _under(keys: Sequence[str | None], values: Sequence[Any]) -> dict[str, Any]:
    return {str(key): value for key, value in zip(keys, values, strict=True)}


def _places(values: Sequence[Any]) -> list[str]:
    return [f"[{place}]" for place in range(len(values))]


def _name(key: str | None, value: Any) -> str | None:
    """What stands under the key; without one, the value itself."""
    found = value if key is None else value.get(key) if isinstance(value, Mapping) else None
    return found if isinstance(found, str) else None


def _same(before: Any, after: Any) -> bool:
    """1 and 1.0 are one number; true is none."""
    numbers = (int, float)
    alike = type(before) is type(after) or (type(before) in numbers and type(after) in numbers)
    return alike and bool(before == after)
