"""A workflow's configuration: read once, then asked where a task goes next.

A task stands at a position: the index of a filter and of a target in it; filter ``DEFAULT`` is the default filter. The
rules of movement are Twilio's ("Workflows Overview", twilio.com/docs/taskrouter/workflow-configuration, and "Lifecycle
of a Task: Workflows and Assignment"): a task that times out of its last target goes to the next matching filter and
never to the default; one that skips out of it may.
"""

import json
import math
import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from flexsim.errors import ExpressionError, InvalidInput
from flexsim.taskrouter.expressions import Expression, Path, lookup, parse

Position: TypeAlias = tuple[int, int]
QueueId: TypeAlias = Callable[[str], int | None]
Key: TypeAlias = Hashable  # the values that decide, equal only if no expression can tell them apart
KeyReader: TypeAlias = Callable[[Mapping[str, Any]], Key]

_LONGEST_TOLD: Final = 200  # characters of a value in a message
DEFAULT: Final = -1
_MEMO_LIMIT: Final = 4096
MAX_BYTES: Final = 1_038_576


@dataclass(frozen=True, slots=True)
class Order:
    """One clause of ``order_by``: an integer worker attribute."""

    path: Path
    descending: bool


@dataclass(frozen=True, slots=True)
class KnownWorker:
    """The task attribute at ``path`` names the only candidate, by ``sid`` or by ``friendly_name``."""

    path: Path
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One step of a filter. ``deadline``: seconds after entering the filter when it times out; infinite without one."""

    queue: int
    expression: Expression | None = None
    order_by: tuple[Order, ...] = ()
    priority: int | None = None
    skip_if: Expression | None = None
    known_worker: KnownWorker | None = None
    deadline: float = math.inf

    # What decides, beside the queue, which workers may have the task, and in which order, as a text; empty: nothing does.
    selects: str = field(init=False, compare=False)
    # The task attributes that selecting workers looks at, and what gives their values.
    reads: tuple[Path, ...] = field(init=False, compare=False)
    values_read: KeyReader = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Work out once what every task in the target would ask."""
        text = self.expression.text if self.expression else ""
        selects = repr((text, self.order_by, self.known_worker)) if text or self.order_by or self.known_worker else ""
        object.__setattr__(self, "selects", selects)
        reads = self.expression.paths_below("task") if self.expression else ()
        object.__setattr__(self, "reads", (*reads, self.known_worker.path) if self.known_worker else reads)
        object.__setattr__(self, "values_read", key_reader(self.reads))


@dataclass(frozen=True, slots=True)
class Filter:
    name: str
    expression: Expression
    targets: tuple[Target, ...]


class Entrance:
    """Where new tasks with the same values begin: worked out for the first of them, and looked up for the others."""

    __slots__ = ("lanes", "position", "target")

    def __init__(self, position: Position, target: Target) -> None:
        self.position = position
        self.target = target
        self.lanes: dict[int, Any] = {}  # by channel: where they wait; matching's business


