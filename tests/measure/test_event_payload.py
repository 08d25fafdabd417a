"""What an event says, field by field, typed and as text."""

import random

from flexsim.measure.event_payload import Date, Whose, as_text, description, fields, resource
from flexsim.measure.past import Past
from flexsim.taskrouter import events as ev
from flexsim.taskrouter.events import KIND
from flexsim.taskrouter.inputs import NewTask, NewWorkflow, TaskChanges
from tests.taskrouter.centre import START, Operations, activity, add_worker, furnish, new_engine

# The fields that Twilio's event schema names (reference §9.1) ...
_SCHEMA = """
    operating_unit_sid task_sid task_attributes task_age task_date_created task_priority task_assignment_status
    task_completed_reason task_canceled_reason reason task_channel_sid task_channel_unique_name task_channel_name
    task_channel_optimized_routing task_queue_sid task_queue_name task_queue_entered_date task_queue_target_expression
    task_age_in_queue task_order task_queue_reservation_activity_sid task_queue_assignment_activity_sid
    task_queue_max_reserved_workers task_version task_add_on_attributes task_timeout task_routing_target
    task_re_evaluated_reason virtual_start_time task_virtual_start_time task_ignore_capacity reservation_sid
    reservation_timeout reservation_status reservation_reason_code reservation_version worker_sid worker_name
    worker_attributes worker_activity_sid worker_activity_name worker_time_in_previous_activity
    worker_time_in_previous_activity_ms worker_previous_activity_sid worker_previous_activity_name worker_available
    worker_version worker_date_created worker_date_updated worker_last_status_change worker_channel_available
    worker_channel_capacity worker_channel_available_capacity worker_channel_previous_capacity
    worker_channel_consumed_capacity worker_channel_task_count worker_channel_last_reserved_date workflow_sid
    workflow_name workflow_filter_name workflow_filter_expression workflow_filter_target_name
    workflow_filter_target_expression previous_task_queue_sid previous_task_queue_name previous_task_priority
    target_changed_reason task_transfer_sid transfer_type transfer_to transfer_mode transfer_status transfer_started
    transfer_failed_reason transfer_initiating_worker_sid transfer_initiating_reservation_sid known_worker_sid
    activity_sid activity_name activity_available
"""
# ... and those of them that nothing here can know; docs/local-taskrouter.md says why.
_UNKNOWN = """
    task_add_on_attributes task_queue_reservation_activity_sid task_queue_assignment_activity_sid
    task_re_evaluated_reason reservation_reason_code workflow_filter_target_name target_changed_reason task_transfer_sid
    transfer_type transfer_to transfer_mode transfer_status transfer_started transfer_failed_reason
    transfer_initiating_worker_sid transfer_initiating_reservation_sid
"""
SCHEMA, UNKNOWN = frozenset(_SCHEMA.split()), frozenset(_UNKNOWN.split())


def whose(engine):
    return Whose(account_sid="AC1", workspace_sid="WS1", sid=engine.sids.sid)


def heard():
    """Every event of a few random centres, heard right after its input, and whose it is."""
    for seed in range(12):
        rng = random.Random(seed)
        engine = new_engine()
        furnish(engine, rng)
        past, operations = Past(engine), Operations(engine, rng)
        for moment in past.hear(0, engine.create_activity(START, "Lunch")):
            yield moment, whose(engine)
        for _ in range(200):
            for moment in past.hear(0, operations.step()):
                yield moment, whose(engine)
        for moment in past.hear(0, engine.update_task_channel(operations.now, 0, name="D")):
            yield moment, whose(engine)


def test_every_field_that_can_be_known_is_there_and_no_other():
    seen = set()
    for moment, owner in heard():
        seen |= fields(moment, owner).keys()
    assert seen == SCHEMA - UNKNOWN


def test_values_have_the_types_of_the_stream():
    for moment, owner in heard():
        for name, value in fields(moment, owner).items():
            kind = (
                Date if name.endswith(("_date", "_created", "_updated", "_change", "start_time", "last_reserved_date"))
                else bool if name.endswith(("_available", "_ignore_capacity", "_optimized_routing"))
                else int if name.endswith(("_age", "_version", "_priority", "_timeout", "_capacity", "_count", "_ms",
                                           "previous_activity", "_in_queue", "_workers"))
                else str
            )  # fmt: skip
            assert type(value) is kind, name
            assert type(as_text(value)) is str


def test_text_and_dates_are_written_as_twilio_writes_them():
    assert [as_text(each) for each in ("a", 3, True, False, Date(1692816604.478))] == [
        "a", "3", "true", "false", "1692816604",
    ]  # fmt: skip


