"""What was written is read back: the same events, names and figures."""

import pytest

from flexsim.errors import ConfigurationError
from flexsim.measure.reading import LogReader
from flexsim.measure.statistics import Statistics
from flexsim.measure.summary import summarize

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


@pytest.mark.parametrize(
    "line", ["", "[]", "{}", '{"type":"task.vanished","t":1}', '{"type":"task.canceled","t":1}', "not json"]
)
def test_a_line_that_is_no_event_is_named(centre, line):
    with pytest.raises(ConfigurationError, match=f"line {len(centre.log) + 1} of the event log"):
        read([*centre.log, line])