class Routing:
    """What a workflow's configuration means."""

    __slots__ = ("_default_entry", "_entering", "_entrances", "_matching_key", "_memo", "default", "filters")

    def __init__(self, filters: tuple[Filter, ...], default: Target | None) -> None:
        self.filters = filters
        self.default = default
        self._default_entry: Position | None = None if default is None else (DEFAULT, 0)
        paths = dict.fromkeys(path for each in filters for path in each.expression.paths)
        self._matching_key = key_reader(tuple(paths))
        self._memo: dict[Key, tuple[int, ...]] = {}
        paths |= dict.fromkeys(path for each in filters for path in each.targets[0].reads)
        self._entering = key_reader(tuple(paths))
        self._entrances: dict[Key, Entrance | None] = {}

    def target(self, position: Position) -> Target:
        """The target at ``position``."""
        index, step = position
        if index == DEFAULT:
            assert self.default is not None
            return self.default
        return self.filters[index].targets[step]

    def queue_at(self, position: Position) -> int | None:
        """The id of the queue at ``position``; None where there is no such place."""
        index, step = position
        if index == DEFAULT:
            return self.default.queue if self.default else None
        if index < len(self.filters) and step < len(self.filters[index].targets):
            return self.filters[index].targets[step].queue
        return None

    def queues(self) -> set[int]:
        """The ids of all queues that tasks can be sent to."""
        targets = [target for each in self.filters for target in each.targets]
        return {target.queue for target in targets} | ({self.default.queue} if self.default else set())

    def entry(self, attributes: Mapping[str, Any]) -> Position | None:
        """Where a new task goes: the first matching filter, else the default filter, else nowhere."""
        matching = self._matching(attributes) if self.filters else ()
        if matching:
            return (matching[0], 0)
        return self._default_entry

    def entrance(self, attributes: Mapping[str, Any]) -> Entrance | None:
        """The same, with what there is to know of the place; shared by all tasks that no expression can tell apart."""
        key = self._entering(attributes)
        try:
            return self._entrances[key]
        except KeyError:
            if len(self._entrances) >= _MEMO_LIMIT:
                self._entrances.clear()
            position = self.entry(attributes)
            found = None if position is None else Entrance(position, self.target(position))
            self._entrances[key] = found
            return found

    def after_timeout(self, position: Position, attributes: Mapping[str, Any]) -> Position | None:
        """Where a task goes when its target has timed out; None: it is canceled."""
        return self._following(position, attributes)

    def after_skip(self, position: Position, attributes: Mapping[str, Any]) -> Position | None:
        """Where a task goes when its target is skipped; None: it is canceled."""
        return self._following(position, attributes) or self._default_entry

    def _following(self, position: Position, attributes: Mapping[str, Any]) -> Position | None:
        index, step = position
        if index == DEFAULT:
            return None
        if step + 1 < len(self.filters[index].targets):
            return (index, step + 1)
        return next(((later, 0) for later in self._matching(attributes) if later > index), None)

    def _matching(self, attributes: Mapping[str, Any]) -> tuple[int, ...]:
        """The filters that match, remembered by the values they read."""
        key = self._matching_key(attributes)
        found = self._memo.get(key)
        if found is None:
            if len(self._memo) >= _MEMO_LIMIT:
                self._memo.clear()
            found = tuple(i for i, each in enumerate(self.filters) if each.expression.matches(attributes))
            self._memo[key] = found
        return found


def key_reader(paths: tuple[Path, ...]) -> KeyReader:
    """What gives the values at ``paths`` as a key. One or two names, all texts, are what nearly every filter reads."""
    names = [str(path[0]) for path in paths if len(path) == 1]
    if len(paths) == len(names) == 1:
        return _reader_of_one(names[0])
    if len(paths) == len(names) == 2:
        return _reader_of_two(*names)
    return lambda attributes: tuple([_frozen(lookup(attributes, path)) for path in paths])


def _reader_of_one(name: str) -> KeyReader:
    def read(attributes: Mapping[str, Any]) -> Key:
        value = attributes.get(name)
        return value if value.__class__ is str else _frozen(value)

    return read


def _reader_of_two(first: str, second: str) -> KeyReader:
    def read(attributes: Mapping[str, Any]) -> Key:
        one, other = attributes.get(first), attributes.get(second)
        if one.__class__ is str and other.__class__ is str:
            return one, other
        return _frozen(one), _frozen(other)

    return read


def _frozen(value: Any) -> Key:
    """Equal only for values that no expression can tell apart: 1, 1.0, True and "1" are four."""
    return value if value.__class__ is str or value is None else (type(value).__name__, repr(value))


# --- reading -----------------------------------------------------------------------------------------------------------


def parse_routing(configuration: str, queue_id: QueueId) -> Routing:
    """Read a workflow's configuration document.

    ``queue_id`` turns a queue's SID into its id, or None. Raises ``InvalidInput`` naming the place that is wrong.
    """
    if len(configuration.encode()) > MAX_BYTES:
        raise InvalidInput(f"workflow configuration is larger than {MAX_BYTES} bytes")
    try:
        document = json.loads(configuration)
        # Half a surrogate pair, escaped, is JSON and no text: it could be neither shown nor sent on.
        json.dumps(document, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"workflow configuration is not JSON: {error}") from error
    routing = _mapping(_mapping(document, "configuration").get("task_routing"), "task_routing")
    reader = _Reader(queue_id)
    filters = tuple(
        reader.filter(each, f"task_routing.filters[{i}]")
        for i, each in enumerate(_list(routing.get("filters"), "task_routing.filters"))
    )
    default = routing.get("default_filter")
    where = "task_routing.default_filter"
    return Routing(filters, None if default is None else Target(queue=reader.queue(_mapping(default, where), where)))


