"""How parts of a document refer to each other: a dimension by name or attribute name, a parent's option as a key."""

from collections.abc import Mapping
from typing import Any, cast

from flexsim.domain.model import ALL, PHASES, Entity, Phase, option_key


def resolve(name: str, entity: str, dimensions: Mapping[str, Any]) -> str | None:
    """The dimension of this entity that ``name`` means; None if there is none. A dimension's own name comes first."""
    of_entity = {key: each for key, each in dimensions.items() if each.get("entity", "tasks") == entity}
    if name in of_entity:
        return name
    return next((key for key, each in of_entity.items() if each.get("attrName", key) == name), None)


def default_phase(entity: str) -> Phase:
    """When a dimension is drawn that does not say: the first of its entity's phases."""
    return PHASES[cast("Entity", entity)][0]


def parent_keys(name: str, dimensions: Mapping[str, Any]) -> list[str]:
    """The keys that the options of the dimension ``name``, which has a parent, must have: the parent's options.

    Empty where there is no such parent; raises ValueError where an option of the parent is not of the parent's type.
    """
    dimension = dimensions[name]
    found = resolve(dimension["parent"], dimension.get("entity", "tasks"), dimensions)
    if found is None:
        return []
    parent = dimensions[found]
    lists = parent.get("options", {})
    if "parent" not in parent:
        lists = {ALL: lists.get(ALL, [])}
    data_type = parent.get("dataType", "string")
    return list(
        dict.fromkeys(option_key(option_value(option, data_type)) for options in lists.values() for option in options)
    )


def option_value(value: Any, data_type: str) -> Any:
    """An option in its dimension's type; raises ValueError if it is none. Under ``string`` it stays as it is written."""
    if data_type == "string":
        return value
    if data_type == "boolean":
        text = str(value).lower()
        if text not in {"true", "false"}:
            raise ValueError(f"{value!r} is neither true nor false")
        return text == "true"
    if isinstance(value, bool):
        raise ValueError(f"{value!r} is no number")  # noqa: TRY004 -- one error for whatever does not fit
    number = float(value)
    if data_type == "number":
        return number
    if not number.is_integer():
        raise ValueError(f"{value!r} is no whole number")
    return int(number)
