"""Whether each dimension makes sense by itself and with those that it refers to. Pure."""

from collections.abc import Generator, Iterator, Mapping
from typing import Any, Final

from flexsim.domain.checks_schedules import share_problems
from flexsim.domain.model import ALL, MEASURED, PHASES, option_key
from flexsim.domain.naming import default_phase, option_value, parent_keys, resolve
from flexsim.domain.ordering import cycle, in_order
from flexsim.domain.problems import Path, Problem, hint, quoted, shown

Dimensions = Mapping[str, Any]

_EFFECTS: Final[Mapping[str, tuple[str, ...]]] = {
    "uniform": ("shift", "focus"),
    "bell": ("shift", "skew", "focus"),
    "exponential": ("shift",),  # its deviation is its mean
    "lognormal": ("shift", "focus"),
}
_WITH_MEAN: Final = ("exponential", "lognormal")
_KNOWN_PARAMS: Final = ("portion", "address", "baseCapacity", "baseDur")
_NEARLY: Final = 0.85
_RESERVED: Final = ("flexsim", "flexsim_contact", "flexsim_values")


def dimension_problems(name: str, dimensions: Dimensions) -> Iterator[Problem]:
    """All that is wrong with one dimension, but for cycles."""
    dimension = dimensions[name]
    path: Path = ("dimensions", name)
    entity = dimension.get("entity", "tasks")
    if dimension.get("phase", default_phase(entity)) not in PHASES[entity]:
        message = f"{dimension['phase']!r} is no phase of {entity}; theirs are {quoted(PHASES[entity])}"
        yield Problem(path=(*path, "phase"), message=message)
    if dimension.get("expr", "enum") == "range":
        yield from _range(path, dimension)
    else:
        yield from _enum(path, name, dimensions)
    yield from _curve(path, dimension)
    yield from _influences(path, name, dimensions)
    yield from _attribute(path, name, dimensions)


# -- ranges and curves -----------------------------------------------------------------------------------------------------


def _bounds(dimension: Mapping[str, Any]) -> tuple[float, float]:
    return dimension.get("min", 0), dimension.get("max", 1)


def _range(path: Path, dimension: Mapping[str, Any]) -> Iterator[Problem]:
    low, high = _bounds(dimension)
    if low > high:
        yield Problem(path=path, message=f"min {low} is greater than max {high}")
    elif dimension.get("dataType") == "integer" and low // 1 == high // 1 and low % 1 > 0:
        yield Problem(path=path, message=f"there is no whole number from {low} to {high}")


def _curve(path: Path, dimension: Mapping[str, Any]) -> Iterator[Problem]:
    is_range = dimension.get("expr", "enum") == "range"
    curve = dimension.get("curve", "bell" if is_range else "uniform")
    if not is_range and curve in _WITH_MEAN:
        yield Problem(
            path=(*path, "curve"), message=f"an enum cannot be {curve}: use 'uniform' or 'bell', or expr 'range'"
        )
        return
    if "mean" in dimension and curve not in _WITH_MEAN:
        yield Problem(path=(*path, "mean"), message=f"curve {curve!r} takes no mean, only {quoted(_WITH_MEAN)} do")
    if "cv" in dimension and curve != "lognormal":
        yield Problem(path=(*path, "cv"), message=f"curve {curve!r} takes no cv, only 'lognormal' does")
    if curve in _WITH_MEAN and "mean" not in dimension and sum(_bounds(dimension)) <= 0:
        message = f"curve {curve!r} needs a mean above 0, and the middle of the range is not; give a mean"
        yield Problem(path=path, message=message)


# -- options ------------------------------------------------------------------------------------------------------------------


