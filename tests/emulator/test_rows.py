"""Rows of lists: kept while nothing that they show changes, and no longer."""

import json

import orjson
import pytest

from flexsim.emulator.rendering import View, task_document
from flexsim.emulator.rows import KEPT, task_row
from flexsim.taskrouter.inputs import NewTask

ROUTED = "two targets"


def same(site):
    """Lists that have been asked for before say what fetching each row says."""
    for collection in ("/Tasks", "/Workers"):
        rows = site.listed(collection)
        assert rows == [site.get(f"{collection}/{row['sid']}").json for row in rows], collection
    return True


@pytest.fixture
def busy(site):
    """A workspace with one of everything, whose lists have been asked for."""
    queues = [site.made("/TaskQueues", FriendlyName=name, TargetWorkers="1==2")["sid"] for name in ("first", "second")]
    targets = [{"queue": queues[0], "timeout": 30}, {"queue": queues[1]}]
    filters = [{"expression": "1==1", "targets": targets}]
    document = json.dumps({"task_routing": {"filters": filters, "default_filter": {"queue": queues[1]}}})
    site.worker("ann", "Offline")
    site.workflow = site.made("/Workflows", FriendlyName=ROUTED, Configuration=document)["sid"]
    everyone = site.listed("/Workflows")[0]["sid"]
    site.task('{"age": 7, "a": "\\"age\\":"}', WorkflowSid=everyone)
    site.task(WorkflowSid=site.workflow)
    assert same(site)
    return site


def first(site, collection):
    return f"{collection}/{site.listed(collection)[0]['sid']}"


def reservation(site):
    task = first(site, "/Tasks")
    return f"{task}/Reservations/{site.listed(task + '/Reservations')[-1]['sid']}"


CHANGES = {
    "time passes": lambda site: site.clock.advance(5),
    "a task moves to its next target": lambda site: site.clock.advance(31),
    "a queue is renamed": lambda site: site.post(first(site, "/TaskQueues"), FriendlyName="people"),
    "a queue that was not yet shown is renamed": lambda site: site.post(
        f"/TaskQueues/{site.listed('/Tasks')[1]['task_queue_sid']}", FriendlyName="others"
    ),
    "a workflow is renamed": lambda site: site.post(first(site, "/Workflows"), FriendlyName="way"),
    "an activity is renamed": lambda site: site.post(f"/Activities/{site.activity('Offline')}", FriendlyName="Home"),
    "a worker is renamed": lambda site: site.post(first(site, "/Workers"), FriendlyName="anne"),
    "a worker's attributes change": lambda site: site.post(first(site, "/Workers"), Attributes='{"a": 1}'),
    "a worker's activity changes": lambda site: site.post(
        first(site, "/Workers"), ActivitySid=site.activity("Available")
    ),
    "a task's attributes change": lambda site: site.post(first(site, "/Tasks"), Attributes='{"age": 8}'),
    "a task's priority changes": lambda site: site.post(first(site, "/Tasks"), Priority="9"),
    "a task's virtual start changes": lambda site: site.post(
        first(site, "/Tasks"), VirtualStartTime="2025-01-01T00:00:00Z"
    ),
    "a task is canceled": lambda site: site.post(first(site, "/Tasks"), AssignmentStatus="canceled", Reason="gone"),
    "a task is deleted": lambda site: site.delete(first(site, "/Tasks")),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_row_is_written_anew_when_what_it_shows_changes(busy, change):
    before = [busy.listed("/Tasks"), busy.listed("/Workers")]
    CHANGES[change](busy)
    assert [busy.listed("/Tasks"), busy.listed("/Workers")] != before, "the change changes a row"
    assert same(busy)


def test_a_row_follows_its_task_through_its_whole_life(busy):
    busy.post(first(busy, "/Workers"), ActivitySid=busy.activity("Available"))
    for status in ("rejected", "accepted", "wrapping", "completed"):
        busy.clock.advance(1)
        assert busy.post(reservation(busy), ReservationStatus=status).status == 200
        assert same(busy)
    busy.clock.advance(1)
    assert busy.post(first(busy, "/Tasks"), Attributes='{"after": "the end"}').status == 200
    assert same(busy)


def test_a_row_names_the_address_that_the_client_used(busy):
    task = next(iter(busy.workspace.engine.tasks.values()))
    for address in ("http://here", "https://elsewhere"):
        view = View(busy.workspace, address, busy.clock.now())
        assert orjson.loads(orjson.dumps(task_row(view, task))) == task_document(view, task)


def test_a_row_that_has_not_changed_is_not_written_again(busy):
    kept = dict(busy.workspace.rows)
    busy.clock.advance(3)
    busy.listed("/Tasks")
    assert all(busy.workspace.rows[key] is row for key, row in kept.items())


def test_so_many_rows_are_kept_and_no_more(busy):
    engine = busy.workspace.engine
    for _ in range(KEPT):
        engine.create_task(busy.clock.now(), NewTask(workflow=0, channel=0, attributes={}))
    view = View(busy.workspace, "http://here", busy.clock.now())
    for task in engine.tasks.values():
        assert orjson.loads(orjson.dumps(task_row(view, task)))["sid"] == view.sid("WT", task.id)
        assert len(busy.workspace.rows) <= KEPT
