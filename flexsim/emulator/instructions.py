"""What may be done with a pending reservation in one word: by a callback's answer, or by ``Instruction`` over REST.

TaskRouter would place or move a telephone call for most of them. No call is emulated: dequeue and conference accept as
if the worker had answered at once, call and redirect accept if they were told to, and every such case leaves an alert.
"""

from dataclasses import dataclass
from typing import Final

from flexsim.emulator.alerts import NOT_EMULATED, Alert, Alerts
from flexsim.emulator.host import Host, Workspace
from flexsim.errors import InvalidInput
from flexsim.taskrouter.resources import Reservation
from flexsim.taskrouter.states import PENDING

_ANSWERED: Final = frozenset({"dequeue", "conference"})
_ON_REQUEST: Final = frozenset({"call", "redirect"})
_SILENT: Final = frozenset({"supervise"})  # a supervisor joins; the reservation stays as it is
NAMES: Final = frozenset({"accept", "reject"}) | _ANSWERED | _ON_REQUEST
OVER_REST_OF_WORKER: Final = tuple(sorted(NAMES))
OVER_REST: Final = tuple(sorted(NAMES | _SILENT))  # through the task only (Twilio: "Task Reservation resource")


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """``activity``: where a rejecting worker goes; ``accept``: whether a call or redirect accepts as well."""

    name: str
    activity: int | None = None
    accept: bool = False


def carry_out(
    host: Host, workspace: Workspace, alerts: Alerts, reservation: Reservation, instruction: Instruction
) -> None:
    """Do it; raises ``InvalidInput`` for an unknown instruction, and whatever the engine raises."""
    name, engine = instruction.name, workspace.engine
    if name not in NAMES | _SILENT:
        raise InvalidInput(f"Instruction must be one of {', '.join(sorted(NAMES | _SILENT))}: {name[:40]}")
    if name == "reject":
        host.do(workspace, engine.reject, reservation.id, instruction.activity)
        return
    if name in _ANSWERED | _ON_REQUEST and reservation.status != PENDING:
        # Twilio's message, to the letter.
        sid = engine.sids.sid("WR", reservation.id)
        raise InvalidInput(
            f"Unable to execute {name.capitalize()} instruction. Reservation {sid} is not currently in a Pending state."
        )
    accepts = name == "accept" or name in _ANSWERED or (name in _ON_REQUEST and instruction.accept)
    if accepts:
        host.do(workspace, engine.accept, reservation.id)
    if name != "accept":
        did = "the reservation was accepted" if accepts else "the reservation stays as it is"
        alerts.add(
            Alert(
                at=host.clock.now(),
                code=NOT_EMULATED,
                message=f"{name}: the telephone call is not emulated; {did}",
                workspace_sid=workspace.sid,
                resource_sid=engine.sids.sid("WR", reservation.id),
            )
        )
