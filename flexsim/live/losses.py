"""Says what went wrong on the way to the TaskRouter: the first of a row at once, the rest as a number.

A TaskRouter that is away for ten seconds would otherwise fill the screen with one line for each action.
"""

from collections.abc import Callable
from typing import Final

from flexsim.errors import TargetError, TargetRefused

Report = Callable[[str], None]

_REFUSALS_SHOWN: Final = 5


def silent(_line: str) -> None:
    """A report to nobody."""


class Losses:
    """Counts actions that failed for good; ``count`` may be read at any time."""

    __slots__ = ("_away", "_refusals", "_report", "count")

    def __init__(self, report: Report) -> None:
        self.count = 0
        self._report = report
        self._away = 0  # lost since the TaskRouter last answered
        self._refusals = 0

    def note(self, what: str, error: TargetError) -> None:
        """An action failed although the transport was patient."""
        self.count += 1
        if isinstance(error, TargetRefused):
            self._refusals += 1
            if self._refusals <= _REFUSALS_SHOWN:
                last = "; further refusals are only counted" if self._refusals == _REFUSALS_SHOWN else ""
                self._report(f"{what}: {error}{last}")
            return
        self._away += 1
        if self._away == 1:
            self._report(f"{what}: {error}; carrying on")

    def answered(self) -> None:
        """The TaskRouter has answered a request."""
        if self._away:
            self._report(f"the TaskRouter answers again; lost in the meantime: {self._away}")
            self._away = 0
