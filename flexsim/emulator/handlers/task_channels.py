"""Task channels: kinds of work, each with a capacity of its own per worker."""

from flexsim.emulator.call import NO_CONTENT, Call, Reply
from flexsim.emulator.params import MAX_NAME
from flexsim.emulator.rendering import task_channel_document
from flexsim.taskrouter.events import EXTRA, TASK_CHANNEL_CREATED


def listing(call: Call) -> Reply:
    return call.listed("channels", "TC", call.workspace.engine.channels.values(), task_channel_document)


def create(call: Call) -> Reply:
    form, engine = call.form, call.workspace.engine
    name = form.required("FriendlyName", most=MAX_NAME)
    unique_name = form.required("UniqueName", most=MAX_NAME)
    optimized = bool(form.boolean("ChannelOptimizedRouting"))
    created = call.create(TASK_CHANNEL_CREATED, engine.create_task_channel, unique_name, name, optimized=optimized)
    return Reply(status=201, document=task_channel_document(call.view, engine.channels[created[EXTRA]]))


def fetch(call: Call) -> Reply:
    return Reply(document=task_channel_document(call.view, call.task_channel))


def update(call: Call) -> Reply:
    channel, form = call.task_channel, call.form
    engine = call.workspace.engine
    call.do(engine.update_task_channel, channel.id, name=form.name(), optimized=form.boolean("ChannelOptimizedRouting"))
    return Reply(document=task_channel_document(call.view, channel))


def delete(call: Call) -> Reply:
    call.do(call.workspace.engine.delete_task_channel, call.task_channel.id)
    return NO_CONTENT
