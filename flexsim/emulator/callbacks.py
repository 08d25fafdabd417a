"""Assignment callbacks: each new reservation is announced to its workflow's address, which may answer what to do.

Twilio: "Assigning Tasks to Workers: Handling Assignment Callbacks" (twilio.com/docs/taskrouter/handle-assignment-callbacks).
One signed form per reservation; an answer that does not come within 5 seconds, is not 200 or is not JSON is discarded and
the fallback address is asked the same way. When that fails too, the reservation stays pending until it times out. The 5
seconds are real ones at any speed: they are the network's, not the simulation's.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

import orjson

from flexsim.emulator import alerts
from flexsim.emulator.alerts import Alert, Alerts
from flexsim.emulator.host import Happening, Host, Workspace
from flexsim.emulator.instructions import NAMES, Instruction, carry_out
from flexsim.emulator.outbound import Answer, Post, Sender
from flexsim.emulator.rendering import age, attributes_text
from flexsim.errors import RoutingError, TargetUnreachable
from flexsim.taskrouter.events import KIND, RESERVATION, RESERVATION_CREATED, TIME
from flexsim.taskrouter.resources import Reservation

ANSWER_WITHIN: Final = 5.0
_JSON: Final = "application/json"
# The alert of an instruction that the reservation's state does not allow (error dictionary, 401xx).
_NOT_PENDING: Final = {"call": 40113, "redirect": 40123, "dequeue": 40135, "conference": 40136}


class AssignmentCallbacks:
    """Announces reservations and does what the answers say."""

    def __init__(self, host: Host, poster: Sender, log: Alerts, *, answer_within: float = ANSWER_WITHIN) -> None:
        self._host = host
        self._poster = poster
        self._alerts = log
        self._answer_within = answer_within
        self._running: set[asyncio.Task[None]] = set()
        self.sent = 0

    @property
    def underway(self) -> int:
        """How many callbacks wait for their answer."""
        return len(self._running)

    def __call__(self, happening: Happening) -> None:
        """A subscriber of the host's."""
        engine = happening.workspace.engine
        for event in happening.events:
            if event[KIND] != RESERVATION_CREATED or event[RESERVATION] is None:
                continue
            reservation = engine.reservations.get(event[RESERVATION])
            if reservation is not None and reservation.task.workflow.assignment_url:
                form = assignment_form(happening.workspace, reservation, event[TIME])
                self._start(self._announce(happening.workspace, reservation, form))

    async def stop(self) -> None:
        """Drop the callbacks underway."""
        running = list(self._running)
        for each in running:
            each.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def reset(self) -> None:
        """Drop the callbacks underway and count from 0; sleeping ones end when the event loop gets to them."""
        for each in list(self._running):
            each.cancel()
        self._running.clear()
        self.sent = 0

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _announce(self, workspace: Workspace, reservation: Reservation, form: dict[str, str]) -> None:
        workflow = reservation.task.workflow
        for url in filter(None, (workflow.assignment_url, workflow.fallback_url)):
            self.sent += 1
            post = Post(url=url, form=form, token=workspace.account.token, timeout=self._answer_within)
            try:
                answer = await self._poster.send(post)
            except TargetUnreachable as error:
                self._alert(workspace, reservation, alerts.HTTP_FAILURE, f"assignment callback: {error}")
                continue
            if self._is_taken(workspace, reservation, url, answer):
                if answer.status == 200:  # other successes say nothing
                    self._obey(workspace, reservation, answer.body)
                return

    def _is_taken(self, workspace: Workspace, reservation: Reservation, url: str, answer: Answer) -> bool:
        """Whether the answer counts; if not, the fallback is asked."""
        if answer.status // 100 != 2:
            message = f"assignment callback: {url} answered {answer.status}"
            self._alert(workspace, reservation, alerts.HTTP_FAILURE, message)
            return False
        if answer.status == 200 and answer.body.strip() and answer.content_type != _JSON:
            message = f"assignment callback: {url} answered with Content-Type {answer.content_type}, not {_JSON}"
            self._alert(workspace, reservation, alerts.NOT_JSON_TYPE, message)
            return False
        return True

    def _obey(self, workspace: Workspace, reservation: Reservation, body: bytes) -> None:
        def refuse(code: int, message: str) -> None:
            self._alert(workspace, reservation, code, f"assignment callback: {message}")

        instruction = read_instruction(workspace, body, refuse)
        if instruction is None:
            return
        try:
            carry_out(self._host, workspace, self._alerts, reservation, instruction)
        except RoutingError as error:
            refuse(_NOT_PENDING.get(instruction.name, error.code), f"{instruction.name}: {error}")

    def _alert(self, workspace: Workspace, reservation: Reservation, code: int, message: str) -> None:
        sid = workspace.engine.sids.sid("WR", reservation.id)
        at = self._host.clock.now()
        self._alerts.add(Alert(at=at, code=code, message=message, workspace_sid=workspace.sid, resource_sid=sid))


def assignment_form(workspace: Workspace, reservation: Reservation, now: float) -> dict[str, str]:
    """The parameters of one callback: the twelve documented ones, and ``WorkerName``."""
    sid = workspace.engine.sids.sid
    task, worker = reservation.task, reservation.worker
    return {
        "Timestamp": str(int(now)),
        "AccountSid": workspace.account.sid,
        "WorkspaceSid": workspace.sid,
        "WorkflowSid": sid("WW", task.workflow.id),
        "TaskQueueSid": "" if task.queue is None else sid("WQ", task.queue.id),
        "TaskSid": sid("WT", task.id),
        "TaskAttributes": attributes_text(task),
        "TaskAge": str(age(task, now)),
        "TaskPriority": str(task.priority),
        "WorkerSid": sid("WK", worker.id),
        "WorkerName": worker.name,
        "WorkerAttributes": attributes_text(worker),
        "ReservationSid": sid("WR", reservation.id),
    }


def read_instruction(workspace: Workspace, body: bytes, refuse: Callable[[int, str], None]) -> Instruction | None:
    """What the answer asks for; None when it asks for nothing or makes no sense, which ``refuse`` is told of."""
    if not body.strip():
        return None
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        refuse(alerts.NOT_JSON, f"the answer is not JSON: {error}")
        return None
    if document == {}:  # the documented way to stay silent
        return None
    name = document.get("instruction") if isinstance(document, dict) else None
    if not isinstance(name, str):
        refuse(alerts.NO_INSTRUCTION, "the answer holds no instruction")
        return None
    if name not in NAMES:
        refuse(alerts.UNKNOWN_INSTRUCTION, f"unknown instruction: {name[:40]}")
        return None
    activity = document.get("activity_sid") if name == "reject" else None
    number = None
    if activity is not None:
        number = workspace.engine.sids.number("WA", str(activity))
        if number not in workspace.engine.activities:
            refuse(alerts.REJECT_ACTIVITY, f"reject: no such activity: {str(activity)[:64]}")
            return None
    return Instruction(name=name, activity=number, accept=document.get("accept") in (True, "true"))
