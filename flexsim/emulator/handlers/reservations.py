"""Reservations: one task offered to one worker, seen through the task or through the worker."""

from typing import Final

from flexsim.emulator.call import Call, Reply
from flexsim.emulator.instructions import Instruction, carry_out
from flexsim.emulator.params import Parameters
from flexsim.emulator.rendering import task_reservation_document, worker_reservation_document
from flexsim.errors import InvalidInput, UnknownResource, VersionMismatch
from flexsim.taskrouter.resources import Reservation

STATUSES: Final = (
    "pending", "accepted", "rejected", "timeout", "canceled", "rescinded", "wrapping", "completed",
)  # fmt: skip
_REQUIRED: Final = {"call": ("CallFrom", "CallUrl"), "redirect": ("RedirectCallSid", "RedirectUrl")}
_ACCEPT: Final = {"call": "CallAccept", "redirect": "RedirectAccept"}


def listing_of_task(call: Call) -> Reply:
    task, engine = call.task, call.workspace.engine
    status = call.query.choice("ReservationStatus", STATUSES)
    worker = call.given(call.query, "WorkerSid", "WK", engine.workers)
    rows = (
        reservation
        for reservation in (engine.reservations[number] for number in task.reservations)
        if status in (None, reservation.status) and worker in (None, reservation.worker)
    )
    return call.listed("reservations", "WR", rows, task_reservation_document)


def listing_of_worker(call: Call) -> Reply:
    worker, engine = call.worker, call.workspace.engine
    status = call.query.choice("ReservationStatus", STATUSES)
    rows = (
        reservation
        for reservation in engine.reservations.values()
        if reservation.worker is worker and status in (None, reservation.status)
    )
    return call.listed("reservations", "WR", rows, worker_reservation_document)


def fetch_of_task(call: Call) -> Reply:
    reservation = _of_task(call)
    return Reply(document=task_reservation_document(call.view, reservation), version=reservation.version)


def fetch_of_worker(call: Call) -> Reply:
    reservation = _of_worker(call)
    return Reply(document=worker_reservation_document(call.view, reservation), version=reservation.version)


def update_of_task(call: Call) -> Reply:
    reservation = _of_task(call)
    _update(call, reservation)
    return Reply(document=task_reservation_document(call.view, reservation), version=reservation.version)


def update_of_worker(call: Call) -> Reply:
    reservation = _of_worker(call)
    _update(call, reservation)
    return Reply(document=worker_reservation_document(call.view, reservation), version=reservation.version)


def _of_task(call: Call) -> Reservation:
    reservation = call.reservation
    if reservation.task is not call.task:
        raise UnknownResource(f"reservation {call.path_sids[-1]} is another task's")
    return reservation


def _of_worker(call: Call) -> Reservation:
    reservation = call.reservation
    if reservation.worker is not call.worker:
        raise UnknownResource(f"reservation {call.path_sids[-1]} is another worker's")
    return reservation


def _update(call: Call, reservation: Reservation) -> None:
    asked = call.version
    if asked is not None and asked != reservation.version:
        raise VersionMismatch(f"the version is {reservation.version}, not {asked}: read it again")
    activity = call.given_activity("WorkerActivitySid")
    instruction = _instruction(call.form, None if activity is None else activity.id)
    status = call.form.choice("ReservationStatus", STATUSES)
    if instruction is not None:
        carry_out(call.host, call.workspace, call.alerts, reservation, instruction)
    elif status is not None:
        _move(call, reservation, status, None if activity is None else activity.id)


def _move(call: Call, reservation: Reservation, status: str, activity: int | None) -> None:
    engine = call.workspace.engine
    if status == "accepted":
        call.do(engine.accept, reservation.id)
    elif status == "rejected":
        call.do(engine.reject, reservation.id, activity)
    elif status == "wrapping":
        call.do(engine.wrap_up, reservation.id)
    elif status == "completed":
        call.do(engine.complete, reservation.id)
    else:
        raise InvalidInput(
            f"ReservationStatus can be set to accepted, rejected, wrapping or completed, not to {status}"
        )


def _instruction(form: Parameters, activity: int | None) -> Instruction | None:
    name = form.text("Instruction")
    if not name:
        return None
    for parameter in _REQUIRED.get(name, ()):
        form.required(parameter)
    flag = _ACCEPT.get(name)
    return Instruction(name=name, activity=activity, accept=bool(flag and form.flag(flag)))
