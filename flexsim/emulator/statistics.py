"""The statistics of every workspace, which grow with its events and outlive the process."""

from typing import Any

from flexsim.emulator.host import Happening, Workspace
from flexsim.errors import InvalidInput
from flexsim.measure.taskrouter_statistics import TaskRouterStatistics
from flexsim.taskrouter.events import KIND, WORKSPACE_DELETED


class Statistics:
    """A subscriber of the host's, and a keeper; ask it for a workspace's fold.

    With a ``worker_limit``, statistics of workers are refused in a workspace that has more, as Twilio does; else never.
    """

    name = "statistics"

    def __init__(self, *, worker_limit: int | None = None) -> None:
        self._worker_limit = worker_limit
        self._folds: dict[str, TaskRouterStatistics] = {}

    def __call__(self, happening: Happening) -> None:
        """Take in what has happened."""
        if happening.events[-1][KIND] == WORKSPACE_DELETED:
            self._folds.pop(happening.workspace.sid, None)
        else:
            self.of(happening.workspace).hear(happening.events, happening.workspace.engine)

    def of(self, workspace: Workspace) -> TaskRouterStatistics:
        """The workspace's statistics."""
        found = self._folds.get(workspace.sid)
        if found is None:
            found = self._folds[workspace.sid] = TaskRouterStatistics()
        return found

    def check_worker_limit(self, workspace: Workspace) -> None:
        """Refuse statistics of workers where there are too many of them."""
        count, limit = len(workspace.engine.workers), self._worker_limit
        if limit is not None and count > limit:
            raise InvalidInput(
                f"Worker statistics are not available: workspace {workspace.sid} has {count} workers, the most is {limit}"
            )

    def dump(self) -> Any:
        return {sid: fold.dump() for sid, fold in self._folds.items()}

    def load(self, document: Any) -> None:
        for sid, saved in document.items():
            self._folds[sid] = fold = TaskRouterStatistics()
            fold.load(saved)
