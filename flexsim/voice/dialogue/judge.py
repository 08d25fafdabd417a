"""Whether a caller's goal was reached: each criterion against the end state, and why. Pure.

A criterion's ``check`` is an expression of TaskRouter's language (see ``taskrouter.expressions``) over the desk's state at
the end, with ``before`` for the state at the beginning and ``call`` for the call: ``end_reason``, ``turns``. ``told`` is the
place of a value that some utterance of the agent's must hold, said in whatever way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flexsim.taskrouter.expressions import lookup, parse
from flexsim.voice.dialogue.languages import language_of
from flexsim.voice.dialogue.meaning import understand
from flexsim.voice.dialogue.personas import Criterion, Goal


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One criterion, whether it is met, and what was seen."""

    criterion: str
    met: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """``failures`` are the sentences of those failure conditions that hold."""

    reached: bool
    criteria: tuple[Finding, ...]
    failures: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """As a recording's metadata have it."""
        return {
            "reached": self.reached,
            "criteria": [asdict(each) for each in self.criteria],
            "failures": list(self.failures),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A call that is over: the desk's state before and after, how it ended, and what the agent has said, as it was played."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    end_reason: str
    turns: int
    said: Sequence[str] = ()
    language: str = "en"


def judge(goal: Goal, ended: Ended) -> Verdict:
    """Reached is a goal whose criteria are all met, none of whose failure conditions holds."""
    values = {
        **ended.after,
        "before": ended.before,
        "call": {"end_reason": ended.end_reason, "turns": ended.turns},
    }
    criteria = tuple(_finding(each, values, ended) for each in goal.success)
    failures = tuple(each.says for each in goal.failure if _finding(each, values, ended).met)
    return Verdict(reached=all(each.met for each in criteria) and not failures, criteria=criteria, failures=failures)


def _finding(criterion: Criterion, values: Mapping[str, Any], ended: Ended) -> Finding:
    met, why = True, []
    if criterion.check:
        expression = parse(criterion.check)
        met = expression.matches(values)
        seen = ", ".join(f"{_named(path)} is {_shown(lookup(values, path))}" for path in expression.paths)
        why.append(seen or criterion.check)
    if criterion.told:
        value = _at(values, criterion.told)
        told = value is not None and any(_says(text, value, ended.language) for text in ended.said)
        met = met and told
        why.append(f"{criterion.told} is {_shown(value)}, and the agent {'said so' if told else 'did not say so'}")
    return Finding(criterion=criterion.says, met=met, why="; ".join(why))


def _says(text: str, value: object, code: str) -> bool:
    """Whether ``text`` holds the value: as an amount, as figures, as a day, or in so many words."""
    meaning = understand(text, language_of(code).code)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) in meaning.amounts
    said = str(value)
    return said in meaning.figures or said in meaning.dates or said.lower() in meaning.plain


def _at(values: Any, place: str) -> Any:
    """The value at a place: ``filed.0.claim_number``."""
    for step in place.split("."):
        if isinstance(values, Mapping):
            values = values.get(step)
        elif isinstance(values, list) and step.isdigit() and int(step) < len(values):
            values = values[int(step)]
        else:
            return None
    return values


def _named(path: Sequence[str | int]) -> str:
    first, *rest = path
    return str(first) + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in rest)


def _shown(value: object) -> str:
    return "not there" if value is None else repr(value)
