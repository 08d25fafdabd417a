"""What may be answered to an assignment callback, from *Handling Assignment Callbacks*, and what events say."""

import asyncio

import pytest
from aiohttp import web

from tests.emulator.test_callbacks import calling_back, decided


def answered(site, receiver, *answers, fallback=False):
    """The reservation's status once the callback has been answered so, and all that was posted."""

    async def scenario():
        async with receiver(*answers) as server:
            addresses = {"AssignmentCallbackUrl": f"{server.address}/first"}
            if fallback:
                addresses["FallbackAssignmentCallbackUrl"] = f"{server.address}/second"
            async with calling_back(site, **addresses) as callbacks:
                _, _, reservation = site.reserved()
                return await decided(site, callbacks, reservation), server.posts

    return asyncio.run(scenario())


def test_the_callback_has_the_documented_parameters(site, receiver):
    """Page *Handling Assignment Callbacks* lists twelve."""
    _, (post,) = answered(site, receiver, "{}")
    assert set(post.form) >= {
        "Timestamp", "AccountSid", "WorkspaceSid", "WorkflowSid", "TaskQueueSid", "TaskSid", "TaskAttributes", "TaskAge",
        "TaskPriority", "WorkerSid", "WorkerAttributes", "ReservationSid",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ('{"instruction": "accept"}', "accepted"),
        ('{"instruction": "dequeue", "from": "+15556667777", "post_work_activity_sid": "WA1"}', "accepted"),
        ('{"instruction": "conference", "from": "+15556667777"}', "accepted"),
        ('{"instruction": "call", "from": "+1", "url": "http://x/", "accept": true}', "accepted"),
        ('{"instruction": "call", "from": "+1", "url": "http://x/"}', "pending"),
        ('{"instruction": "redirect", "call_sid": "CA1", "url": "http://x/", "accept": true}', "accepted"),
        ('{"instruction": "redirect", "call_sid": "CA1", "url": "http://x/"}', "pending"),
        ("{}", "pending"),
        ("", "pending"),
        ("not json", "pending"),
        ('{"no": "instruction"}', "pending"),
        ('{"instruction": "dance"}', "pending"),
    ],
)
def test_an_answer_does_what_the_page_says(site, receiver, answer, status):
    """Page *Handling Assignment Callbacks*; without telephones a call counts as answered at once (ours)."""
    found, _ = answered(site, receiver, answer)
    assert found == status


def test_a_rejection_moves_the_worker_where_it_says(site, receiver):
    """Page *Handling Assignment Callbacks*: reject, with ``activity_sid``."""
    answer = f'{{"instruction": "reject", "activity_sid": "{site.activity("Break")}"}}'
    status, _ = answered(site, receiver, answer)
    assert status == "rejected"
    assert [each["activity_name"] for each in site.listed("/Workers")] == ["Break"]


@pytest.mark.parametrize(
    "first", [web.Response(status=500), web.Response(text='{"instruction": "accept"}', content_type="text/html")]
)
def test_the_fallback_is_asked_when_the_first_answer_does_not_count(site, receiver, first):
    """Page *Handling Assignment Callbacks*: not 200, or not ``application/json``."""
    status, posts = answered(site, receiver, first, '{"instruction": "accept"}', fallback=True)
    assert (status, [post.path for post in posts]) == ("accepted", ["/first", "/second"])


def test_an_event_says_how_long_a_worker_was_in_its_previous_activity(office, site):
    """Event resource: the sample of ``worker.activity.update``, seconds cut off and milliseconds beside them."""
    worker = office.worker("bob")
    office.pass_time(26.125)  # a fraction that floating point has exactly
    office.move(worker, "Break")
    (event,) = site.listed("/Events", EventType="worker.activity.update")
    assert event["description"] == "Worker bob updated to Break Activity"
    data = event["event_data"]
    assert (data["worker_time_in_previous_activity"], data["worker_time_in_previous_activity_ms"]) == ("26", "26125")
    assert (data["worker_activity_name"], data["worker_previous_activity_sid"]) == ("Break", site.activity("Available"))


def test_waits_are_split_by_the_thresholds_asked_for(office, site):
    """TaskQueue Statistics: ``split_by_wait_time``, for service levels."""
    queue = office.queue()
    flow = office.workflow(default=queue)
    quick, slow, gone = office.task(flow), office.task(flow), office.task(flow)
    worker = office.worker("ann")
    site.post(f"/Workers/{worker}/Channels/default", Capacity=3)
    office.pass_time(3)
    office.accepted(quick)
    office.pass_time(7)
    office.accepted(slow)
    office.pass_time(25)
    site.post(f"/Tasks/{gone}", AssignmentStatus="canceled")
    found = site.get(f"/TaskQueues/{queue}/CumulativeStatistics", SplitByWaitTime="5,30")["split_by_wait_time"]
    assert found == {
        "5": {"above": {"tasks_canceled": 1, "reservations_accepted": 1},
              "below": {"tasks_canceled": 0, "reservations_accepted": 1}},
        "30": {"above": {"tasks_canceled": 1, "reservations_accepted": 0},
               "below": {"tasks_canceled": 0, "reservations_accepted": 2}},
    }  # fmt: skip
