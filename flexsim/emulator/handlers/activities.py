"""Activities: what a worker may be doing, and whether it can be offered tasks meanwhile."""

from typing import Final

from flexsim.emulator.call import NO_CONTENT, Call, Reply
from flexsim.emulator.params import MAX_NAME
from flexsim.emulator.rendering import activity_document
from flexsim.errors import InvalidInput
from flexsim.taskrouter.events import ACTIVITY_CREATED, EXTRA

MOST: Final = 100  # in a workspace (Twilio's limits page)


def listing(call: Call) -> Reply:
    name, available = call.query.text("FriendlyName"), call.query.flag("Available")
    rows = (
        each
        for each in call.workspace.engine.activities.values()
        if name in (None, each.name) and available in (None, each.available)
    )
    return call.listed("activities", "WA", rows, activity_document)


def create(call: Call) -> Reply:
    engine = call.workspace.engine
    if len(engine.activities) >= MOST:
        raise InvalidInput(f"a workspace has at most {MOST} activities")
    name = call.form.required("FriendlyName", most=MAX_NAME)
    created = call.create(ACTIVITY_CREATED, engine.create_activity, name, available=bool(call.form.flag("Available")))
    return Reply(status=201, document=activity_document(call.view, engine.activities[created[EXTRA]]))


def fetch(call: Call) -> Reply:
    return Reply(document=activity_document(call.view, call.activity))


def update(call: Call) -> Reply:
    """``Available`` cannot change; sending it is answered 200 and ignored, as Twilio does."""
    activity, name = call.activity, call.form.name()
    if name is not None:
        call.do(call.workspace.engine.rename_activity, activity.id, name)
    return Reply(document=activity_document(call.view, activity))


def delete(call: Call) -> Reply:
    call.do(call.workspace.engine.delete_activity, call.activity.id)
    return NO_CONTENT
