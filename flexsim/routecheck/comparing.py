"""What a case expects against what the engine did. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from flexsim.domain.problems import hint
from flexsim.routecheck.cases import seconds
from flexsim.routecheck.observing import DEFAULT_FILTER, Observed, filter_text
from flexsim.routecheck.reasons import Reasons
from flexsim.taskrouter import states
from flexsim.taskrouter.workflow import DEFAULT

_NEAR: Final = 1e-6  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is not as expected, in words; ``why`` is empty where the task's path tells it."""

    what: str
    expected: str
    got: str
    why: tuple[str, ...] = ()


def compare(expect: Mapping[str, Any], seen: Observed, reasons: Reasons) -> list[Difference]:
    """Everything in which the task is not as ``expect`` says."""
    return [each for key, value in expect.items() for each in _CHECKS[key](value, seen, reasons)]


_Check: TypeAlias = Callable[[Any, Observed, Reasons], Iterator[Difference]]


def _filter(wanted: str | int, seen: Observed, reasons: Reasons) -> Iterator[Difference]:
    filters = reasons.task.workflow.routing.filters
    index = seen.position[0]
    if isinstance(wanted, int):
        expected = [wanted - 1] if wanted <= len(filters) else []
    else:
        expected = [number for number, each in enumerate(filters) if each.name == wanted]
        if not expected and wanted == DEFAULT_FILTER:
            expected = [DEFAULT]
    if index not in expected:
        got = filter_text(reasons.task, index)
        why = reasons.of_filter(expected[0] if expected else None, wanted)
        yield Difference(what="filter", expected=repr(wanted), got=got, why=tuple(why))


def _target(wanted: int, seen: Observed, reasons: Reasons) -> Iterator[Difference]:
    got = seen.position[1] + 1
    if got != wanted:
        steps = (
            reasons.task.workflow.routing.filters[seen.position[0]].targets if seen.position[0] != DEFAULT else (None,)
        )
        why = (f"the filter has {len(steps)} target{'' if len(steps) == 1 else 's'}",) if wanted > len(steps) else ()
        yield Difference(what="target", expected=str(wanted), got=str(got), why=why)


def _queue(wanted: str, seen: Observed, reasons: Reasons) -> Iterator[Difference]:
    if seen.queue == wanted:
        return
    names = [each.name for each in reasons.engine.queues.values()]
    if wanted not in names:
        why = [f"there is no queue {wanted!r}{hint(wanted, names)}"]
    else:
        index = seen.position[0]
        why = reasons.of_filter(index, "")[:1]
    yield Difference(what="queue", expected=wanted, got=seen.queue, why=tuple(why))


def _workers(wanted: list[str], seen: Observed, reasons: Reasons) -> Iterator[Difference]:
    missing = [each for each in wanted if each not in seen.candidates]
    surplus = [each for each in seen.candidates if each not in wanted]
    if missing or surplus:
        why = reasons.of_workers(missing, surplus)
        yield Difference(what="workers", expected=_list(wanted), got=_list(seen.candidates), why=tuple(why))


def _includes(wanted: list[str], seen: Observed, reasons: Reasons) -> Iterator[Difference]:
    missing = [each for each in wanted if each not in seen.candidates]
    if missing:
        why = reasons.of_workers(missing, ())
        yield Difference(what="includes", expected=_list(wanted), got=_list(seen.candidates), why=tuple(why))


def _excludes(wanted: list[str], seen: Observed, reasons: Reasons) -> Iterator[Difference]:
    names = {each.name for each in reasons.engine.workers.values()}
    strangers = [each for each in wanted if each not in names]
    surplus = [each for each in wanted if each in seen.candidates]
    if surplus or strangers:
        why = reasons.of_workers(strangers, surplus)
        yield Difference(what="excludes", expected=_list(wanted), got=_list(seen.candidates), why=tuple(why))


def _worker(wanted: str | list[str] | None, seen: Observed, reasons: Reasons) -> Iterator[Difference]:
    expected = wanted if isinstance(wanted, list) else [wanted]
    if seen.worker in expected:
        return
    why = [
        each for name in expected if name is not None for each in reasons.of_worker(name, seen.candidates, seen.worker)
    ]
    told = "nobody" if wanted is None else " or ".join(str(each) for each in expected)
    yield Difference(what="worker", expected=told, got=seen.worker or f"nobody ({seen.status})", why=tuple(why))


def _waits(wanted: bool, seen: Observed, reasons: Reasons) -> Iterator[Difference]:
    got = seen.status == states.PENDING
    if got is not wanted:
        why = reasons.of_waiting(seen.candidates) if got else [_holds(seen)]
        yield Difference(what="waits", expected=_word(wanted), got=f"{_word(got)} ({seen.status})", why=tuple(why))


def _holds(seen: Observed) -> str:
    return f"it is {seen.status}" + (f", with {seen.worker}" if seen.worker else "")


def _status(wanted: str, seen: Observed, reasons: Reasons) -> Iterator[Difference]:
    if seen.status != wanted:
        why = reasons.of_waiting(seen.candidates) if seen.status == states.PENDING else ()
        yield Difference(what="status", expected=wanted, got=seen.status, why=tuple(why))


def _canceled(wanted: bool, seen: Observed, _reasons: Reasons) -> Iterator[Difference]:
    if (seen.status == states.CANCELED) is not wanted:
        why = (seen.reason,) if seen.reason else ()
        yield Difference(what="canceled", expected=_word(wanted), got=seen.status, why=why)


def _reason(wanted: str, seen: Observed, _reasons: Reasons) -> Iterator[Difference]:
    if seen.reason != wanted:
        yield Difference(what="reason", expected=wanted, got=seen.reason or "none")


def _priority(wanted: int, seen: Observed, _reasons: Reasons) -> Iterator[Difference]:
    if seen.priority != wanted:
        yield Difference(what="priority", expected=str(wanted), got=str(seen.priority))


def _wait(wanted: Any, seen: Observed, _reasons: Reasons) -> Iterator[Difference]:
    least, most = (seconds(wanted),) * 2 if not isinstance(wanted, Mapping) else _range(wanted)
    if not least - _NEAR <= seen.waited <= most + _NEAR:
        told = (
            f"{least:g} s"
            if least == most
            else f"from {least:g} s" + ("" if most == float("inf") else f" to {most:g} s")
        )
        yield Difference(what="wait", expected=told, got=f"{seen.waited:g} s")


def _range(wanted: Mapping[str, Any]) -> tuple[float, float]:
    return seconds(wanted.get("min", 0)), seconds(wanted["max"]) if "max" in wanted else float("inf")


def _refused(wanted: bool, _seen: Observed, _reasons: Reasons) -> Iterator[Difference]:
    if wanted:
        yield Difference(what="refused", expected="yes", got="no")


def _list(names: Any) -> str:
    return ", ".join(sorted(names)) or "nobody"


def _word(truth: bool) -> str:
    return "yes" if truth else "no"


_CHECKS: Final[Mapping[str, _Check]] = {
    "filter": _filter,
    "target": _target,
    "queue": _queue,
    "workers": _workers,
    "includes": _includes,
    "excludes": _excludes,
    "worker": _worker,
    "waits": _waits,
    "status": _status,
    "canceled": _canceled,
    "reason": _reason,
    "priority": _priority,
    "wait": _wait,
    "refused": _refused,
}
