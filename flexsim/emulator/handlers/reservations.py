"""Reservations: one task offered to one worker, seen through the task or through the worker."""

from collections.abc import Collection
from typing import Final

from flexsim.emulator import instruction_params
from flexsim.emulator.call import Call, Reply
from flexsim.emulator.instructions import OVER_REST, OVER_REST_OF_WORKER, Instruction, carry_out
from flexsim.emulator.rendering import task_reservation_document, worker_reservation_document
from flexsim.errors import InvalidInput, UnknownResource, VersionMismatch
from flexsim.taskrouter.resources import Reservation
from flexsim.taskrouter.states import RESERVATION_STATUSES

_ACCEPT: Final = {"call": "CallAccept", "redirect": "RedirectAccept"}


def listing_of_task(call: Call) -> Reply:
    task, engine = call.task, call.workspace.engine
    status = call.query.choice("ReservationStatus", RESERVATION_STATUSES)
    worker = call.given(call.query, "WorkerSid", "WK", engine.workers)
    rows = (
        reservation
        for reservation in (engine.reservations[number] for number in task.reservations)
        if status in (None, reservation.status) and worker in (None, reservation.worker)
    )
    return call.listed("reservations", "WR", rows, task_reservation_document)


def listing_of_worker(call: Call) -> Reply:
    worker, engine = call.worker, call.workspace.engine
    status = call.query.choice("ReservationStatus", RESERVATION_STATUSES)
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
    _update(call, reservation, OVER_REST)
    return Reply(document=task_reservation_document(call.view, reservation), version=reservation.version)


def update_of_worker(call: Call) -> Reply:
    reservation = _of_worker(call)
    _update(call, reservation, OVER_REST_OF_WORKER)
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


def _update(call: Call, reservation: Reservation, instructions: Collection[str]) -> None:
    asked = call.version
    if asked is not None and asked != reservation.version:
        raise VersionMismatch(f"the version is {reservation.version}, not {asked}: read it again")
    form = call.form
    activity = call.given_activity("WorkerActivitySid")
    number = None if activity is None else activity.id
    name = form.choice("Instruction", instructions)
    instruction_params.check(form, name)
    for each in instruction_params.ACTIVITIES:
        call.given_activity(each)
    status = form.choice("ReservationStatus", RESERVATION_STATUSES)
    if name is not None:
        flag = _ACCEPT.get(name)
        instruction = Instruction(name=name, activity=number, accept=bool(flag and form.boolean(flag)))
        carry_out(call.host, call.workspace, call.alerts, reservation, instruction)
    elif status is not None:
        _move(call, reservation, status, number)


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
