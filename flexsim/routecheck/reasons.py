"""Why a task is where it is and with whom, for whoever expected something else. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flexsim.domain.problems import hint
from flexsim.routecheck.explaining import name, shown, why
from flexsim.routecheck.observing import DEFAULT_FILTER, filter_text
from flexsim.taskrouter.engine import Engine
from flexsim.taskrouter.expressions import lookup
from flexsim.taskrouter.resources import Task, Worker
from flexsim.taskrouter.workflow import DEFAULT, Target

_MOST: Final = 5  # workers who are explained; of fifty alike, five will do


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """Answers about one task in one engine, at this moment."""

    engine: Engine
    task: Task

    def of_filter(self, expected: int | None, wanted: str | int) -> list[str]:
        """Why the task is not in the filter with the index ``expected`` (None: there is no such filter)."""
        found: list[str] = []
        filters = self.task.workflow.routing.filters
        index = self.task.filter
        if index != DEFAULT:
            matched = filters[index].expression
            found.append(f"filter {self._filter(index)} matches: {why(matched, self.task.attributes)}")
        else:
            found.append("no filter matches, so it is in the default filter")
        if expected is None:
            names = [each.name for each in filters]
            found.append(f"there is no filter {wanted!r}{hint(wanted, [*names, DEFAULT_FILTER])}")
        elif expected != DEFAULT:
            wanted_filter = filters[expected]
            if not wanted_filter.expression.matches(self.task.attributes):
                reason = why(wanted_filter.expression, self.task.attributes)
                found.append(f"filter {self._filter(expected)} does not match: {reason}")
            elif index != DEFAULT and index < expected:
                found.append(f"filter {self._filter(expected)} matches too, and stands behind it")
        return found

    def of_workers(self, missing: Sequence[str], surplus: Sequence[str]) -> list[str]:
        """Why those ``missing`` may not get the task, and those of ``surplus`` may."""
        found = [self.not_candidate(each) for each in missing[:_MOST]]
        found += [self._candidate(each) for each in surplus[:_MOST]]
        left = len(missing[_MOST:]) + len(surplus[_MOST:])
        return [*found, f"and {left} more"] if left else found

    def of_waiting(self, candidates: Sequence[str]) -> list[str]:
        """Why nobody has been found."""
        if not candidates:
            queue = self.task.queue
            assert queue is not None
            return [f"no worker may get it: queue {queue.name!r} has {len(queue.members)} members"]
        busy = [f"{each} {state}" for each in candidates if (state := self._occupied(each))]
        return [*busy[:_MOST], f"and {len(busy) - _MOST} more"] if len(busy) > _MOST else busy

    def of_worker(self, expected: str, candidates: Sequence[str], got: str | None) -> list[str]:
        """Why the task is not with ``expected``."""
        if expected not in candidates:
            return [self.not_candidate(expected)]
        state = self._occupied(expected)
        if state:
            return [f"{expected} {state}"]
        worker = self.engine.worker_named(got) if got else None
        mine = self.engine.worker_named(expected)
        return [f"{got} comes first: {self._rank(worker, mine)}"] if worker and mine else []

    def not_candidate(self, worker_name: str) -> str:
        """Why this worker may not get the task where it is."""
        worker = self.engine.worker_named(worker_name)
        if worker is None:
            names = [each.name for each in self.engine.workers.values()]
            return f"there is no worker {worker_name!r}{hint(worker_name, names)}"
        queue, target = self.task.queue, self._target()
        assert queue is not None
        if worker.id not in queue.members:
            reason = why(queue.expression, worker.attributes) if queue.expression else "its expression is empty"
            return f"{worker.name} is not in queue {queue.name!r}: {reason}"
        if target.expression is not None:
            values = {"task": self.task.attributes, "worker": self.engine.worker_values(worker.id)}
            if not target.expression.matches(values):
                return f"{worker.name} is not selected by the target: {why(target.expression, values)}"
        if target.known_worker is not None:
            path = target.known_worker.path
            return f"{worker.name} is not whom task.{name(path)} names: {shown(lookup(self.task.attributes, path))}"
        return f"{worker.name} has no capacity on {self.task.channel.unique_name}"

    def _candidate(self, worker_name: str) -> str:
        worker, queue, target = self.engine.worker_named(worker_name), self.task.queue, self._target()
        assert worker is not None
        assert queue is not None
        told = [why(queue.expression, worker.attributes)] if queue.expression else []
        if target.expression is not None:
            values = {"task": self.task.attributes, "worker": self.engine.worker_values(worker.id)}
            told.append(why(target.expression, values))
        return f"{worker.name} is in queue {queue.name!r}: {'; '.join(told)}"

    def _occupied(self, worker_name: str) -> str:
        """Why a worker who may get the task is not offered it; empty where nothing speaks against it."""
        worker = self.engine.worker_named(worker_name)
        assert worker is not None
        on = worker.channels[self.task.channel.id]
        if not worker.activity.available:
            return f"is in activity {worker.activity.name}"
        if on.load >= on.capacity:
            return f"has {on.load} of {on.capacity} on {self.task.channel.unique_name} in hand"
        if worker.id in (self.task.declined or ()):
            return "has declined it"
        return ""

    def _rank(self, first: Worker, other: Worker) -> str:
        """What puts the first of two free workers first."""
        for order in self._target().order_by:
            values = [lookup(self.engine.worker_values(each.id), order.path) for each in (first, other)]
            if values[0] != values[1]:
                direction = "descending" if order.descending else "ascending"
                told = " and ".join(shown(each) for each in values)
                return f"by worker.{name(order.path)}, {direction}, with {told}"
        if other.last_reserved:
            return f"its last task came before that of {other.name}, or it never had one"
        return "neither has had a task, and it was created first"

    def _target(self) -> Target:
        return self.task.workflow.routing.target((self.task.filter, self.task.target))

    def _filter(self, index: int) -> str:
        return filter_text(self.task, index)
