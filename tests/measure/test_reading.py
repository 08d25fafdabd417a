"""What was written is read back: the same events, names and figures."""

import json

import pytest

from flexsim.errors import ConfigurationError
from flexsim.measure.reading import LogReader
from flexsim.measure.statistics import Statistics
from flexsim.measure.summary import summarize
from flexsim.taskrouter.events import RESERVATION, TASK, WORKER
from flexsim.taskrouter.inputs import TaskChanges, TaskQueueChanges

from .conftest import START


def read(lines):
    reader = LogReader()
    statistics = Statistics(reader.names, 20.0)
    for event in reader.events(lines):
        statistics.add(event)
    return reader, statistics


def test_the_figures_of_a_log_read_back_are_those_of_the_run(centre):
    centre.one_busy_hour()
    _, statistics = read(centre.log)
    assert summarize(statistics, START + 300) == summarize(centre.statistics, START + 300)


def test_the_events_come_back_one_for_one(centre):
    centre.one_busy_hour()
    seen = []
    centre.take, take = lambda events: seen.extend(events) or take(events), centre.take
    centre.hire(300, "Cid")
    centre.arrive(301.5)
    back = list(LogReader().events(centre.log))[-len(seen) :]
    assert [event[:2] for event in back] == [event[:2] for event in seen]
    assert [[each is None for each in event[2:5]] for event in back] == [
        [each is None for each in event[2:5]] for event in seen
    ]


def test_names_are_read_with_the_events(centre):
    centre.hire(0, "Ann")
    reader, _ = read(centre.log)
    assert list(reader.names.workers.values()) == ["Ann"]
    assert set(reader.names.queues.values()) == {"Everyone", 'The "best"'}
    assert list(reader.names.channels.values()) == list(centre.recorder.names.channels.values())


def test_channel_changes_come_back(centre):
    worker = centre.hire(0, "Ann")
    channel = centre.engine.channel_by_name["chat"]
    centre.take(centre.engine.update_worker_channel(START + 1, worker, channel, capacity=4, available=False))
    reader = LogReader()
    back = list(reader.events(centre.log))
    extras = {event[5] for event in back[-2:]}
    assert {(reader.names.channels[each[0]], each[1]) for each in extras} == {("chat", 1), ("chat", True)}


def test_ids_lead_back_to_sids_and_to_the_first_line_while_an_event_is_looked_at(centre):
    centre.one_busy_hour()
    reader = LogReader()
    records = map(json.loads, centre.log)
    for event, record in zip(reader.events(centre.log), records, strict=True):
        for ids, place, key in (
            (reader.tasks, TASK, "task"), (reader.workers, WORKER, "worker"),
            (reader.reservations, RESERVATION, "reservation"),
        ):  # fmt: skip
            assert record.get(key) == (None if event[place] is None else ids.by_id[event[place]])
        if record["type"] == "task.created":
            arrival = reader.arrivals[event[TASK]]
            assert arrival == (record["contact"], record["channel"], record["workflow"], record["priority"])


def test_what_is_over_is_forgotten(centre):
    ann = centre.hire(0, "Ann")
    for number in range(50):
        task = centre.arrive(10 * number)
        centre.accept(10 * number + 1, task)
        centre.end(10 * number + 5, task)
        centre.delete(10 * number + 6, task)
    centre.go(900, ann, "Offline")
    reader = LogReader()
    assert len(list(reader.events(centre.log))) == len(centre.log)
    assert (len(reader.tasks), len(reader.tasks.by_id), len(reader.reservations), len(reader.arrivals)) == (0, 0, 0, 0)
    assert reader.tasks.given == 50  # and no number was given twice
    assert len(reader.workers) == 1


def test_a_contact_that_is_no_text_is_written_as_json(centre):
    centre.arrive(1, contact={"id": 3})
    reader = LogReader()
    list(reader.events(centre.log))
    assert [each.contact for each in reader.arrivals.values()] == ['{"id":3}']


def test_what_is_renamed_stays_what_it_was(centre):
    queue = next(each for each in centre.engine.queues.values() if each.name != "Everyone")
    task = centre.arrive(1)
    centre.take(
        centre.engine.update_task_queue(
            START + 2, queue.id, TaskQueueChanges(name="The worst", target_workers="team == 'worst'")
        )
    )
    centre.end(3, task, "canceled", "hung up")
    centre.arrive(4)
    reader, statistics = read(centre.log)
    assert sorted(reader.names.queues.values()) == ["Everyone", "The worst"]
    assert summarize(statistics, START + 9) == summarize(centre.statistics, START + 9)


def test_a_task_whose_channel_is_changed_is_on_that_channel(centre):
    task = centre.arrive(1)
    chat = centre.engine.channel_by_name["chat"]
    centre.take(centre.engine.update_task(START + 2, task, TaskChanges(channel=chat)))
    reader, _ = read(centre.log)
    assert [each.channel for each in reader.arrivals.values()] == ["chat"]


def test_lines_may_be_bytes(centre):
    centre.one_busy_hour()
    assert list(LogReader().events(line.encode() for line in centre.log)) == list(LogReader().events(centre.log))


_BROKEN = '"workflow":"Flow","priority":0}'


@pytest.mark.parametrize(
    "line",
    [
        "", "[]", "{}", '{"type":"task.vanished","t":1}', '{"type":"task.canceled","t":1}', "not json",
        '{"type":"task.updated","t":"1","task":"WT1"}',
        '{"type":"task.updated","t":1,"task":7}',
        '{"type":"task.updated","t":1,"task":[]}',
        '{"type":"task.canceled","t":1,"task":"WT1","reason":{}}',
        '{"type":"task-queue.entered","t":1,"task":"WT1","queue":null}',
        '{"type":"task.created","t":1,"task":"WT1","contact":null,"channel":3,' + _BROKEN,
        b'{"type":"task.updated","t":1,"task":"\xff"}',
    ],
)  # fmt: skip
def test_a_line_that_is_no_event_is_named(centre, line):
    with pytest.raises(ConfigurationError, match=f"line {len(centre.log) + 1} of the event log"):
        read([*centre.log, line])
