"""Faults on demand, so that users can try their own retry code: which requests and callbacks a rule strikes, and how.

Decides only; ``fault_gate`` carries it out. Each rule has a generator of its own that the seed and its place decide, so
the same requests in the same order are struck the same way. The rules are asked in their order: waiting times add up, and
the first that answers or hangs up is the last one asked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

from flexsim.emulator.fields import Fields
from flexsim.errors import InvalidInput
from flexsim.randomness import Generator, Randomness

LATENCY: Final = "latency"  # the request waits
STATUS: Final = "status"  # it is answered with an error
DROP: Final = "drop"  # the connection is closed without an answer
CALLBACK_DROP: Final = "callback_drop"  # a callback is not sent, and counts as unanswered
CALLBACK_LATENCY: Final = "callback_latency"  # a callback is sent later
_KINDS: Final = (LATENCY, STATUS, DROP, CALLBACK_DROP, CALLBACK_LATENCY)
_OF_CALLBACKS: Final = frozenset({CALLBACK_DROP, CALLBACK_LATENCY})
_WAITS: Final = frozenset({LATENCY, CALLBACK_LATENCY})

ASSIGNMENT: Final = "assignment"
EVENT: Final = "event"

_METHODS: Final = ("GET", "POST", "DELETE", "HEAD", "PUT", "OPTIONS")
_MOST_RULES: Final = 100
_LONGEST: Final = 600.0  # real seconds
_MOST: Final = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What it strikes and how; ``path`` is a pattern (``*`` is any text) of a path, or of a callback's address.

    Of what matches, it strikes each with ``probability``, or every ``every``-th, and no more than ``limit`` in all.
    ``processed``: the request is carried out all the same, and only its answer is lost or replaced.
    """

    fault: str
    method: str | None = None
    path: str = "*"
    callback: str | None = None
    probability: float = 1.0
    every: int | None = None
    limit: int | None = None
    seconds: float = 0.0
    status: int = 500
    retry_after: int | None = None
    processed: bool = False

    def document(self) -> dict[str, Any]:
        """The rule as JSON holds it: only the fields that mean something for its kind."""
        names = ["fault", "callback" if self.fault in _OF_CALLBACKS else "method", "path"]
        names += ["every" if self.every else "probability", "limit"]
        if self.fault in _WAITS:
            names.append("seconds")
        if self.fault == STATUS:
            names += ["status", "retry_after"]
        if self.fault in {STATUS, DROP}:
            names.append("processed")
        return {name: value for name in names if (value := getattr(self, name)) is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """What becomes of one request: it waits, then is answered with ``status``, or hung up on, or neither."""

    seconds: float = 0.0
    status: int | None = None
    retry_after: int | None = None
    drop: bool = False
    processed: bool = True


class _Counted:
    """A rule at work."""

    __slots__ = ("_generator", "rule", "seen", "struck")

    def __init__(self, rule: Rule, generator: Generator) -> None:
        self.rule = rule
        self.seen = 0
        self.struck = 0
        self._generator = generator

    def strikes(self) -> bool:
        """Count one more that matches; whether it is struck."""
        rule = self.rule
        self.seen += 1
        if rule.limit is not None and self.struck >= rule.limit:
            return False
        chosen = self.seen % rule.every == 0 if rule.every else self._generator.random() < rule.probability
        self.struck += chosen
        return chosen


class Faults:
    """The rules in force, and how often each has struck."""

    def __init__(self, seed: int) -> None:
        self._rules: tuple[_Counted, ...] = ()
        self.seed = seed
        self.active = False  # whether a request may be struck at all

    def set(self, rules: Sequence[Rule], seed: int | None = None) -> None:
        """These rules from now on, in place of those before; counted from 0, drawn afresh, from ``seed`` if given."""
        self.seed = self.seed if seed is None else seed
        chance = Randomness(self.seed)
        self._rules = tuple(_Counted(rule, chance.generator("fault", place)) for place, rule in enumerate(rules))
        self.active = any(rule.fault not in _OF_CALLBACKS for rule in rules)

    def reseed(self, seed: int) -> None:
        """The same rules, counted from 0 and drawn from this seed."""
        self.set([each.rule for each in self._rules], seed)

    def listed(self) -> list[dict[str, Any]]:
        """Each rule, how many it has seen that match, and how many it has struck."""
        return [{**each.rule.document(), "matched": each.seen, "struck": each.struck} for each in self._rules]

    def strike_request(self, method: str, path: str) -> Strike | None:
        """What is to become of this request; None when it goes its ordinary way."""
        return self._strike(
            lambda rule: (
                rule.fault not in _OF_CALLBACKS and rule.method in {None, method} and fnmatchcase(path, rule.path)
            )
        )

    def strike_callback(self, kind: str, url: str) -> Strike | None:
        """What is to become of this post of ``kind`` to ``url``; None when it goes its ordinary way."""
        return self._strike(
            lambda rule: rule.fault in _OF_CALLBACKS and rule.callback in {None, kind} and fnmatchcase(url, rule.path)
        )

    def _strike(self, matches: Callable[[Rule], bool]) -> Strike | None:
        seconds = 0.0
        for each in self._rules:
            rule = each.rule
            if not matches(rule) or not each.strikes():
                continue
            if rule.fault in _WAITS:
                seconds += rule.seconds
            elif rule.fault == STATUS:
                return Strike(
                    seconds=seconds, status=rule.status, retry_after=rule.retry_after, processed=rule.processed
                )
            else:
                return Strike(seconds=seconds, drop=True, processed=rule.processed)
        return Strike(seconds=seconds) if seconds else None


def read_rules(documents: Sequence[Any]) -> list[Rule]:
    """The rules that JSON describes; raises ``InvalidInput`` that names the field."""
    return [_read_rule(Fields(each, f"rule {place}")) for place, each in enumerate(documents, 1)]


def read_body(body: bytes) -> tuple[list[Rule], int | None]:
    """``{"rules": [...], "seed": 1}``: the rules and the seed, if one is given."""
    fields = Fields.of_body(body)
    documents = fields.array("rules", _MOST_RULES)
    seed = fields.seed()
    fields.end()
    if documents is None:
        raise fields.missing("rules")
    return read_rules(documents), seed


def _read_rule(fields: Fields) -> Rule:
    kind = fields.choice("fault", _KINDS)
    if kind is None:
        raise fields.missing("fault", f"is one of {', '.join(_KINDS)}")
    read: dict[str, Any] = {"fault": kind, "path": fields.text("path", 1024)}
    if kind in _OF_CALLBACKS:
        read["callback"] = fields.choice("callback", (ASSIGNMENT, EVENT))
    else:
        read["method"] = fields.choice("method", _METHODS)
    if kind in _WAITS:
        read["seconds"] = fields.number("seconds", 0.001, _LONGEST)
        if read["seconds"] is None:
            raise fields.missing("seconds", "are real ones")
    if kind == STATUS:
        read["status"] = fields.integer("status", 400, 599)
        read["retry_after"] = fields.integer("retry_after", 0, 86_400)
        if read["status"] is None:
            raise fields.missing("status", "is 429, 500 or 503, say")
    if kind in {STATUS, DROP}:
        read["processed"] = fields.flag("processed")
    read["probability"] = fields.number("probability", 0, 1)
    read["every"] = fields.integer("every", 1, _MOST)
    read["limit"] = fields.integer("limit", 1, _MOST)
    fields.end()
    if read["probability"] is not None and read["every"] is not None:
        raise InvalidInput("a rule strikes with a probability or every so many, not both")
    return Rule(**{name: value for name, value in read.items() if value is not None})
