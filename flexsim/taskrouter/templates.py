"""What a new workspace holds, beyond the activity Offline that every engine starts with.

Twilio: "Core concepts: Routing" (Flex) and the Workspace resource's ``Template`` parameter.
"""

import json
from typing import Final

from flexsim.taskrouter.engine import Engine
from flexsim.taskrouter.events import EXTRA, Event
from flexsim.taskrouter.inputs import NewTaskQueue, NewWorkflow

CHANNELS: Final = (
    ("default", "Default"),
    ("voice", "Voice"),
    ("chat", "Programmable Chat"),
    ("sms", "SMS"),
    ("video", "Video"),
)
DAY: Final = 86_400


def plain_workspace(engine: Engine, now: float) -> list[Event]:
    """Template ``NONE``: activities and channels only."""
    return [
        *engine.create_activity(now, "Available", available=True),
        *engine.create_activity(now, "Unavailable"),
        *(event for unique, name in CHANNELS for event in engine.create_task_channel(now, unique, name)),
    ]


def fifo_workspace(engine: Engine, now: float) -> list[Event]:
    """Template ``FIFO``: one queue for everybody and a workflow to it."""
    return plain_workspace(engine, now) + _catch_all(engine, now, "Sample Queue", "Default Fifo Workflow")


def flex_workspace(engine: Engine, now: float) -> list[Event]:
    """A Flex account's workspace: one more activity and channel, the queue ``Everyone``, the workflow to it."""
    return [
        *plain_workspace(engine, now),
        *engine.create_activity(now, "Break"),
        *engine.create_task_channel(now, "email", "Email"),
        *_catch_all(engine, now, "Everyone", "Assign to Anyone"),
    ]


def _catch_all(engine: Engine, now: float, queue_name: str, workflow_name: str) -> list[Event]:
    created = engine.create_task_queue(now, NewTaskQueue(name=queue_name))
    queue = engine.sids.sid("WQ", created[0][EXTRA])
    configuration = json.dumps({"task_routing": {"filters": [], "default_filter": {"queue": queue}}})
    return created + engine.create_workflow(now, NewWorkflow(name=workflow_name, configuration=configuration))
