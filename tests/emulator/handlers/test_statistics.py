"""Statistics over the API: what is asked for, what is refused, and what Twilio's SDK reads."""

from types import SimpleNamespace

import pytest
from twilio.base.exceptions import TwilioRestException

from flexsim.clock import ManualClock
from flexsim.emulator.options import Options
from flexsim.emulator.server import LocalTaskRouter
from tests.emulator.conftest import Json

EMPTY = {"avg": 0, "min": 0, "max": 0, "total": 0}


@pytest.fixture
def day(site):
    """A worker, one task accepted after 7.9 seconds and completed, one canceled after 20, one that still waits."""
    worker, task, reservation = site.reserved()
    site.clock.advance(7.9)
    site.post(reservation["url"], ReservationStatus="accepted")
    site.post(task["url"], AssignmentStatus="completed")
    site.post(worker["url"], ActivitySid=site.activity("Break"))
    gone = site.task()
    site.clock.advance(20)
    site.post(gone["url"], AssignmentStatus="canceled")
    waits = site.task(Priority="3", TaskChannel="voice")
    site.clock.advance(30.5)
    queue, workflow = site.listed("/TaskQueues")[0]["sid"], site.listed("/Workflows")[0]["sid"]
    return SimpleNamespace(worker=worker, waits=waits["sid"], queue=queue, workflow=workflow)


def get(site, address, **query):
    answer = site.get(address, **query)
    assert answer.status == 200, answer.json
    return answer.json


def refused(answer, *words):
    assert (answer.status, answer["code"]) == (400, 20001)
    for word in words:
        assert word in answer["message"]


# --- real time ---------------------------------------------------------------------------------------------------------


def test_real_time_counts_are_integers_over_what_the_task_list_holds(site, day):
    found = get(site, f"/TaskQueues/{day.queue}/RealTimeStatistics")
    assert found["total_tasks"] == len(site.listed("/Tasks")) == 3
    assert found["tasks_by_status"] == {
        "pending": 1, "reserved": 0, "assigned": 0, "wrapping": 0, "completed": 1, "canceled": 1,
    }  # fmt: skip
    assert found["tasks_by_priority"] == {"0": 2, "3": 1}
    assert (found["longest_task_waiting_age"], found["longest_task_waiting_sid"]) == (30, day.waits)
    assert (found["longest_relative_task_age_in_queue"], found["longest_relative_task_sid_in_queue"]) == (30, day.waits)


def test_nobody_waiting_is_an_age_of_0_and_no_sid(site, day):
    found = get(site, "/RealTimeStatistics", TaskChannel="chat")
    assert (found["longest_task_waiting_age"], found["longest_task_waiting_sid"], found["total_tasks"]) == (0, None, 0)


def test_every_activity_is_listed_with_the_workers_in_it(site, day):
    site.worker("ann")
    found = get(site, f"/TaskQueues/{day.queue}/RealTimeStatistics")
    counts = {each["friendly_name"]: each["workers"] for each in found["activity_statistics"]}
    assert counts == {"Offline": 0, "Available": 1, "Unavailable": 0, "Break": 1}
    assert (found["total_eligible_workers"], found["total_available_workers"]) == (2, 1)
    for address in ("/RealTimeStatistics", "/Workers/RealTimeStatistics"):
        everybody = get(site, address)
        assert (everybody["activity_statistics"], everybody["total_workers"]) == (found["activity_statistics"], 2)


def test_a_queue_counts_only_its_own_workers(site, day):
    queue = site.made("/TaskQueues", FriendlyName="Nobody", TargetWorkers="1==2")
    found = get(site, f"/TaskQueues/{queue['sid']}/RealTimeStatistics")
    assert (found["total_eligible_workers"], found["total_available_workers"], found["total_tasks"]) == (0, 0, 0)


@pytest.mark.parametrize("by", ["sid", "unique_name"])
def test_a_task_channel_goes_by_sid_or_unique_name(site, day, by):
    (channel,) = [each for each in site.listed("/TaskChannels") if each["unique_name"] == "voice"]
    found = get(site, f"/Workflows/{day.workflow}/Statistics", TaskChannel=channel[by])
    assert found["realtime"]["total_tasks"] == found["cumulative"]["tasks_entered"] == 1


def test_an_unknown_task_channel_is_refused(site, day):
    refused(site.get("/Statistics", TaskChannel="pigeon"), "TaskChannel", "pigeon")


# --- cumulative --------------------------------------------------------------------------------------------------------


