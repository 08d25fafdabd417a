"""Which attributes tasks and workers have, and with which values: from the domain and from the workers themselves. Pure.

Besides the domain's dimensions, a task carries what ``people.customer`` says of the contact and the customer; a test holds
contacts of every domain that comes with flexsim against this table.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from flexsim.domain.model import Dimension, Domain
from flexsim.people.contact import BRAND, CONTACT, VALUES
from flexsim.routecheck.possible import ANYTHING, MISSING, Possible, kind_of
from flexsim.taskrouter.expressions import Path, Scalar

_TEXT: Final = Possible(any_text=True)
_MAYBE_TEXT: Final = Possible(any_text=True, missing=True)
_OBJECT: Final = Possible(any_object=True)
# What Twilio itself puts on tasks of real calls and chats (TwiML Enqueue; Flex: conversations): known, of any value.
_TWILIOS: Final = (
    "call_sid", "account_sid", "api_version", "call_status", "conference", "worker_call_sid", "outbound_to",
    "channelSid", "conversationSid", "flexInteractionChannelSid", "flexChannelInviteSid", "initiatedBy", "callSid",
)  # fmt: skip


class Universe:
    """The attributes that there are: ``universe(path)`` is what values one can have; anything, if it is unknown."""

    __slots__ = ("_free", "_inner", "_known")

    def __init__(self, known: Mapping[tuple[str, ...], Possible], free: Iterable[str] = ()) -> None:
        """``free`` are the top-level names of attributes of which nothing is known but that they may be there."""
        self._known = dict(known)
        self._free = frozenset(free)
        self._inner = {path[:length] for path in known for length in range(1, len(path))}

    def __call__(self, path: Path) -> Possible:
        names = tuple(path)
        found = self._known.get(names)  # type: ignore[arg-type]  # a path with an index is never a key
        if found is not None:
            return found
        if names in self._inner:
            return _OBJECT
        for length in range(len(names) - 1, 0, -1):
            above = self._known.get(names[:length])  # type: ignore[arg-type]  # as above
            if above is not None:
                return _within(above, names[length], last=length + 1 == len(names))
        return ANYTHING

    def knows(self, path: Path) -> bool:
        """Whether something is said of the attribute at ``path``, or of one that holds it."""
        names = tuple(path)
        if names[0] in self._free or names in self._inner:
            return True
        return any(names[:length] in self._known for length in range(1, len(names) + 1))

    def names(self) -> list[str]:
        """The known attributes as expressions name them."""
        return [".".join(path) for path in self._known]


def tasks_of(domain: Domain) -> Universe:
    """What the tasks of the domain's customers carry when they enter the workflow."""
    known: dict[tuple[str, ...], Possible] = {}
    for dimension in domain.dimensions.values():
        if (dimension.entity, dimension.phase) == ("tasks", "arrive"):
            visible = dimension.is_attribute
            place = tuple(dimension.attribute_name.split(".")) if visible else (VALUES, dimension.name)
            known[place] = values_of(dimension)
    own = _own(domain)
    # The contact's own attributes are laid over the domain's.
    known = {path: possible for path, possible in known.items() if not any(path[: len(each)] == each for each in own)}
    return Universe({**known, **own}, free=_TWILIOS)


def workers_of(attributes: Iterable[Mapping[str, Any]]) -> Universe:
    """What these very workers have."""
    values: dict[tuple[str, ...], list[Any]] = {}
    count = 0
    for each in attributes:
        count += 1
        for path, value in _leaves(each):
            values.setdefault(path, []).append(value)
    return Universe({path: _seen(found, count) for path, found in values.items()})


def values_of(dimension: Dimension) -> Possible:
    """What values a dimension can be drawn with."""
    if dimension.expr == "enum":
        options = tuple(option.value for option in dimension.all_options())
        if dimension.value_count > 1:
            return Possible(lists_of=options, longest=dimension.value_count)
        return Possible(scalars=options)
    if dimension.value_count > 1:
        return ANYTHING
    if dimension.data_type == "boolean":
        return Possible(scalars=(True, False))
    return Possible(numbers=(dimension.minimum, dimension.maximum), whole=dimension.data_type == "integer")


def _within(above: Possible, step: str | int, *, last: bool) -> Possible:
    """What is inside a value of ``above``, at ``step``."""
    if above.any_list or above.any_object or above == ANYTHING:
        return ANYTHING
    if isinstance(step, int) and above.lists_of is not None and last:
        return Possible(missing=True, scalars=above.lists_of)
    return MISSING


def _own(domain: Domain) -> dict[tuple[str, ...], Possible]:
    """What ``Customers`` says of every contact."""
    channels = tuple(str(option.value) for option in domain.dimensions["channel"].all_options())
    ends: dict[tuple[str, ...], Possible] = {
        (name + suffix,): _TEXT
        for name in ("from", "caller", "to", "called")
        for suffix in ("", "_city", "_state", "_zip", "_country")
    }
    return {
        (BRAND,): Possible(scalars=(domain.brand,)),
        (CONTACT,): _TEXT,
        ("direction",): Possible(scalars=("inbound",)),
        ("name",): _TEXT,
        **ends,
        ("channelType",): Possible(scalars=channels, missing=True),
        ("customerName",): _MAYBE_TEXT,
        ("customerAddress",): _MAYBE_TEXT,
        **{("customers", name): _TEXT for name in ("name", "phone", "zip")},
        ("conversations", "communication_channel"): _TEXT,
        ("conversations", "direction"): Possible(scalars=("Inbound",)),
        ("conversations", "initiated_by"): Possible(scalars=("Customer",)),
        ("conversations", "in_business_hours"): Possible(scalars=("Yes", "No")),
        ("conversations", "abandoned"): Possible(scalars=("No",)),
    }


def _leaves(value: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterable[tuple[tuple[str, ...], Any]]:
    for name, inner in value.items():
        if isinstance(inner, Mapping) and inner:
            yield from _leaves(inner, (*above, name))
        else:
            yield (*above, name), inner


def _seen(values: list[Any], count: int) -> Possible:
    """The least that covers values which were seen at one place."""
    scalars: dict[tuple[str, Any], Scalar] = {}
    options: dict[tuple[str, Any], Scalar] = {}
    longest = 0
    for value in values:
        if isinstance(value, list):
            if any(isinstance(each, list | dict) for each in value) or not value:
                return ANYTHING
            longest = max(longest, len(value))
            options |= {(kind_of(each), each): each for each in value}
        elif not isinstance(value, Mapping):
            scalars[kind_of(value), value] = value
    return Possible(
        missing=len(values) < count or any(value is None for value in values),
        scalars=tuple(scalars.values()),
        lists_of=tuple(options.values()) if options else None,
        longest=longest,
        any_object=any(isinstance(value, Mapping) for value in values),
    )
