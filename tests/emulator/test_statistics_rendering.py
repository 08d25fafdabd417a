"""Statistics look as in Twilio's documentation; each case cites its page."""

from flexsim.emulator.rendering import View
from flexsim.emulator.statistics import Statistics
from flexsim.emulator.statistics_rendering import (
    Question,
    queue_before,
    queue_now,
    workers_before,
    workflow_now,
    workspace_before,
    workspace_now,
)
from flexsim.measure.history import window

BASE = "http://127.0.0.1:8900"


def asked(site, **more):
    now = site.clock.now()
    fold = site.host.subscriber(Statistics).of(site.workspace)
    span = window(now, now - 900, now)
    return Question(view=View(site.workspace, BASE, now), fold=fold, channel=None, span=span, **more)


def test_a_workspace_in_which_nothing_happens_shows_twilios_sample(site):
    """The zeros of the sample answer in "REST API: Workspace Statistics"."""
    found = workspace_before(asked(site))
    sample = {
        "reservations_accepted", "reservations_canceled", "reservations_created", "reservations_rejected",
        "reservations_rescinded", "reservations_timed_out", "tasks_canceled", "tasks_completed", "tasks_created",
        "tasks_deleted", "tasks_moved", "tasks_timed_out_in_workflow", "avg_task_acceptance_time",
    }  # fmt: skip
    assert {name for name, value in found.items() if value == 0} == sample


def test_every_figure_is_an_integer_down_to_the_last(site):
    site.reserved()
    site.clock.advance(3.3)

    def leaves(value):
        if isinstance(value, dict):
            return [leaf for each in value.values() for leaf in leaves(each)]
        if isinstance(value, list):
            return [leaf for each in value for leaf in leaves(each)]
        return [value]

    question = asked(site, thresholds=(5,))
    queue = next(iter(site.workspace.engine.queues.values()))
    for document in (
        workspace_now(question), workspace_before(question), queue_now(question, queue), queue_before(question, queue),
        workers_before(question, None),
    ):  # fmt: skip
        assert all(type(leaf) in {int, str} for leaf in leaves(document)), document


def test_split_by_wait_time_is_shaped_as_in_the_sample(site):
    """Page "REST API: TaskQueue Statistics": a threshold's key is text, and each side counts tasks and reservations."""
    queue = next(iter(site.workspace.engine.queues.values()))
    nothing = {"tasks_canceled": 0, "reservations_accepted": 0}
    found = queue_before(asked(site, thresholds=(5, 10)), queue)["split_by_wait_time"]
    assert found == {"5": {"above": nothing, "below": nothing}, "10": {"above": nothing, "below": nothing}}


def test_priorities_are_keys_of_text(site):
    """OpenAPI, ``tasks_by_priority``: ``{"0": "10", "99": "5"}``, with integers as its samples of statuses have."""
    for priority in ("0", "99", "0"):
        site.task(Priority=priority)
    workflow = next(iter(site.workspace.engine.workflows.values()))
    assert workflow_now(asked(site), workflow)["tasks_by_priority"] == {"0": 2, "99": 1}


def test_an_average_is_over_stays_in_an_activity(site):
    """As in an answer of Twilio's, published in pull request 209 of twilio-csharp: 981 on average of 10793 in all."""
    worker = site.worker()
    for seconds, activity in ((10, "Break"), (50, "Available"), (20, "Break")):
        site.clock.advance(seconds)
        site.post(f"/Workers/{worker['sid']}", ActivitySid=site.activity(activity))
    (found,) = [
        each for each in workers_before(asked(site), None)["activity_durations"] if each["friendly_name"] == "Available"
    ]
    assert (found["avg"], found["min"], found["max"], found["total"]) == (15, 10, 20, 30)
