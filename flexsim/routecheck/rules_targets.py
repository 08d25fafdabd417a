"""Lint's rules about a filter's targets: whether they are reached, whom they can find, and what they add. Pure."""

import math
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any, Final

from flexsim.domain.model import Domain
from flexsim.domain.problems import hint
from flexsim.routecheck.explaining import name
from flexsim.routecheck.findings import KINDS, Finding, Place
from flexsim.routecheck.possible import ANYTHING, MISSING, Possible
from flexsim.routecheck.rules_expressions import PSEUDO
from flexsim.routecheck.satisfiability import always_holds, can_hold
from flexsim.routecheck.subject import WORKFLOW, Filter, Queue, Staff, Step, Subject
from flexsim.taskrouter.expressions import (
    And,
    Array,
    Comparison,
    Constant,
    Node,
    Not,
    Operand,
    Or,
    Path,
    Reference,
    lookup,
)

_OURS: Final = PSEUDO - {"friendly_name"}  # not known beforehand
_MANY: Final = 300  # kinds of workers to try a target's expression on


def targets(subject: Subject) -> Iterator[Finding]:
    """What is wrong with targets, each on its own and one after the other."""
    for each in subject.filters:
        yield from _unreached(each)
        for before, after in pairwise(each.steps):
            yield from _repeated(before, after)
            yield from _too_late(subject.configuration.domain, before, after)
        yield from _unanswered(subject, each)
    for _, _, step in subject.steps():
        yield from _step(subject, step)


def _step(subject: Subject, step: Step) -> Iterator[Finding]:
    queue = subject.queue(step.queue)
    yield from _skipping(step, queue)
    yield from _known(subject, step)
    if queue is not None and queue.members:
        yield from _nobody(subject, step, queue)
        yield from _ordering(step, queue)


def _unreached(found: Filter) -> Iterator[Finding]:
    for before, after in pairwise(found.steps):
        if math.isinf(before.timeout) and not before.may_skip:
            number = int(before.place[-1]) + 1
            yield _finding("FX030", after.place, f"target {number} before it has no timeout, so tasks stay there")
            return


def _repeated(before: Step, after: Step) -> Iterator[Finding]:
    same = (before.queue, before.does.selects) == (after.queue, after.does.selects)
    if same and before.queue is not None and after.does.priority in {None, before.does.priority}:
        sentence = f"the same workers of queue {after.queue!r} are asked in the same order as in the target before it"
        yield _finding("FX031", after.place, sentence)


def _too_late(domain: Domain, before: Step, after: Step) -> Iterator[Finding]:
    patience = _longest_patience(domain)
    if patience <= before.timeout < math.inf and not before.may_skip:
        sentence = f"tasks come here after {before.timeout:g} s, and no customer waits longer than {patience:g} s"
        yield _finding("FX037", after.place, sentence)


def _longest_patience(domain: Domain) -> float:
    dimension = domain.dimensions["abandonTime"]
    if dimension.expr == "range":
        return dimension.maximum
    return max(float(option.value) for option in dimension.all_options())


def _unanswered(subject: Subject, found: Filter) -> Iterator[Finding]:
    rings = subject.configuration.workflow.reservation_timeout
    entered = 0.0
    for step in found.steps:
        lasts = step.timeout - entered
        if math.isinf(step.timeout):
            return
        if 0 < lasts <= rings:
            sentence = f"an offer may stay unanswered for {rings} s, and the target lasts {lasts:g} s"
            yield _finding("FX065", step.place, sentence)
        entered = step.timeout


def _skipping(step: Step, queue: Queue | None) -> Iterator[Finding]:
    condition = step.does.skip_if
    if condition is None:
        return
    most = math.inf if queue is None else len(queue.members)
    place = (*step.place, "skip_if")
    staffing = _staffing(most)
    if not can_hold(condition.tree, staffing):
        told = "" if queue is None else f", of {most} workers in queue {queue.name!r}"
        yield _finding("FX033", place, f"{condition.text} is never true{told}")
    elif condition.paths and always_holds(condition.tree, staffing):
        yield _finding("FX034", place, f"{condition.text} is always true")