class _Reader:
    def __init__(self, queue_id: QueueId) -> None:
        self._queue_id = queue_id

    def filter(self, document: Any, where: str) -> Filter:
        document = _mapping(document, where)
        name = document.get("filter_friendly_name") or document.get("friendly_name") or ""
        expression = _expression(document.get("expression"), f"{where}.expression")
        if expression is None:
            raise InvalidInput(f"workflow configuration: {where} has no expression")
        steps = _list(document.get("targets"), f"{where}.targets")
        if not steps:
            raise InvalidInput(f"workflow configuration: {where} has no targets")
        return Filter(str(name), expression, self._targets(steps, where))

    def _targets(self, steps: list[Any], where: str) -> tuple[Target, ...]:
        """Later targets inherit the queue; timeouts add up, and one without a timeout is never left by time."""
        targets: list[Target] = []
        queue, elapsed = None, 0.0
        for i, step in enumerate(steps):
            place = f"{where}.targets[{i}]"
            document = _mapping(step, place)
            queue = queue if queue is not None and "queue" not in document else self.queue(document, place)
            timeout = _integer(document.get("timeout"), f"{place}.timeout")
            elapsed += math.inf if timeout is None else timeout
            targets.append(_target(document, place, queue, elapsed))
        return tuple(targets)

    def queue(self, document: Mapping[str, Any], where: str) -> int:
        sid = document.get("queue")
        found = self._queue_id(sid) if isinstance(sid, str) else None
        if found is None:
            raise InvalidInput(f"workflow configuration: {where}.queue is no task queue of this workspace: {sid}")
        return found


def _target(document: Mapping[str, Any], where: str, queue: int, deadline: float) -> Target:
    expression = _expression(document.get("expression"), f"{where}.expression")
    for path in expression.paths if expression else ():
        if path[0] not in {"task", "worker"} or len(path) == 1:
            raise InvalidInput(f"workflow configuration: {where}.expression: write task.{path[0]} or worker.{path[0]}")
    return Target(
        queue=queue,
        expression=expression,
        order_by=_order_by(document.get("order_by"), f"{where}.order_by"),
        priority=_integer(document.get("priority"), f"{where}.priority"),
        skip_if=_expression(document.get("skip_if"), f"{where}.skip_if"),
        known_worker=_known_worker(document, where),
        deadline=deadline,
    )


_KNOWN: Final = {"known_worker_sid": "sid", "known_worker_friendly_name": "friendly_name"}
_ORDER: Final = re.compile(r"worker((?:\.[A-Za-z_$][A-Za-z0-9_$]*)+)(?:\s+(ASC|DESC))?", re.IGNORECASE)


def _known_worker(document: Mapping[str, Any], where: str) -> KnownWorker | None:
    for key, by in _KNOWN.items():
        value = document.get(key)
        if value is None:
            continue
        if not isinstance(value, str) or not re.fullmatch(r"task(\.[A-Za-z_$][A-Za-z0-9_$]*)+", value):
            raise InvalidInput(f"workflow configuration: {where}.{key} must be task.<attribute>: {_told(value)}")
        return KnownWorker(tuple(value.split(".")[1:]), by)
    return None


def _order_by(text: Any, where: str) -> tuple[Order, ...]:
    if text is None or text == "":
        return ()
    if not isinstance(text, str):
        raise InvalidInput(f"workflow configuration: {where} is not text: {_told(text)}")
    orders = []
    for clause in text.split(","):
        match = _ORDER.fullmatch(clause.strip())
        if match is None:
            raise InvalidInput(f"workflow configuration: {where} must be like worker.level DESC: {clause.strip()}")
        orders.append(Order(tuple(match[1].split(".")[1:]), (match[2] or "").upper() == "DESC"))
    return tuple(orders)


def _expression(text: Any, where: str) -> Expression | None:
    if text is None or text == "":
        return None
    if not isinstance(text, str):
        raise InvalidInput(f"workflow configuration: {where} is not text: {_told(text)}")
    try:
        return parse(text)
    except ExpressionError as error:
        raise InvalidInput(f"workflow configuration: {where}: {error}") from error


def _integer(value: Any, where: str) -> int | None:
    """Twilio's own examples write these as numbers and as numeric strings."""
    if value is None or value == "":
        return None
    text = str(value) if isinstance(value, int | str) else ""
    if isinstance(value, bool) or not text.isdecimal() or len(text) > 10 or int(text) >= 1 << 31:
        raise InvalidInput(f"workflow configuration: {where} is not a whole number from 0: {_told(value)}")
    return int(text)


def _told(value: Any) -> str:
    """A wrong value in one line; of what holds others, which may be nested deep, only what it is."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    return " ".join(str(value).split())[:_LONGEST_TOLD]


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise InvalidInput(f"workflow configuration: {where} is not an object")
    return value


def _list(value: Any, where: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise InvalidInput(f"workflow configuration: {where} is not a list")
    return value