def test_waits_are_cut_to_whole_seconds(site, day):
    found = get(site, f"/TaskQueues/{day.queue}/CumulativeStatistics")
    seven, twenty = ({"avg": each, "min": each, "max": each, "total": each} for each in (7, 20))
    assert found["wait_duration_until_accepted"] == found["wait_duration_in_queue_until_accepted"] == seven
    assert found["wait_duration_until_canceled"] == twenty
    assert found["avg_task_acceptance_time"] == 7
    assert (found["tasks_entered"], found["tasks_completed"], found["tasks_canceled"]) == (3, 1, 1)
    assert (found["reservations_created"], found["reservations_accepted"]) == (1, 1)


def test_the_interval_is_said_and_is_15_minutes_unless_asked_otherwise(site, day):
    site.clock.advance(900)
    found = get(site, "/CumulativeStatistics")
    assert (found["start_time"], found["end_time"]) == ("2026-01-05T08:00:58Z", "2026-01-05T08:15:58Z")
    assert found["tasks_created"] == 0
    assert found["wait_duration_until_accepted"] == EMPTY
    assert get(site, "/CumulativeStatistics", Minutes="16")["tasks_created"] == 3


def test_dates_bound_the_interval_both_included(site, day):
    found = get(site, "/CumulativeStatistics", StartDate="2026-01-05T08:00:07Z", EndDate="2026-01-05T08:00:26Z")
    assert (found["start_time"], found["end_time"]) == ("2026-01-05T08:00:07Z", "2026-01-05T08:00:26Z")
    assert (found["tasks_created"], found["tasks_completed"], found["tasks_canceled"]) == (1, 1, 0)
    found = get(site, "/CumulativeStatistics", EndDate="2026-01-05T08:00:27Z", Minutes="1")
    assert (found["tasks_created"], found["tasks_canceled"]) == (3, 1)


def test_an_end_in_the_future_is_now(site, day):
    found = get(site, "/CumulativeStatistics", EndDate="2100-01-01T00:00:00Z")
    assert (found["start_time"], found["end_time"]) == ("2026-01-05T07:45:58Z", "2026-01-05T08:00:58Z")