def _enum(path: Path, name: str, dimensions: Dimensions) -> Iterator[Problem]:
    dimension = dimensions[name]
    options = dimension.get("options")
    if not options:
        numbers = (
            " (or, for a number from min to max, expr 'range')" if "min" in dimension or "max" in dimension else ""
        )
        yield Problem(path=path, message=f"an enum needs options, as in {{'all': ['a', 'b']}}{numbers}")
        return
    if "parent" in dimension:
        yield from _parent(path, name, dimensions)
        keys = [key for key in options if key != ALL] or list(options)
    elif ALL not in options:
        message = f"without a parent the options stand under 'all', not under {quoted(options)}"
        yield Problem(path=(*path, "options"), message=message)
        return
    else:
        keys = [ALL]
    for key in keys:
        yield from _options((*path, "options", key), options[key], dimension.get("dataType", "string"))
    yield from _params(path, dimension, keys)


def _options(path: Path, options: list[Any], data_type: str) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for index, option in enumerate(options):
        try:
            key = option_key(option_value(option, data_type))
        except ValueError:
            yield Problem(path=(*path, index), message=f"{option!r} is not of dataType {data_type!r}")
            continue
        if key in seen:
            yield Problem(path=(*path, index), message=f"{option!r} is the same option as [{seen[key]}]")
        seen.setdefault(key, index)


def _params(path: Path, dimension: Mapping[str, Any], keys: list[str]) -> Iterator[Problem]:
    options, params = dimension["options"], dimension.get("optionParams")
    if params is None:
        return
    known = [*keys, ALL] if "parent" in dimension else keys
    for key in params:
        if key not in known and "parent" in dimension:
            message = f"there are no options for {key!r}{hint(key, keys)}"
            yield Problem(path=(*path, "optionParams", key), message=message)
    for key in keys:
        where: Path = (*path, "optionParams", key)
        entries = params.get(key)
        if entries is None:
            yield Problem(path=(*path, "optionParams"), message=f"lacks {key!r}, for which there are options")
        elif len(entries) != len(options[key]):
            message = f"has {len(entries)} for {len(options[key])} options; give one entry to each, in the same order"
            yield Problem(path=where, message=message)
        else:
            yield from _entries(where, entries)


def _entries(path: Path, entries: list[Mapping[str, Any]]) -> Iterator[Problem]:
    yield from share_problems(path, "portion", entries)
    for index, entry in enumerate(entries):
        for key in entry:
            # Any property may stand here, so only what is nearly a known one is taken for a mistake.
            near = hint(key, _KNOWN_PARAMS, cutoff=_NEARLY) if key not in _KNOWN_PARAMS else ""
            if near:
                yield Problem(path=(*path, index, key), message=f"unknown property {key!r}{near}")


def _parent(path: Path, name: str, dimensions: Dimensions) -> Iterator[Problem]:
    dimension = dimensions[name]
    where: Path = (*path, "parent")
    found = yield from _earlier(where, name, dimension["parent"], dimensions)
    if found is None:
        return
    parent = dimensions[found]
    if parent.get("expr", "enum") != "enum":
        yield Problem(path=where, message=f"the parent {found!r} is a range; only an enum has options to go by")
        return
    if parent.get("valueCnt", 1) != 1:
        yield Problem(path=where, message=f"the parent {found!r} has several values at once; a parent has one")
    try:
        keys = parent_keys(name, dimensions)
    except ValueError:
        return  # reported where the parent is checked
    options = dimension["options"]
    missing = [key for key in keys if key not in options]
    if missing:
        yield Problem(path=(*path, "options"), message=f"lacks options for {quoted(missing)} of the parent {found!r}")
    for key in options:
        if key not in keys and key != ALL:  # merging may leave a default's "all"
            message = f"{key!r} is no option of the parent {found!r}{hint(key, keys)}"
            yield Problem(path=(*path, "options", key), message=message)


# -- what a dimension refers to -------------------------------------------------------------------------------------------------