def _staffing(most: float) -> Callable[[Path], Possible]:
    """What ``skip_if`` is told (Twilio: "Skipping based on Worker availability")."""

    def universe(path: Path) -> Possible:
        known = len(path) == 2 and path[0] == "workers" and isinstance(path[1], str)
        if known and (path[1] in {"available", "unavailable"} or str(path[1]).startswith("WA")):
            missing = path[1] not in {"available", "unavailable"}
            return Possible(numbers=(0, most), whole=True, missing=missing)
        return MISSING

    return universe


def _known(subject: Subject, step: Step) -> Iterator[Finding]:
    known = step.does.known_worker
    if known is None:
        return
    key = "known_worker_sid" if known.by == "sid" else "known_worker_friendly_name"
    what = name(known.path)
    if not subject.tasks.knows(known.path):
        sentence = f"no task of the domain has {what}{hint(what, subject.tasks.names())}"
        yield _finding("FX035", (*step.place, key), sentence)
    elif "text" not in subject.tasks(known.path).kinds():
        yield _finding("FX035", (*step.place, key), f"{what} is never text, so it names nobody")


def _ordering(step: Step, queue: Queue) -> Iterator[Finding]:
    for order in step.does.order_by:
        if order.path[0] in _OURS:
            continue
        values = [lookup(each.attributes, order.path) for each in queue.members]
        if any(isinstance(each, int) and not isinstance(each, bool) for each in values):
            continue
        seen = next((each for each in values if each is not None), None)
        told = "none has it" if seen is None else f"it is no whole number: {seen!r}"
        sentence = f"worker.{name(order.path)} orders none of the {len(values)} workers of queue {queue.name!r}: {told}"
        yield _finding("FX036", (*step.place, "order_by"), sentence)


# --- whether anybody satisfies a target's expression -------------------------------------------------------------------


def _nobody(subject: Subject, step: Step, queue: Queue) -> Iterator[Finding]:
    expression = step.does.expression
    if expression is None or not can_hold(expression.tree):
        return  # which is found as a contradiction
    read = expression.paths_below("worker")
    alike = {repr([lookup(_scope(each), path) for path in read]): each for each in queue.members}
    if len(alike) > _MANY:
        return

    def universe(path: Path) -> Possible:
        return subject.tasks(path[1:]) if path[0] == "task" else ANYTHING

    if not any(can_hold(_told(expression.tree, _scope(each)), universe) for each in alike.values()):
        sentence = f"{expression.text} is true of none of the {len(queue.members)} workers of queue {queue.name!r}"
        yield _finding("FX032", (*step.place, "expression"), f"{sentence}, whatever the task")


def _scope(worker: Staff) -> Mapping[str, Any]:
    return {"friendly_name": worker.name, **worker.attributes}


def _told(node: Node, worker: Mapping[str, Any]) -> Node:
    """The expression with the worker's own values in place of their names, as far as constants can say them."""
    if isinstance(node, Comparison):
        return Comparison(_value(node.left, worker), node.operator, _value(node.right, worker))
    if isinstance(node, Not):
        return Not(_told(node.operand, worker))
    operands = tuple(_told(each, worker) for each in node.operands)
    return And(operands) if isinstance(node, And) else Or(operands)


def _value(operand: Operand, worker: Mapping[str, Any]) -> Operand:
    if not isinstance(operand, Reference) or operand.path[0] != "worker" or operand.path[1] in _OURS:
        return operand
    found = lookup(worker, operand.path[1:])
    if isinstance(found, list):
        return Array(tuple(found)) if not any(isinstance(each, list | dict) for each in found) else operand
    return operand if isinstance(found, Mapping) else Constant(found)


def _finding(code: str, place: Place, sentence: str) -> Finding:
    return Finding(kind=KINDS[code], file=WORKFLOW, place=place, sentence=sentence)
