"""The words of Twilio's examples, over the local TaskRouter's API on a clock moved by hand.

Each test here is a worked example of Twilio's documentation and names its page, in *italics* or as a resource page ("Task resource"). The pages are cited as
shared/reference/taskrouter.md gives them; where that says that a page is silent or contradicts itself, so does the test.
"""

import json

import pytest


class Office:
    """A workspace as the examples furnish it."""

    def __init__(self, site):
        self.site = site

    def queue(self, name="Queue", target_workers="1==1", **form):
        return self.site.made("/TaskQueues", FriendlyName=name, TargetWorkers=target_workers, **form)["sid"]

    def workflow(self, *filters, default=None, **form):
        """``filters`` are dicts, or lists of targets of a filter that every task matches."""
        full = [each if isinstance(each, dict) else {"expression": "1==1", "targets": each} for each in filters]
        routing = {"filters": full} | ({"default_filter": {"queue": default}} if default else {})
        made = self.site.made(
            "/Workflows", FriendlyName=f"Workflow {len(self.site.listed('/Workflows'))}",
            Configuration=json.dumps({"task_routing": routing}), **form,
        )  # fmt: skip
        return made["sid"]

    def worker(self, name, activity="Available", /, **attributes):
        return self.site.worker(name, activity, attributes=json.dumps(attributes))["sid"]

    def move(self, worker, activity, **form):
        self.site.post(f"/Workers/{worker}", ActivitySid=self.site.activity(activity), **form)

    def task(self, workflow, /, channel="default", priority=0, **attributes):
        made = self.site.made(
            "/Tasks", WorkflowSid=workflow, TaskChannel=channel, Attributes=json.dumps(attributes), Priority=priority
        )
        return made["sid"]

    def seen(self, task):
        return self.site.get(f"/Tasks/{task}").json

    def status(self, task):
        return self.seen(task)["assignment_status"]

    def queue_of(self, task):
        return self.seen(task)["task_queue_friendly_name"]

    def reservations(self, task):
        return self.site.listed(f"/Tasks/{task}/Reservations")

    def holders(self, task):
        """The names of those to whom it is offered."""
        return [each["worker_name"] for each in self.reservations(task) if each["reservation_status"] == "pending"]

    def decide(self, task, status, **form):
        """Of the newest reservation."""
        return self.site.post(self.reservations(task)[-1]["url"], ReservationStatus=status, **form)

    def accepted(self, task):
        self.decide(task, "accepted")
        return task

    def pass_time(self, seconds):
        self.site.clock.advance(seconds)


@pytest.fixture
def office(site):
    return Office(site)
