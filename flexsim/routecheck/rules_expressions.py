"""Lint's rules about what expressions say: of filters, of targets as far as they ask about the task, and of queues. Pure."""

from collections.abc import Iterator
from typing import Final

from flexsim.domain.problems import hint
from flexsim.routecheck.comparing_kinds import described, mismatch, nearest
from flexsim.routecheck.explaining import name
from flexsim.routecheck.findings import KINDS, Finding, Place
from flexsim.routecheck.possible import kind_of
from flexsim.routecheck.satisfiability import can_hold, comparisons, literal_of
from flexsim.routecheck.subject import QUEUES, WORKFLOW, Subject
from flexsim.routecheck.universe import Universe
from flexsim.taskrouter.expressions import Comparison, Constant, Expression, Path, Reference, unparse

# What targets are told of a worker besides the attributes (Twilio: "Using TaskRouter Expressions").
PSEUDO: Final = frozenset({"sid", "friendly_name", "activity_sid", "activity_name", "channel"})
_SIDES: Final = ("task", "worker")


def expressions(subject: Subject) -> Iterator[Finding]:
    """What is wrong with single expressions, against the domain's tasks and the workers that there are."""
    for each in subject.filters:
        if each.expression is not None:
            yield from _of_tasks(each.expression, subject.tasks, (*each.place, "expression"))
    for _, _, step in subject.steps():
        if step.does.expression is not None:
            yield from _of_target(step.does.expression, subject, (*step.place, "expression"))
    for queue in subject.queues.values():
        if queue.expression is not None and queue.place is not None:
            yield from _of_workers(queue.expression, subject.workers, (*queue.place, "targetWorkers"))


def contradicts_itself(expression: Expression) -> bool:
    """Whether no values at all satisfy it."""
    return not can_hold(expression.tree)


def _of_tasks(expression: Expression, tasks: Universe, place: Place) -> Iterator[Finding]:
    """A filter's: bare names are the task's attributes."""
    strays = [*_wrong_side(expression, tasks, WORKFLOW, place), *_constants(expression, tasks, WORKFLOW, place)]
    yield from strays
    if strays:
        return
    yield from _unknown(expression.paths, tasks, place)
    mismatches = list(_mismatches(expression, tasks, WORKFLOW, place))
    yield from mismatches
    if mismatches:
        return
    if contradicts_itself(expression):
        yield _finding("FX010", WORKFLOW, place, f"{expression.text} contradicts itself")
    elif not can_hold(expression.tree, tasks):
        yield _finding("FX011", WORKFLOW, place, _hopeless(expression, tasks))


def _of_target(expression: Expression, subject: Subject, place: Place) -> Iterator[Finding]:
    """A target's: names stand behind ``task.`` and ``worker.``. Whether anybody satisfies it is ``rules_targets``' business."""
    yield from _unknown(expression.paths_below("task"), subject.tasks, place)
    for path in expression.paths_below("worker"):
        if path[0] not in PSEUDO and not subject.workers.knows(path):
            yield _finding("FX043", WORKFLOW, place, _nobody_has(path, subject.workers))
    for each in comparisons(expression.tree):
        found = literal_of(each)
        if found is None:
            continue
        (side, *rest), literal = found
        there = subject.tasks if side == "task" else subject.workers
        inner = tuple(rest)
        if there.knows(inner) and (side == "task" or inner[0] not in PSEUDO):
            sentence = mismatch(found[0], there(inner), literal)
            if sentence is not None:
                yield _finding("FX012", WORKFLOW, place, sentence)
    if contradicts_itself(expression):
        yield _finding("FX010", WORKFLOW, place, f"{expression.text} contradicts itself")


def _of_workers(expression: Expression, workers: Universe, place: Place) -> Iterator[Finding]:
    """A queue's: bare names are the worker's attributes."""
    strays = [*_wrong_side(expression, workers, QUEUES, place), *_constants(expression, workers, QUEUES, place)]
    yield from strays
    if strays:
        return
    for path in expression.paths:
        if not workers.knows(path):
            yield _finding("FX043", QUEUES, place, _nobody_has(path, workers))
    yield from _mismatches(expression, workers, QUEUES, place)
    if contradicts_itself(expression):
        yield _finding("FX010", QUEUES, place, f"{expression.text} contradicts itself")


def _nobody_has(path: Path, workers: Universe) -> str:
    return f"no worker has {name(path)}{hint(name(path), workers.names())}"


def _wrong_side(expression: Expression, there: Universe, file: str, place: Place) -> Iterator[Finding]:
    for path in expression.paths:
        if path[0] in _SIDES and len(path) > 1 and not there.knows(path):
            sentence = f"{name(path)} is looked for inside an attribute named {path[0]}: write {name(path[1:])}"
            yield _finding("FX014", file, place, sentence)


def _constants(expression: Expression, there: Universe, file: str, place: Place) -> Iterator[Finding]:
    for each in comparisons(expression.tree):
        if not isinstance(each.left, Reference) and not isinstance(each.right, Reference) and _has_text(each):
            named = next((text for text in _texts(each) if there.knows(tuple(text.split(".")))), None)
            advice = f": {named} is an attribute's name" if named else ""
            yield _finding("FX015", file, place, f"{unparse(each)} is about no attribute{advice}")


def _has_text(comparison: Comparison) -> bool:
    return bool(_texts(comparison))


def _texts(comparison: Comparison) -> list[str]:
    sides = (comparison.left, comparison.right)
    return [each.value for each in sides if isinstance(each, Constant) and isinstance(each.value, str)]


def _unknown(paths: tuple[Path, ...], tasks: Universe, place: Place) -> Iterator[Finding]:
    for path in paths:
        if path and not tasks.knows(path):
            sentence = f"no task of the domain has {name(path)}{hint(name(path), tasks.names())}"
            yield _finding("FX013", WORKFLOW, place, sentence)


def _mismatches(expression: Expression, there: Universe, file: str, place: Place) -> Iterator[Finding]:
    for each in comparisons(expression.tree):
        found = literal_of(each)
        if found is not None and there.knows(found[0]):
            sentence = mismatch(found[0], there(found[0]), found[1])
            if sentence is not None:
                yield _finding("FX012", file, place, sentence)


def _hopeless(expression: Expression, tasks: Universe) -> str:
    """Name the comparison that is to blame, if one alone is."""
    for each in comparisons(expression.tree):
        found = literal_of(each)
        if found is not None and not can_hold(each, tasks):
            path, literal = found
            values = described(tasks(path)) or f"never {kind_of(literal.constant)}"
            return f"{unparse(each)} is true of no task: {name(path)} is {values}{nearest(tasks(path), literal)}"
    return f"{expression.text} is true of no task"


def _finding(code: str, file: str, place: Place, sentence: str) -> Finding:
    return Finding(kind=KINDS[code], file=file, place=place, sentence=sentence)
