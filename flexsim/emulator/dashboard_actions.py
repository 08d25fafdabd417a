"""What an operator may do on the dashboard where the server was started so: a burst, the speed, a log-out, a pause.

Off unless it is asked for. Beside what guards all controls (``access``), a request needs a token that only a page of this
server can have read, in a header that no page of another site can send.
"""

import contextlib
import hmac
from collections.abc import Callable, Iterator
from typing import Any, Final, Protocol

from flexsim.emulator.control import FASTEST, SLOWEST
from flexsim.emulator.exchange import Request
from flexsim.emulator.fields import Fields
from flexsim.emulator.host import Host, Workspace
from flexsim.errors import ConfigurationError, Forbidden, InvalidInput
from flexsim.randomness import fresh_secret
from flexsim.taskrouter.engine import Engine
from flexsim.taskrouter.inputs import NewTask, WorkerChanges

TOKEN_HEADER: Final = b"x-flexsim-control"
LARGEST_BURST: Final = 1_000
_EXAMPLES: Final = 200  # a burst repeats the latest so many tasks
_CONTACT: Final = "flexsim_contact"  # one contact's own, not to be repeated
_OFFLINE: Final = "Offline"


class Arrivals(Protocol):
    """Customers who come by themselves; ``live.customers.CustomerSimulator`` is one."""

    @property
    def paused(self) -> bool: ...
    def pause(self, *, paused: bool) -> None: ...
    def burst(self, count: int) -> None:
        """Raises ``ConfigurationError`` when nobody can come."""


class Actions:
    """The actions by name, each from the fields of a request to what is answered."""

    def __init__(self, host: Host, set_speed: Callable[[float], None]) -> None:
        self.token = fresh_secret()
        self.arrivals: Arrivals | None = None  # of this process, if there are any
        self._host = host
        self._set_speed = set_speed
        self.by_name: dict[str, Callable[[Workspace, Fields], dict[str, Any]]] = {
            "burst": self.burst,
            "speed": self.speed,
            "logout": self.log_out,
            "arrivals": self.pause_arrivals,
        }

    @property
    def offered(self) -> dict[str, Any]:
        """What the page needs to know: the token, and what of the arrivals can be changed here."""
        arrivals = self.arrivals
        return {"token": self.token, "arrivals": None if arrivals is None else {"paused": arrivals.paused}}

    def check(self, request: Request) -> None:
        """Raise ``Forbidden`` when the request does not carry the token."""
        given = request.header(TOKEN_HEADER) or ""
        if not hmac.compare_digest(given.encode(), self.token.encode()):
            raise Forbidden("an action of the dashboard needs the page's own token; load the page again")

    def burst(self, workspace: Workspace, fields: Fields) -> dict[str, Any]:
        """So many tasks at once: customers, where they come from this process; else like the latest tasks."""
        count = fields.integer("count", 1, LARGEST_BURST)
        fields.end()
        if count is None:
            raise fields.missing("count")
        if self.arrivals is not None:
            with _refusals():
                self.arrivals.burst(count)
        else:
            for new in _like_the_latest(workspace.engine, count):
                self._host.do(workspace, workspace.engine.create_task, new)
        return {"created": count}

    def speed(self, _: Workspace, fields: Fields) -> dict[str, Any]:
        """Go on from the present time at another speed."""
        speed = fields.number("speed", SLOWEST, FASTEST)
        fields.end()
        if speed is None:
            raise fields.missing("speed", "is simulated seconds in a real one")
        with _refusals():
            self._set_speed(speed)
        return {"speed": speed}

    def log_out(self, workspace: Workspace, fields: Fields) -> dict[str, Any]:
        """The agent goes offline; what is offered to it goes to others, what it has in hand stays."""
        number = fields.integer("agent", 0, 1 << 62)
        fields.end()
        engine = workspace.engine
        worker = None if number is None else engine.workers.get(number)
        if worker is None:
            raise InvalidInput(f"no such agent: {number}")
        offline = next((each for each in engine.activities.values() if each.name == _OFFLINE), None)
        if offline is None:
            raise InvalidInput(f"the workspace has no activity {_OFFLINE}")
        changes = WorkerChanges(activity=offline.id, reject_pending=True)
        self._host.do(workspace, engine.update_worker, worker.id, changes)
        return {"agent": worker.id, "activity": offline.name}

    def pause_arrivals(self, _: Workspace, fields: Fields) -> dict[str, Any]:
        """Nobody arrives, or they arrive again; only where the customers come from this process."""
        paused = fields.flag("paused")
        fields.end()
        if paused is None:
            raise fields.missing("paused")
        if self.arrivals is None:
            raise InvalidInput("the customers come from another process; end or start flexsim custsim there")
        self.arrivals.pause(paused=paused)
        return {"paused": paused}


@contextlib.contextmanager
def _refusals() -> Iterator[None]:
    """What cannot be done here is the answer to a request, not the end of the program."""
    try:
        yield
    except ConfigurationError as error:
        raise InvalidInput(str(error)) from error


def _like_the_latest(engine: Engine, count: int) -> list[NewTask]:
    """New tasks as the latest ones were, in turn; where there are none, for the oldest workflow, with no attributes."""
    examples = [
        (task.workflow.id, task.channel.id, {key: value for key, value in task.attributes.items() if key != _CONTACT})
        for task in list(engine.tasks.values())[-_EXAMPLES:]
        if task.direct is None and task.workflow.id in engine.workflows
    ]
    if not examples:
        if not engine.workflows:
            raise InvalidInput("the workspace has no workflow that a task could go through")
        channel = engine.channel_by_name.get("default", next(iter(engine.channels)))
        examples = [(next(iter(engine.workflows)), channel, {})]
    return [
        NewTask(workflow=workflow, channel=channel, attributes=dict(attributes))
        for workflow, channel, attributes in (examples[place % len(examples)] for place in range(count))
    ]
