"""Whoever takes the snapshot and then every delta has the figures of the statistics, at every event."""

import random

import orjson
import pytest

from flexsim.emulator.dashboard_feed import AGENTS, ALL, ROW, Feed, Goal
from flexsim.taskrouter.inputs import NewTaskQueue
from tests.taskrouter.centre import START, Operations, furnish, new_engine


class Page:
    """Does with frames what the page does."""

    def __init__(self, snapshot):
        self.rows, self.agents, self.who, self.waiting = {}, {}, {}, {}
        self.take(snapshot)
        self.threshold = snapshot["threshold"]

    def take(self, frame):
        frame = orjson.loads(orjson.dumps(frame))
        self.seq, self.now, self.spent = frame["seq"], frame["now"], frame["spent"]
        self.names = frame.get("names") or self.names
        for row in frame.get("rows", ()):
            self.rows[row[0], row[1]] = dict(zip(ROW, row, strict=True))
        for number, *facts in frame.get("agents", ()):
            self.agents[number] = facts
        for number, *facts in frame.get("who", ()):
            self.who[number] = facts
        for number in frame.get("gone", ()):
            self.agents.pop(number, None)
            self.who.pop(number, None)
        self.waiting.update(frame.get("waiting", {}))

    def figures(self, queue, channel=ALL):
        place = ALL if queue is None else self.names["queues"].index(queue)
        row = self.rows.get((place, channel)) or dict.fromkeys(ROW, 0)
        judged = row["answered"] + row["abandoned_late"]
        return {
            **{name: row[name] for name in ("offered", "answered", "handled", "abandoned", "lost", "removed")},
            "waiting": len_waiting(row),
            "longest_waiting": round(self.now - row["since"], 1) if row["since"] else 0.0,
            "service_level": round(row["answered_in_time"] / judged, 4) if judged else None,
            "asa": mean(row["wait"], row["answered"]),
            "aht": mean(row["handle"], row["handled"]),
        }


def len_waiting(row):
    return row["pending"] + row["reserved"]


def mean(total, count):
    return round(total / count, 1) if count else None


def live(seed):
    rng = random.Random(seed)
    engine = new_engine()
    furnish(engine, rng)
    feed = Feed(engine, START, Goal(threshold=12.0))
    return Operations(engine, rng), feed


def step(operations, feed):
    operations.pass_time()
    engine = operations.engine
    for events in (engine.advance(operations.now), operations.act()):
        if events:
            feed.hear(events, engine.sequence)


@pytest.mark.parametrize("seed", range(5))
def test_a_page_shows_the_figures_of_the_statistics_at_every_event(seed):
    operations, feed = live(seed)
    page = Page(feed.snapshot(START))
    feed.forget_changes()
    for _ in range(300):
        step(operations, feed)
        page.take(feed.delta(operations.now))
        summary = feed.summary(operations.now)
        assert (page.seq, page.threshold) == (summary["sequence"], summary["threshold"])
        for queue, figures in {None: summary["total"], **summary["queues"]}.items():
            shown = page.figures(queue)
            assert shown == pytest.approx({name: figures[name] for name in shown}, abs=0.1001)
            counts = ("offered", "answered", "handled", "abandoned", "lost", "removed", "waiting", "service_level")
            assert [shown[name] for name in counts] == [figures[name] for name in counts]
        busy, idle, *_ = page.spent
        assert summary["occupancy"] == pytest.approx(busy / (busy + idle) if busy + idle else None, abs=1e-3)
        by_activity = {name: 0 for _, name, _ in page.names["activities"]}
        known = {number: name for number, name, _ in page.names["activities"]}
        for activity, *_ in page.agents.values():
            by_activity[known[activity]] += 1
        assert by_activity == summary["agents"]
        busy_agents = [each for each in page.agents.values() if any(state != "offered" for _, _, state, _ in each[2])]
        assert len(busy_agents) == summary["agents_busy"]


@pytest.mark.parametrize("seed", range(2))
def test_deltas_lead_where_a_snapshot_would(seed):
    operations, feed = live(seed)
    page = Page(feed.snapshot(START))
    for _ in range(200):
        step(operations, feed)
        page.take(feed.delta(operations.now))
    other = Page(feed.snapshot(operations.now))
    for name in ("rows", "agents", "who", "waiting", "names", "spent", "seq"):
        assert getattr(page, name) == getattr(other, name), name


