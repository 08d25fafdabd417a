"""CloudEvents: the envelope that Event Streams documents, around typed fields."""

import json
import re

from flexsim.measure.cloud_events import NOT_STREAMED, cloud_event
from flexsim.measure.event_payload import Whose
from flexsim.measure.past import Past
from flexsim.taskrouter.events import KIND, NAMES
from flexsim.taskrouter.inputs import NewTask, TaskQueueChanges
from tests.taskrouter.centre import START, add_worker, new_engine


def told(*inputs):
    engine = new_engine()
    add_worker(engine, "bob")
    past = Past(engine)
    owner = Whose(account_sid="AC1", workspace_sid="WS1", sid=engine.sids.sid)
    number = 0
    for each in inputs:
        for moment in past.hear(number, each(engine)):
            number += 1
            if moment.event[KIND] not in NOT_STREAMED:
                yield cloud_event(moment, owner)


def create(engine):
    return engine.create_task(START + 0.25, NewTask(workflow=0, channel=1, attributes={"a": 1}))


def test_an_event_has_the_documented_envelope():
    *_, event = told(create)
    assert list(event) == ["specversion", "type", "source", "id", "dataschema", "datacontenttype", "time", "data"]
    assert (event["specversion"], event["type"]) == ("1.0", "com.twilio.taskrouter.reservation.created")
    assert re.fullmatch("AB[0-9a-f]{32}", event["source"])
    assert re.fullmatch("NO[0-9a-f]{32}", event["id"])
    assert event["time"] == "2026-01-05T08:00:00.250Z"
    data = event["data"]
    assert list(data) == [
        "sid", "name", "account_sid", "account_friendly_name", "parent_account_sid", "parent_friendly_name", "timestamp",
        "level", "group", "product_name", "publisher", "publisher_metadata", "payload_type", "payload",
    ]  # fmt: skip
    assert (data["name"], data["group"], data["level"]) == ("ReservationCreated", "reservation", "INFO")
    assert (data["product_name"], data["publisher"]) == ("TaskRouter", "Flex Task Assignment")


def test_the_payload_is_flat_and_typed():
    *_, event = told(create)
    payload = event["data"]["payload"]
    assert payload["eventtype"] == "reservation.created"
    assert (payload["task_age"], payload["worker_available"], payload["reservation_timeout"]) == (0, True, 120)
    assert payload["task_date_created"] == "2026-01-05T08:00:00.250Z"
    assert payload["sid"] == event["data"]["sid"]
    assert json.loads(payload["task_attributes"]) == {"a": 1}
    assert not any(isinstance(value, dict | list) for value in payload.values())
    assert json.loads(json.dumps(event)) == event


def test_one_type_is_spelt_in_another_way_than_in_callbacks():
    def change(engine):
        return engine.update_task_queue(START, 0, TaskQueueChanges(target_workers="2==2"))

    event, *_ = told(change)
    assert event["type"] == "com.twilio.taskrouter.task-queue.expression-updated"
    assert event["data"]["payload"]["eventtype"] == "task-queue.expression-updated"
    assert event["data"]["name"] == "TaskQueueExpressionUpdated"
    assert event["data"]["group"] == "task-queue"


def test_activities_task_channels_and_workspaces_are_not_streamed():
    groups = {NAMES[kind].partition(".")[0] for kind in NOT_STREAMED}
    assert groups == {"activity", "task-channel", "workspace"}
    assert all(NAMES[kind].partition(".")[0] not in groups for kind in range(len(NAMES)) if kind not in NOT_STREAMED)