def _earlier(path: Path, name: str, wanted: str, dimensions: Dimensions) -> Generator[Problem, None, str | None]:
    """Find a dimension that must have its value before ``name`` is drawn; returns its name, or None with a problem."""
    dimension = dimensions[name]
    entity = dimension.get("entity", "tasks")
    found = resolve(wanted, entity, dimensions)
    if found is None:
        there = [key for key, each in dimensions.items() if each.get("entity", "tasks") == entity and key != name]
        yield Problem(path=path, message=f"no dimension of {entity} is named {wanted!r}{hint(wanted, there)}")
        return None
    order = list(PHASES[entity])
    phases = [each.get("phase", default_phase(entity)) for each in (dimension, dimensions[found])]
    if all(phase in order for phase in phases) and order.index(phases[1]) > order.index(phases[0]):
        message = f"{found!r} is not yet drawn: its phase is {phases[1]!r}, that of {name!r} is {phases[0]!r}"
        yield Problem(path=path, message=message)
        return None
    return found


def _influences(path: Path, name: str, dimensions: Dimensions) -> Iterator[Problem]:
    dimension = dimensions[name]
    curve = dimension.get("curve", "bell" if dimension.get("expr", "enum") == "range" else "uniform")
    for index, influence in enumerate(dimension.get("influences", ())):
        where: Path = (*path, "influences", index)
        effect = influence.get("effect", "shift")
        if effect not in _EFFECTS[curve]:
            message = f"curve {curve!r} knows no {effect!r}, only {quoted(_EFFECTS[curve])}"
            yield Problem(path=(*where, "effect"), message=message)
        found = yield from _earlier((*where, "factor"), name, influence["factor"], dimensions)
        if found is not None and not _is_number(dimensions[found]):
            yield Problem(path=(*where, "factor"), message=f"{found!r} is not a number, so it cannot push anything")


def _is_number(dimension: Mapping[str, Any]) -> bool:
    if dimension.get("valueCnt", 1) != 1:
        return False
    data_type: str = dimension.get("dataType", "string")
    return dimension.get("expr", "enum") == "range" or data_type != "string"


def order_problems(dimensions: Dimensions) -> Iterator[Problem]:
    """Cycles of parents and factors, each named once."""
    needs = {name: list(_needs(name, dimensions)) for name in dimensions}
    _, stuck = in_order(needs)
    reported: set[str] = set()
    for name in stuck:
        around = cycle(needs, name)
        if not reported & set(around):
            message = f"dimensions wait for each other: {' needs '.join(around)}"
            yield Problem(path=("dimensions", around[0]), message=message)
        reported |= set(around)


def _needs(name: str, dimensions: Dimensions) -> Iterator[str]:
    dimension = dimensions[name]
    wanted = [influence["factor"] for influence in dimension.get("influences", ())]
    if "parent" in dimension and dimension.get("expr", "enum") == "enum":
        wanted.append(dimension["parent"])
    for each in wanted:
        found = resolve(each, dimension.get("entity", "tasks"), dimensions)
        if found is not None:
            yield found


# -- attributes -------------------------------------------------------------------------------------------------------------------


def _attribute(path: Path, name: str, dimensions: Dimensions) -> Iterator[Problem]:
    dimension = dimensions[name]
    if not dimension.get("isAttribute", True) or name == MEASURED:
        return
    attribute = dimension.get("attrName", name)
    if attribute.split(".")[0] in _RESERVED:
        yield Problem(path=path, message=f"the attribute {attribute!r} is flexsim's own; give another attrName")
    for other in _before(name, dimensions):
        taken = dimensions[other].get("attrName", other)
        if f"{attribute}.".startswith(f"{taken}.") or f"{taken}.".startswith(f"{attribute}."):
            message = (
                f"its attribute {attribute!r} and {taken!r} of {other!r} cannot both be there: {shown(taken)} is taken"
            )
            yield Problem(path=path, message=message)


def _before(name: str, dimensions: Dimensions) -> Iterator[str]:
    """The dimensions of the same entity that are attributes and stand before this one."""
    entity = dimensions[name].get("entity", "tasks")
    for other, dimension in dimensions.items():
        if other == name:
            return
        if dimension.get("entity", "tasks") == entity and dimension.get("isAttribute", True):
            yield other