@pytest.mark.parametrize("seed", range(2))
def test_channels_add_up_to_all(seed):
    operations, feed = live(seed)
    for _ in range(300):
        step(operations, feed)
    page = Page(feed.snapshot(operations.now))
    channels = [number for number, _ in page.names["channels"]]
    assert page.figures(None)["offered"] > 20
    for queue in (None, *page.names["queues"]):
        for name in ("offered", "answered", "handled", "abandoned", "lost", "removed", "waiting"):
            assert sum(page.figures(queue, each)[name] for each in channels) == page.figures(queue)[name]


def test_who_has_waited_longest_is_listed_in_order():
    operations, feed = live(3)
    for _ in range(300):
        step(operations, feed)
    page = Page(feed.snapshot(operations.now))
    seen = 0
    for place, waiting in page.waiting.items():
        engine = operations.engine
        for task, channel, since in waiting:
            found = engine.tasks[task]
            assert (found.channel.id, found.queue.name) == (channel, page.names["queues"][int(place)])
            assert since == round(found.queue_entered, 3)
        assert [since for *_, since in waiting] == sorted(since for *_, since in waiting)
        seen += len(waiting)
    assert seen


@pytest.mark.parametrize("seed", range(3))
def test_a_feed_that_was_kept_goes_on_as_if_it_had_never_stopped(seed):
    operations, feed = live(seed)
    for _ in range(150):
        step(operations, feed)
    document = orjson.loads(orjson.dumps(feed.dump()))
    again = Feed(operations.engine, operations.now, Goal(threshold=99.0), document)
    for _ in range(100):
        now, again_now = operations.now, again.snapshot(operations.now)
        once = feed.snapshot(now)
        for name in ("rows", "waiting", "agents", "names"):
            assert sorted(once[name]) == sorted(again_now[name]), name
        assert {name: once[name] for name in ("began", "threshold", "seq", "events")} == {
            name: again_now[name] for name in ("began", "threshold", "seq", "events")
        }
        assert feed.summary(now) == again.summary(now)
        operations.pass_time()
        for events in (operations.engine.advance(operations.now), operations.act()):
            if events:
                feed.hear(events, operations.engine.sequence)
                again.hear(events, operations.engine.sequence)


def test_the_trail_ends_with_what_is_so_now():
    operations, feed = live(4)
    for _ in range(200):
        step(operations, feed)
    now = operations.now
    *_, last = feed.trail((None, None), START, now)["points"]
    total = feed.summary(now)["total"]
    assert last[1:4] == [total["waiting"], total["offered"], total["handled"]]
    *_, agents = feed.trail(AGENTS, START, now)["points"]
    summary = feed.summary(now)
    assert agents[1] == summary["agents_busy"]
    assert sorted(agents[2:]) == sorted(summary["agents"].values())
    assert len(feed.trail((None, None), START, now)["points"]) > 20


def test_queues_and_channels_go_by_position_and_id():
    _, feed = live(0)
    assert feed.key(ALL, ALL) == (None, None)
    assert feed.key(0, ALL) == ("Everyone", None)
    assert feed.key(99, ALL) is None
    assert feed.key(-2, ALL) is None
    assert feed.key(ALL, 99) is None


def test_a_worker_whose_attributes_change_is_told_anew_with_the_queues_that_it_is_now_in():
    operations, feed = live(0)
    page = Page(feed.snapshot(START))
    for _ in range(400):
        step(operations, feed)
        page.take(feed.delta(operations.now))
    engine = operations.engine
    members = {worker.id: {queue.name for queue in worker.queues.values()} for worker in engine.workers.values()}
    shown = {number: {page.names["queues"][each] for each in queues} for number, (_, queues) in page.who.items()}
    assert shown == members
    assert {number: name for number, (name, _) in page.who.items()} == {
        worker.id: worker.name for worker in engine.workers.values()
    }


def test_nothing_new_is_only_the_time():
    _, feed = live(0)
    feed.forget_changes()
    assert set(feed.delta(START + 1)) == {"seq", "events", "now", "spent"}


def test_what_is_made_while_one_looks_is_told_by_name():
    operations, feed = live(0)
    page, engine = Page(feed.snapshot(START)), operations.engine
    feed.forget_changes()
    for events in (
        engine.create_task_queue(START, NewTaskQueue(name="Late", target_workers="1==1")),
        engine.create_activity(START, "Lunch"),
        engine.create_task_channel(START, "fax", "Fax"),
    ):
        feed.hear(events, engine.sequence)
    page.take(feed.delta(START))
    assert page.names["queues"][-1] == "Late"
    assert page.names["activities"][-1][1:] == ["Lunch", False]
    assert page.names["channels"][-1][1] == "fax"
    late = len(page.names["queues"]) - 1
    assert all(late in queues for _, queues in page.who.values())
