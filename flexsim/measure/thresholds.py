"""Thresholds: what a run must not come to, in one grammar wherever one can be given.

::

    threshold = figure sign limit [ "where" "queue" "=" name ]
    figure    = metric | function "(" distribution ")"
    sign      = "<" | "<=" | ">" | ">=" | "==" | "!="
    limit     = number [ "%" | "ms" | "s" | "m" | "h" ]
    name      = a word, or anything in quotes; in these, a backslash stands before a quote or a backslash

A threshold says what is wrong: it fails when it is true. It fails, too, when there is nothing to judge: a run in which
nobody was answered has not shown that its customers are answered in time. What the figures are, ``metrics`` says.
"""

import difflib
import math
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final, Never

from flexsim.errors import ConfigurationError, ThresholdError
from flexsim.measure.junit import Case
from flexsim.measure.metrics import CENTRE, FUNCTIONS, Kind, Vocabulary, is_function, value_of
from flexsim.measure.statistics import Totals

SIGNS: Final = {"<": lt, "<=": le, ">": gt, ">=": ge, "==": eq, "!=": ne}
_UNITS: Final[Mapping[Kind, Mapping[str, tuple[float, float]]]] = {  # times, divided by
    Kind.COUNT: {},
    Kind.SHARE: {"%": (1, 100)},
    Kind.SECONDS: {"ms": (1, 1000), "s": (1, 1), "m": (60, 1), "h": (3600, 1)},
}
_LONGEST: Final = 1000  # characters
_TOKEN: Final = re.compile(
    r"""(?P<number>[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
      | (?P<word>[^\W\d][\w.-]*)
      | (?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<sign><=|>=|==|!=|[<>=()%])""",
    re.VERBOSE | re.DOTALL,
)
_SPACE: Final = re.compile(r"\s*")
_BARE: Final = re.compile(r"[^\W\d][\w.-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """``limit`` is in seconds, a share, or a number of tasks; ``str`` gives a text that parses to the same."""

    metric: str
    function: str | None = None
    sign: str
    limit: float
    queue: str | None = None

    def __str__(self) -> str:
        limit = repr(self.limit).removesuffix(".0")
        where = "" if self.queue is None else f" where queue = {_quoted(self.queue)}"
        return f"{self.figure} {self.sign} {limit}{where}"

    @property
    def figure(self) -> str:
        """What is measured: ``asa``, ``p95(wait)``."""
        return self.metric if self.function is None else f"{self.function}({self.metric})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a threshold: ``measured`` is None where there was nothing to judge, which fails."""

    threshold: Threshold
    measured: float | None
    failed: bool
    kind: Kind

    def __str__(self) -> str:
        outcome = "failed" if self.failed else "held"
        return f"{outcome}: {self.threshold} ({self._measured()})"

    def document(self) -> dict[str, Any]:
        """As a JSON-ready document."""
        return {"threshold": str(self.threshold), "measured": self.measured, "failed": self.failed}

    def case(self) -> Case:
        """As a test case for a build server."""
        return Case(
            name=str(self.threshold),
            output=self._measured(),
            failure=self._measured() if self.failed else None,
        )

    def _measured(self) -> str:
        if self.measured is None:
            return "there is nothing to judge"
        unit = " s" if self.kind is Kind.SECONDS else ""
        number = f"{self.measured:.6g}"
        if self.kind is Kind.COUNT or (float(number) == self.threshold.limit != self.measured):
            number = repr(self.measured)  # every digit, where fewer would look like the limit
        return f"measured {number}{unit}"


def parse(text: str, vocabulary: Vocabulary = CENTRE) -> Threshold:
    """The threshold that the text says; raises ThresholdError that names the place, and what could stand there."""
    return _Parser(text, vocabulary).threshold()


def check_queues(thresholds: Iterable[Threshold], queues: Collection[str]) -> None:
    """Raise ConfigurationError where a threshold is about a queue that is none of ``queues``."""
    for each in thresholds:
        if each.queue is not None and each.queue not in queues:
            known = ", ".join(sorted(queues))
            raise ConfigurationError(f"no such queue: {each.queue}, in: {each}; there are: {known}")


def judge(threshold: Threshold, totals: Totals) -> Verdict:
    """What the threshold makes of these counts, as they are and not as a summary rounds them."""
    return verdict(threshold, value_of(threshold.function, threshold.metric, totals, threshold.queue))


def verdict(threshold: Threshold, measured: float | None, vocabulary: Vocabulary = CENTRE) -> Verdict:
    """What the threshold, which was parsed with this vocabulary, makes of a figure; None is nothing to judge, which fails."""
    failed = measured is None or bool(SIGNS[threshold.sign](measured, threshold.limit))
    kind = vocabulary.kind_of(threshold.function, threshold.metric)
    return Verdict(threshold=threshold, measured=measured, failed=failed, kind=kind)


class _Parser:
    """One method for each rule of the grammar; ``_at`` is the character at which the present token begins."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self._text = text
        self._vocabulary = vocabulary
        self._at = self._end = 0
        if len(text) > _LONGEST:
            self._fail(f"a threshold is at most {_LONGEST} characters long")
        self._kind, self._word = "", ""
        self._step()

    def threshold(self) -> Threshold:
        function, metric = self._figure()
        sign = self._sign()
        limit = self._limit(function, metric)
        queue = self._where(function, metric)
        if self._kind:
            hint = "; a name with a space is quoted" if queue else ""
            self._fail(f"{self._word} is one too many{hint}")
        return Threshold(metric=metric, function=function, sign=sign, limit=limit, queue=queue)

    def _figure(self) -> tuple[str | None, str]:
        figures, distributions = self._vocabulary.figures, self._vocabulary.distributions
        place, name = self._at, self._take("word", f"a figure ({self._vocabulary})")
        if self._word != "(":
            if name in figures:
                return None, name
            if name in distributions:
                self._fail(
                    f"{name} is many numbers: say p95({name}), mean({name}), max({name}) or count({name})", place
                )
            self._fail(
                f"no such figure: {name}{_like(name, (*figures, *distributions))}; there are {self._vocabulary}", place
            )
        if not distributions:
            self._fail(f"{name}(...) is of many numbers, and there are none here; there are {self._vocabulary}", place)
        if not is_function(name):
            self._fail(f"no such function: {name}{_like(name, FUNCTIONS)}; there are {', '.join(FUNCTIONS)}", place)
        self._step()
        place, of = self._at, self._take("word", f"one of {', '.join(distributions)}")
        if of not in distributions:
            self._fail(f"{name} is of one of {', '.join(distributions)}: {of}{_like(of, distributions)}", place)
        self._expect(")")
        return name, of

    def _sign(self) -> str:
        if self._word not in SIGNS or self._kind != "sign":
            self._fail(f"one of {' '.join(SIGNS)} is missing")
        sign = self._word
        self._step()
        return sign

    def _limit(self, function: str | None, metric: str) -> float:
        place, number = self._at, float(self._take("number", "a number"))
        kind = self._vocabulary.kind_of(function, metric)
        glued = self._kind == "word" and self._word != "where"
        if glued or self._word == "%":
            number = self._with_unit(number, kind)
        if not 0 <= number < math.inf or (kind is Kind.SHARE and number > 1):
            say = ", so say 80% or 0.8" if kind is Kind.SHARE else ", and not negative"
            self._fail(f"this is {kind.value}{say}", place)
        return number

    def _with_unit(self, number: float, kind: Kind) -> float:
        units = _UNITS[kind]
        if self._word not in units:
            known = f"its units are {', '.join(units)}" if units else "it has no unit"
            self._fail(f"this is {kind.value}, {known}: {self._word}")
        times, divided = units[self._word]
        self._step()
        return number * times / divided

    def _where(self, function: str | None, metric: str) -> str | None:
        if self._word != "where" or self._kind != "word":
            return None
        place = self._at
        self._step()
        if self._word != "queue":
            self._fail("after where comes queue = and a queue's name")
        self._step()
        if self._word == "==":
            self._word = "="
        self._expect("=")
        by_queue = self._vocabulary.by_queue
        if not by_queue or (function is None and metric not in by_queue):
            self._fail(f"{metric} is not counted by queue", place)
        if self._kind not in {"word", "quoted"}:
            self._fail("a queue's name is missing, in quotes if it is not one word")
        name = self._word
        if self._kind == "quoted":
            name = re.sub(r"\\(.)", r"\1", name[1:-1], flags=re.DOTALL)
        self._step()
        return name

    # Tokens.

    def _step(self) -> None:
        """On to the next token; its kind is empty at the end."""
        space = _SPACE.match(self._text, self._end)
        self._at = space.end() if space else self._end
        found = _TOKEN.match(self._text, self._at)
        if found is not None:
            self._kind, self._word, self._end = found.lastgroup or "", found.group(), found.end()
        elif self._at == len(self._text):
            self._kind, self._word, self._end = "", "", self._at
        elif self._text[self._at] in "\"'":
            self._fail("the quote is not closed")
        else:
            self._fail(f"{self._text[self._at]} has no meaning here")

    def _take(self, kind: str, wanted: str) -> str:
        if self._kind != kind:
            self._fail(f"{wanted} is missing")
        token = self._word
        self._step()
        return token

    def _expect(self, sign: str) -> None:
        if self._word != sign:
            self._fail(f"{sign} is missing")
        self._step()

    def _fail(self, message: str, place: int | None = None) -> Never:
        position = self._at if place is None else place
        raise ThresholdError(message, threshold=self._text[:_LONGEST], position=position)


def _like(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    return f" (did you mean {near[0]}?)" if near else ""


def _quoted(name: str) -> str:
    if _BARE.fullmatch(name):
        return name
    escaped = re.sub(r'(["\\])', r"\\\1", name)
    return f'"{escaped}"'
