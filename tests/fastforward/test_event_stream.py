"""Event Streams of a simulation: the documented envelope, numbered like the workspace's events."""

import dataclasses
import json
from collections import Counter

from flexsim.fastforward.event_stream import event_stream
from flexsim.fastforward.replication import Running

HAPPEN = {"task.created", "reservation.created"}


def test_every_event_that_twilio_streams_is_there_once_in_order(plan):
    lines, log = [], []
    plan = dataclasses.replace(plan, duration=900.0)
    Running(plan, write=log.extend, also=lambda simulation: event_stream(simulation, lines.extend)).run()
    events = [json.loads(line) for line in lines]
    # The log begins with the workspace as it stood; the stream, with what happens in it.
    kinds = [json.loads(line)["type"] for line in log]
    logged = Counter(kind for kind in kinds if not kind.endswith((".created", ".capacity.update")) or kind in HAPPEN)
    assert sum(logged.values()) > 100
    assert Counter(event["type"].removeprefix("com.twilio.taskrouter.") for event in events) == logged
    assert len({event["id"] for event in events}) == len(events)
    times = [event["time"] for event in events]
    assert times == sorted(times)


def test_tasks_carry_all_that_live_ones_do(plan):
    lines = []
    plan = dataclasses.replace(plan, duration=900.0)
    Running(plan, also=lambda simulation: event_stream(simulation, lines.extend)).run()
    payloads = [json.loads(line)["data"]["payload"] for line in lines]
    completed = [each for each in payloads if each["eventtype"] == "task.completed"]
    assert completed
    for each in completed:
        attributes = json.loads(each["task_attributes"])
        assert {"name", "from", "customers", "conversations", "csat"} <= attributes.keys()
