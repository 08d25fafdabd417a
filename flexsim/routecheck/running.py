"""Runs the cases of a suite, each in a workspace of its own, on a timeline that moves when the case says so. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flexsim.configuration.records import Configuration
from flexsim.errors import RoutingError
from flexsim.routecheck.cases import Case, Presence, Step, Suite, refuse
from flexsim.routecheck.comparing import Difference, compare
from flexsim.routecheck.explaining import why
from flexsim.routecheck.observing import observe, path_of
from flexsim.routecheck.reasons import Reasons
from flexsim.routecheck.stage import START, Stage, unknown_names
from flexsim.taskrouter import states
from flexsim.taskrouter.events import TASK, Event
from flexsim.taskrouter.inputs import TaskChanges
from flexsim.taskrouter.resources import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A difference, ``after`` so many seconds, expected on this ``line`` of the file."""

    after: float
    line: int
    difference: Difference

    def as_dict(self) -> dict[str, Any]:
        """As ``flexsim test --json`` prints it."""
        found = self.difference
        return {
            "after": self.after,
            "line": self.line,
            "what": found.what,
            "expected": found.expected,
            "got": found.got,
            "why": list(found.why),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """How a case went; ``path`` is what happened to its task."""

    name: str
    line: int
    failures: tuple[Failure, ...]
    path: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.failures

    def as_dict(self) -> dict[str, Any]:
        """As ``flexsim test --json`` prints it."""
        return {
            "name": self.name,
            "line": self.line,
            "passed": self.passed,
            "failures": [each.as_dict() for each in self.failures],
            "path": list(self.path),
        }


def run_suite(suite: Suite, configuration: Configuration) -> Iterator[CaseResult]:
    """How every case goes on ``configuration``, one after the other.

    Raises ConfigurationError with all that the cases take for granted and the configuration does not have.
    """
    refuse(suite.document, unknown_names(suite, configuration))
    for case in suite.cases:
        yield _run(suite, case, configuration)


def _run(suite: Suite, case: Case, configuration: Configuration) -> CaseResult:
    run = _Run(suite, case, Stage(configuration, case))
    refuse(suite.document, run.stage.begin())
    run.all_steps()
    path = path_of(run.stage.engine, run.task, run.happened) if run.task else ()
    return CaseResult(name=case.name, line=suite.line(case.place), failures=tuple(run.failures), path=tuple(path))


@dataclass(slots=True)
class _Run:
    suite: Suite
    case: Case
    stage: Stage
    task: Task | None = None
    failures: list[Failure] = field(default_factory=list)
    happened: list[Event] = field(default_factory=list)

    def all_steps(self) -> None:
        refusal = self._arrive()
        if refusal is not None:
            self._refused(refusal)
            return
        for step in self.case.steps:
            self._step(step)

    def _arrive(self) -> str | None:
        """Create the task; why it was refused, if it was."""
        engine = self.stage.engine
        try:
            self.happened += engine.create_task(START, self.stage.new_task(self.case.task))
        except RoutingError as error:
            return str(error)
        number = self.happened[0][TASK]
        assert number is not None
        self.task = engine.tasks[number]
        return None

    def _refused(self, refusal: str) -> None:
        """A task that does not come has no filter, no queue and no worker: all that was expected of it is wrong."""
        first, *later = self.case.steps
        workflow = self.stage.engine.workflows[self.stage.workflow]
        told = [
            f"filter {each.name!r} does not match: {why(each.expression, self.case.task.attributes)}"
            for each in workflow.routing.filters
        ]
        if not first.expect.get("refused") or len(first.expect) > 1 or any(each.expect for each in later):
            difference = Difference(what="task", expected="created", got="refused", why=(refusal, *told))
            self._fail(first, "refused", difference)

    def _step(self, step: Step) -> None:
        task, engine, now = self.task, self.stage.engine, START + step.after
        assert task is not None
        self.happened += engine.advance(now)
        for action in step.actions:
            try:
                self.happened += self._act(now, task, action)
            except RoutingError as error:
                what = action if isinstance(action, str) else f"change of {action.name}"
                difference = Difference(what=f"do {what}", expected="done", got="refused", why=(str(error),))
                self._fail(step, "do", difference)
        reasons = Reasons(engine=engine, task=task)
        for key, value in step.expect.items():
            for difference in compare({key: value}, observe(engine, task), reasons):
                self._fail(step, key, difference)

    def _act(self, now: float, task: Task, action: str | Presence) -> list[Event]:
        engine = self.stage.engine
        if isinstance(action, Presence):
            worker = self.stage.worker(action.name or "")
            assert worker is not None, "unknown names have been refused"
            return self.stage.change(now, worker, action)
        if action == "cancel":
            return engine.update_task(now, task.id, TaskChanges(status=states.CANCELED))
        inputs = {"accept": engine.accept, "reject": engine.reject, "complete": engine.complete}
        held = next(iter(task.open_reservations), None)
        if held is None:
            raise RoutingError(f"no worker holds the task: it is {task.status}")
        return inputs[action](now, held)

    def _fail(self, step: Step, key: str, difference: Difference) -> None:
        place = (*step.place, key) if step.place[-1] == "expect" else (*step.place, "expect", key)
        line = self.suite.line(place if key != "do" else (*step.place, "do"))
        self.failures.append(Failure(after=step.after, line=line, difference=difference))