def test_waits_are_split_at_the_thresholds_asked_for_and_only_there(site, day):
    found = get(site, "/CumulativeStatistics", SplitByWaitTime="7, 20")["split_by_wait_time"]
    assert found == {
        "7": {
            "above": {"tasks_canceled": 1, "reservations_accepted": 1},
            "below": {"tasks_canceled": 0, "reservations_accepted": 0},
        },
        "20": {
            "above": {"tasks_canceled": 0, "reservations_accepted": 0},
            "below": {"tasks_canceled": 1, "reservations_accepted": 1},
        },
    }
    assert get(site, "/CumulativeStatistics")["split_by_wait_time"] == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Minutes", "0"), ("Minutes", "-5"), ("Minutes", "many"), ("Minutes", "43201"), ("StartDate", "yesterday"),
        ("StartDate", "2100-01-01T00:00:00Z"), ("EndDate", "0"), ("SplitByWaitTime", "5,x"), ("SplitByWaitTime", "-1"),
        ("SplitByWaitTime", "5,,6"), ("SplitByWaitTime", "1.5"), ("SplitByWaitTime", "1209601"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_by_name(site, day, name, value):
    for address in ("/Statistics", "/TaskQueues/Statistics", f"/Workflows/{day.workflow}/CumulativeStatistics"):
        refused(site.get(address, **{name: value}), name)


def test_an_end_before_the_history_begins_is_refused(site):
    site.clock.advance(31 * 86_400)
    refused(site.get("/Statistics", EndDate="2026-01-05T12:00:00Z"), "EndDate", "30 days", "2026-01-05T12:00:00Z")


def test_a_start_before_the_history_begins_is_cut_to_it(site):
    site.clock.advance(31 * 86_400)
    assert get(site, "/CumulativeStatistics", StartDate="2026-01-05T08:00:00Z")["start_time"] == "2026-01-06T08:00:00Z"


# --- both, lists, bulk -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("of", ["", "/TaskQueues/{queue}", "/Workflows/{workflow}", "/Workers"])
def test_combined_statistics_are_the_other_two_without_what_names_them(site, day, of):
    address = of.format(**vars(day))
    both = get(site, f"{address}/Statistics")
    for part, kind in (("realtime", "RealTime"), ("cumulative", "Cumulative")):
        alone = get(site, f"{address}/{kind}Statistics")
        named = {name for name in alone if name == "url" or name.endswith("_sid")} - both[part].keys()
        assert both[part] == {name: value for name, value in alone.items() if name not in named}


def test_the_list_of_queues_is_paged_and_filtered_by_name(site, day):
    site.made("/TaskQueues", FriendlyName="Other")
    first = get(site, "/TaskQueues/Statistics", PageSize="1", Minutes="30")
    (row,) = first["task_queues_statistics"]
    whole = get(site, f"/TaskQueues/{day.queue}/Statistics", Minutes="30")
    assert row == {name: value for name, value in whole.items() if name != "url"}
    second = get(site, first["meta"]["next_page_url"])
    assert second["task_queues_statistics"][0]["cumulative"]["tasks_entered"] == 0
    assert len(site.listed("/TaskQueues/Statistics", FriendlyName="Other")) == 1
    assert site.listed("/TaskQueues/Statistics", FriendlyName="None") == []


@pytest.mark.parametrize("key", ["TaskQueueSids", "task_queue_sids", "taskQueueSids", "TaskQueueSid"])
def test_bulk_understands_its_key_however_it_is_spelled(site, day, key):
    answer = site.call("POST", "/TaskQueues/RealTimeStatistics", Json({key: [day.queue]}))
    (row,) = answer["task_queue_data"]
    alone = get(site, f"/TaskQueues/{day.queue}/RealTimeStatistics")
    assert row == {name: alone[name] for name in row}
    assert alone.keys() - row.keys() == {
        "account_sid", "workspace_sid", "url", "longest_relative_task_age_in_queue",
        "longest_relative_task_sid_in_queue",
    }  # fmt: skip


def test_bulk_says_how_many_of_the_queues_there_are_and_takes_a_channel(site, day):
    body = Json(TaskQueueSids=[day.queue, f"WQ{'0' * 32}", day.queue], TaskChannel="voice")
    answer = site.call("POST", "/TaskQueues/RealTimeStatistics", body)
    assert answer["task_queue_response_count"] == len(answer["task_queue_data"]) == 1
    assert answer["task_queue_data"][0]["total_tasks"] == 1


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (Json(), "TaskQueueSids"), (Json(TaskQueueSids=[]), "TaskQueueSids"), (Json(TaskQueueSids=[1]), "TaskQueueSids"),
        (Json(TaskQueueSids={}), "TaskQueueSids"), (Json(TaskQueueSids=["WQ"] * 51), "50"),
        (Json(TaskQueueSids=["WQ"], TaskChannel=["voice"]), "TaskChannel"), ({"TaskQueueSids": "WQ"}, "JSON"),
    ],
)  # fmt: skip
def test_bulk_refuses_what_names_no_queues(site, body, word):
    refused(site.call("POST", "/TaskQueues/RealTimeStatistics", body), word)


# --- workers -----------------------------------------------------------------------------------------------------------


def durations(found):
    return {each["friendly_name"]: (each["min"], each["max"], each["total"]) for each in found["activity_durations"]}


def test_activity_durations_say_how_long_workers_were_in_each_activity(site, day):
    found = get(site, "/Workers/CumulativeStatistics")
    zero = (0, 0, 0)
    assert durations(found) == {
        "Offline": zero, "Available": (7, 7, 7), "Unavailable": zero, "Break": (50, 50, 50),
    }  # fmt: skip
    assert (found["reservations_created"], found["reservations_accepted"]) == (1, 1)


def test_one_workers_statistics_are_only_its_own(site, day):
    ann = site.worker("ann")  # gets the task that waited
    site.clock.advance(10)
    for worker, created, available in ((day.worker, 1, 7), (ann, 1, 10)):
        found = get(site, f"/Workers/{worker['sid']}/Statistics")
        assert found["worker_sid"] == worker["sid"]
        assert found["cumulative"]["reservations_created"] == created
        assert durations(found["cumulative"])["Available"][2] == available
    assert get(site, f"/Workers/{ann['sid']}/Statistics", TaskChannel="chat")["cumulative"]["reservations_created"] == 0


def test_workers_are_filtered_by_queue_and_name(site, day):
    site.worker("ann", attributes='{"team": "best"}')
    site.worker("eve", attributes='{"team": "best"}')
    queue = site.made("/TaskQueues", FriendlyName="Best", TargetWorkers="team == 'best'")["sid"]
    for filters, count in (
        ({}, 3), ({"TaskQueueSid": queue}, 2), ({"TaskQueueName": "Best"}, 2), ({"TaskQueueName": "Worst"}, 0),
        ({"TaskQueueSid": queue, "TaskQueueName": "Everyone"}, 2),
        ({"FriendlyName": "eve"}, 1), ({"FriendlyName": "EVE"}, 0), ({"FriendlyName": "bob", "TaskQueueSid": queue}, 0),
        ({"FriendlyName": "ann", "TaskQueueSid": queue, "TaskQueueName": "Everyone"}, 1),
    ):  # fmt: skip
        assert get(site, "/Workers/Statistics", **filters)["realtime"]["total_workers"] == count
    refused(site.get("/Workers/Statistics", TaskQueueSid="WQ1"), "TaskQueueSid")
    found = get(site, "/Workers/Statistics", FriendlyName="bob")
    assert found["cumulative"]["reservations_created"] == 1


