"""A worker's channels: how many tasks of each kind it can take at once."""

from typing import Final

from flexsim.emulator.call import Call, Reply
from flexsim.emulator.paging import Listing
from flexsim.emulator.rendering import worker_channel_document
from flexsim.errors import UnknownResource
from flexsim.taskrouter.resources import TaskChannel, Worker, worker_channel_number

MOST_CAPACITY: Final = (1 << 31) - 1


def listing(call: Call) -> Reply:
    worker, view = call.worker, call.view
    engine = call.workspace.engine
    return call.listed_as(
        Listing(
            key="channels",
            rows=(engine.channels[number] for number in worker.channels),
            number=lambda channel: worker_channel_number(worker.id, channel.id),
            sid=lambda number: engine.sids.sid("WC", number),
            number_of=lambda sid: engine.sids.number("WC", sid),
            render=lambda channel: worker_channel_document(view, worker, channel),
        )
    )


def fetch(call: Call) -> Reply:
    worker = call.worker
    return Reply(document=worker_channel_document(call.view, worker, _channel(call, worker)))


def update(call: Call) -> Reply:
    worker = call.worker
    channel = _channel(call, worker)
    capacity, available = call.form.integer("Capacity", 0, MOST_CAPACITY), call.form.boolean("Available")
    engine = call.workspace.engine
    call.do(engine.update_worker_channel, worker.id, channel.id, capacity=capacity, available=available)
    return Reply(document=worker_channel_document(call.view, worker, channel))


def _channel(call: Call, worker: Worker) -> TaskChannel:
    """By the worker channel's SID, or by its task channel's unique name or SID."""
    name, engine = call.path_sids[-1], call.workspace.engine
    number = engine.sids.number("WC", name)
    if number is None:
        found = call.find_channel(name)
    else:
        found = next(
            (each for each in engine.channels.values() if worker_channel_number(worker.id, each.id) == number), None
        )
    if found is None or found.id not in worker.channels:
        raise UnknownResource(f"no such channel of worker {worker.name}: {name}")
    return found