def test_resources_and_descriptions_are_those_that_have_been_seen():
    engine = new_engine()
    past, owner, sid = Past(engine), whose(engine), engine.sids.sid
    worker = add_worker(engine, "bob")
    past = Past(engine)
    happened = past.hear(0, engine.create_task(START, NewTask(workflow=0, channel=0, attributes={})))
    happened += past.hear(9, engine.accept(START + 2, 0))
    by_name = {ev.NAMES[each.event[KIND]]: each for each in happened}
    assert resource(by_name["task.created"], owner) == ("task", sid("WT", 0))
    assert resource(by_name["workflow.entered"], owner) == ("workflow", sid("WW", 0))
    assert resource(by_name["task-queue.entered"], owner) == ("taskqueue", sid("WQ", 0))
    accepted = by_name["reservation.accepted"]
    assert resource(accepted, owner) == ("reservation", sid("WR", 0))
    text = f"Task {sid('WT', 0)} assigned to Worker bob with Reservation {sid('WR', 0)}"
    assert description(accepted, owner) == text
    (created,) = past.hear(0, engine.create_activity(START + 3, "Lunch"))
    assert resource(created, owner)[0] == "activity"
    assert description(created, owner) == f"Activity {sid('WA', created.more.id)} created"
    assert worker == 0


def test_a_known_worker_and_a_raised_priority_are_said_where_the_target_is_matched():
    engine = new_engine()
    worker = add_worker(engine, "bob")
    bob = engine.sids.sid("WK", worker)
    target = f'{{"queue":"{engine.sids.sid("WQ", 0)}","priority":4,"known_worker_sid":"task.friend"}}'
    text = f'{{"task_routing":{{"filters":[{{"friendly_name":"F","expression":"1==1","targets":[{target}]}}]}}}}'
    engine.create_workflow(START, NewWorkflow(name="Known", configuration=text))
    past = Past(engine)
    happened = past.hear(0, engine.create_task(START, NewTask(workflow=1, channel=0, attributes={"friend": bob})))
    found = {ev.NAMES[each.event[KIND]]: fields(each, whose(engine)) for each in happened}
    matched = found["workflow.target-matched"]
    assert (matched["known_worker_sid"], matched["previous_task_priority"], matched["task_priority"]) == (bob, 0, 4)
    assert (matched["workflow_filter_name"], matched["workflow_filter_expression"]) == ("F", "1==1")
    assert "workflow_filter_target_expression" not in matched
    assert found["task.created"]["task_priority"] == 0
    assert found["reservation.created"]["reservation_timeout"] == 120


def test_a_task_for_one_worker_says_so():
    engine = new_engine()
    worker = add_worker(engine, "bob")
    past = Past(engine)
    new = NewTask(workflow=0, channel=0, attributes={}, to_worker=worker, ignore_capacity=True)
    created, *_ = (fields(each, whose(engine)) for each in past.hear(0, engine.create_task(START, new)))
    assert created["task_routing_target"] == engine.sids.sid("WK", worker)
    assert created["task_ignore_capacity"] is True
    assert activity(engine, "Available")


def test_the_age_of_a_task_stops_when_it_ends():
    engine = new_engine()
    past = Past(engine)
    past.hear(0, engine.create_task(START, NewTask(workflow=0, channel=0, attributes={})))
    past.hear(0, engine.update_task(START + 10, 0, TaskChanges(status="canceled")))
    (updated,) = past.hear(0, engine.update_task(START + 60, 0, TaskChanges(attributes={"a": 1})))
    found = fields(updated, whose(engine))
    assert (found["task_age"], found["task_age_in_queue"]) == (10, 10)


def test_capacity_is_told_in_tasks_and_in_percent():
    engine = new_engine()
    worker = add_worker(engine, "bob")
    past = Past(engine)
    past.hear(0, engine.create_task(START, NewTask(workflow=0, channel=0, attributes={})))
    (changed,) = past.hear(0, engine.update_worker_channel(START, worker, 0, capacity=4))
    found = fields(changed, whose(engine))
    assert (found["worker_channel_previous_capacity"], found["worker_channel_capacity"]) == (1, 4)
    assert (found["worker_channel_available_capacity"], found["worker_channel_consumed_capacity"]) == (75, 25)
    assert found["worker_channel_task_count"] == 0
    (closed,) = past.hear(0, engine.update_worker_channel(START, worker, 0, capacity=0))
    found = fields(closed, whose(engine))
    assert (found["worker_channel_available_capacity"], found["worker_channel_consumed_capacity"]) == (0, 0)
