"""What Twilio would show in its debugger: callbacks and instructions that went wrong, newest kept."""

from collections import deque
from dataclasses import asdict, dataclass
from typing import Any, Final

LIMIT: Final = 1000

HTTP_FAILURE: Final = 11200  # "HTTP retrieval failure" in Twilio's error dictionary
NOT_JSON_TYPE: Final = 40000
NOT_JSON: Final = 40001
NO_INSTRUCTION: Final = 40005
REJECT_ACTIVITY: Final = 40100
UNKNOWN_INSTRUCTION: Final = 55555
NOT_EMULATED: Final = 0  # ours: Twilio would have placed a call here


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """``at`` in UTC seconds of the server's clock; ``code`` of Twilio's error dictionary, or 0 for ours."""

    at: float
    code: int
    message: str
    workspace_sid: str
    resource_sid: str = ""


class Alerts:
    """The latest alerts, oldest first, and how many there have been."""

    def __init__(self) -> None:
        self._latest: deque[Alert] = deque(maxlen=LIMIT)
        self.count = 0

    def add(self, alert: Alert) -> None:
        self._latest.append(alert)
        self.count += 1

    def clear(self) -> None:
        """Forget them all, and the count."""
        self._latest.clear()
        self.count = 0

    def listed(self) -> list[dict[str, Any]]:
        """The latest alerts as JSON objects, oldest first."""
        return [asdict(alert) for alert in self._latest]
