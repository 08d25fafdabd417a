"""How right somebody's answers about traces are: held against the truth that generated traces carry.

Answers and truth are objects with a ``trace_id``, one for each trace, in the form that ``answers`` says. A tool need not answer
everything: what it leaves out of all its traces is not graded, what it leaves out of one counts as missed there.

What is graded, over all traces of the truth together:

``critical_path``   spans named that are on the path; ``overlap`` is the mean over traces of common spans / spans in either
``root_cause``, ``straggler``   the span, where there is one; naming one where there is none is wrong
``retries``         whole sequences of attempts, in their order
``defects``         injected defects by kind and span
``amplification``, ``time_to_first_token_ms``, ``idle_ms``, ``busy_ms``   numbers within 1 % of the truth

Precision is right / answered, recall right / true, f1 their harmonic mean; ``score`` is the mean f1 of what was graded.
"""

import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from flexsim.errors import ConfigurationError

_TOLERANCE: Final = 0.01
Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """``right`` of ``answered`` are so, of ``true`` that there are; a share of nothing is None."""

    right: int
    answered: int
    true: int
    overlap: float | None = None

    @property
    def precision(self) -> float | None:
        """Right / answered."""
        return self.right / self.answered if self.answered else None

    @property
    def recall(self) -> float | None:
        """Right / true."""
        return self.right / self.true if self.true else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall: 0 where one is missing, None where there was nothing to find or say."""
        both = self.answered + self.true
        return 2 * self.right / both if both else None

    def document(self) -> dict[str, Any]:
        """As a JSON-ready document."""
        shares = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        return asdict(self) | shares


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The grades by what was graded; ``unanswered`` traces of the truth have no answer, ``unknown`` answers have no truth."""

    grades: Mapping[str, Grade]
    traces: int
    unanswered: int
    unknown: int

    @property
    def score(self) -> float | None:
        """The mean f1 of all that was graded, from 0 to 1."""
        found = [each.f1 for each in self.grades.values() if each.f1 is not None]
        return math.fsum(found) / len(found) if found else None

    def document(self) -> dict[str, Any]:
        """As a JSON-ready document."""
        return {
            "score": self.score,
            "traces": self.traces,
            "unanswered": self.unanswered,
            "unknown": self.unknown,
            "grades": {name: each.document() for name, each in self.grades.items()},
        }


def grade(answers: Iterable[Answer], truth: Iterable[Answer]) -> Report:
    """Hold answers against the truth; raises ConfigurationError where a field is not of the form it has to be."""
    given = _by_trace(answers, "the answers")
    true = _by_trace(truth, "the truth")
    pairs = [(given.get(trace_id, {}), each) for trace_id, each in true.items()]
    asked = {name for each in given.values() for name in each}
    return Report(
        grades={name: how(name, pairs) for name, how in _GRADED.items() if name in asked},
        traces=len(true),
        unanswered=len(true.keys() - given.keys()),
        unknown=len(given.keys() - true.keys()),
    )


def _by_trace(documents: Iterable[Answer], whose: str) -> dict[str, Answer]:
    found: dict[str, Answer] = {}
    for each in documents:
        trace_id = each.get("trace_id")
        if not isinstance(trace_id, str):
            raise ConfigurationError(f"each of {whose} is an object with a trace_id")
        if trace_id in found:
            raise ConfigurationError(f"{whose} speak twice of trace {trace_id[:64]!r}")
        found[trace_id.lower()] = each
    return found


_Pairs = Sequence[tuple[Answer, Answer]]


def _path(name: str, pairs: _Pairs) -> Grade:
    sets = [(_things(each, name, _span), _things(true, name, _span)) for each, true in pairs]
    shares = [len(each & true) / len(each | true) for each, true in sets if each | true]
    overlap = math.fsum(shares) / len(shares) if shares else None
    return _graded(sets, overlap)


def _spans(name: str, pairs: _Pairs) -> Grade:
    return _graded([(_one(each, name), _one(true, name)) for each, true in pairs])


def _listed(of: Callable[[Any], Hashable]) -> Callable[[str, _Pairs], Grade]:
    return lambda name, pairs: _graded([(_things(each, name, of), _things(true, name, of)) for each, true in pairs])


def _numbers(name: str, pairs: _Pairs) -> Grade:
    found = [(_number(each, name), _number(true, name)) for each, true in pairs]
    right = sum(
        each is not None and true is not None and math.isclose(each, true, rel_tol=_TOLERANCE, abs_tol=1e-6)
        for each, true in found
    )
    return Grade(
        right=right,
        answered=sum(each is not None for each, _ in found),
        true=sum(true is not None for _, true in found),
    )


def _graded(sets: Sequence[tuple[set[Hashable], set[Hashable]]], overlap: float | None = None) -> Grade:
    return Grade(
        right=sum(len(each & true) for each, true in sets),
        answered=sum(len(each) for each, _ in sets),
        true=sum(len(true) for _, true in sets),
        overlap=overlap,
    )


def _things(answer: Answer, name: str, of: Callable[[Any], Hashable]) -> set[Hashable]:
    listed = answer.get(name)
    if listed is None:
        return set()
    if not isinstance(listed, list | tuple):
        raise _wrong(answer, name, "a list")
    try:
        return {of(each) for each in listed}
    except (KeyError, TypeError, AttributeError) as error:
        raise _wrong(answer, name, "of the form that the truth has") from error


def _one(answer: Answer, name: str) -> set[Hashable]:
    value = answer.get(name)
    if value is not None and not isinstance(value, str):
        raise _wrong(answer, name, "a span id, or null")
    return set() if value is None else {value.lower()}


def _number(answer: Answer, name: str) -> float | None:
    value = answer.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise _wrong(answer, name, "a number, or null")
    return value


def _wrong(answer: Answer, name: str, wanted: str) -> ConfigurationError:
    return ConfigurationError(f"{name} of trace {answer.get('trace_id')} is {wanted}, not {str(answer.get(name))[:80]}")


def _span(told: Any) -> Hashable:
    return str.lower(told)


def _sequence(told: Any) -> Hashable:
    return tuple(map(str.lower, told["attempts"]))


def _defect(told: Any) -> Hashable:
    return str(told["kind"]), str.lower(told["span_id"])


_GRADED: Final[Mapping[str, Callable[[str, _Pairs], Grade]]] = {
    "critical_path": _path,
    "root_cause": _spans,
    "straggler": _spans,
    "retries": _listed(_sequence),
    "defects": _listed(_defect),
    "amplification": _numbers,
    "time_to_first_token_ms": _numbers,
    "idle_ms": _numbers,
    "busy_ms": _numbers,
}