def test_statistics_of_workers_can_be_limited_as_twilio_limits_them():
    with LocalTaskRouter(clock=ManualClock(), options=Options(worker_statistics_limit=1)) as router:
        api = router.workspace
        worker = api.workers.create("bob")
        assert api.workers.statistics().fetch().realtime["total_workers"] == 1
        api.workers.create("ann")
        for statistics in (
            api.workers.statistics(),
            api.workers.real_time_statistics(),
            api.workers(worker.sid).statistics(),
        ):
            with pytest.raises(TwilioRestException, match="2 workers, the most is 1"):
                statistics.fetch()
        assert api.real_time_statistics().fetch().total_workers == 2


@pytest.mark.parametrize(
    "address", ["/TaskQueues/WQ1/Statistics", "/Workflows/WW1/RealTimeStatistics", "/Workers/WK1/Statistics"]
)
def test_what_the_path_names_and_is_not_there_is_404(site, address):
    assert site.get(address).status == 404


# --- Twilio's SDK (its accessors, over HTTP) -------------------------------------------------------------------------


class Body:
    """The Python SDK wants an object that makes its own dictionary."""

    def __init__(self, **values):
        self.values = values

    def to_dict(self):
        return self.values


@pytest.fixture(scope="module")
def workspace():
    """A workspace over HTTP in which one task was accepted after five seconds."""
    clock = ManualClock(start=1_767_614_400.0)
    with LocalTaskRouter(clock=clock) as router:
        found = router.workspace
        available = found.activities.list(friendly_name="Available")[0].sid
        worker = found.workers.create("bob", activity_sid=available)
        task = found.tasks.create(attributes="{}")
        clock.advance(5)
        (reservation,) = found.tasks(task.sid).reservations.list()
        reservation.update(reservation_status="accepted")
        yield SimpleNamespace(
            api=found, worker=worker.sid, queue=found.task_queues.list()[0].sid, workflow=found.workflows.list()[0].sid
        )


@pytest.mark.parametrize("of", ["workspace", "queue", "workflow", "workers"])
def test_the_sdk_reads_all_three_kinds(workspace, of):
    place = {
        "workspace": lambda: workspace.api,
        "queue": lambda: workspace.api.task_queues(workspace.queue),
        "workflow": lambda: workspace.api.workflows(workspace.workflow),
        "workers": lambda: workspace.api.workers,
    }[of]()
    for accessor in ("statistics", "real_time_statistics", "cumulative_statistics"):
        where = getattr(place, accessor)
        found = (where() if callable(where) else where).fetch()
        if accessor == "real_time_statistics":
            assert (found.total_workers == 1) if of in {"workspace", "workers"} else (found.total_tasks == 1)
        elif accessor == "cumulative_statistics":
            assert found.reservations_accepted == 1
            assert (found.end_time - found.start_time).total_seconds() == 900
        else:
            assert found.cumulative["reservations_accepted"] == 1
            assert found.realtime


def test_the_sdk_reads_lists_bulk_and_one_worker(workspace):
    api = workspace.api
    (row,) = api.task_queues.statistics.list(minutes=30, split_by_wait_time="3,5", task_channel="default")
    assert row.cumulative["split_by_wait_time"]["5"]["below"]["reservations_accepted"] == 1
    assert row.cumulative["split_by_wait_time"]["3"]["above"]["reservations_accepted"] == 1
    bulk = api.task_queues.bulk_real_time_statistics.create(body=Body(TaskQueueSids=[workspace.queue]))
    assert bulk.task_queue_response_count == 1
    assert bulk.task_queue_data[0]["tasks_by_status"]["assigned"] == 1
    one = api.workers(workspace.worker).statistics().fetch(minutes=10)
    assert one.cumulative["reservations_created"] == 1


def test_the_sdk_raises_what_is_refused(workspace):
    with pytest.raises(TwilioRestException) as raised:
        workspace.api.statistics().fetch(minutes=-1)
    assert (raised.value.status, raised.value.code) == (400, 20001)
