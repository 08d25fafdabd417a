"""Rendering: dates, ages and attributes as Twilio writes them."""

from flexsim.emulator.rendering import date
from flexsim.taskrouter.inputs import NewTask


def test_dates_are_utc_with_whole_seconds_and_a_z():
    assert date(0.0) == "1970-01-01T00:00:00Z"
    assert date(1_767_225_599.999) == "2025-12-31T23:59:59Z"
    assert date(-2_208_988_800.0) == "1900-01-01T00:00:00Z"


def test_attributes_are_given_back_to_the_letter(site):
    text = '{ "b" : 1.0,\n "a": "\\u00fc", "b": 2e0 }'
    task = site.task(text)
    assert task["attributes"] == text
    assert site.get(f"/Tasks/{task['sid']}")["attributes"] == text
    assert site.worker(attributes=text)["attributes"] == text


def test_attributes_that_came_as_an_object_are_compact_json(site):

    site.host.do(
        site.workspace, site.workspace.engine.create_task, NewTask(workflow=0, channel=0, attributes={"a": [1]})
    )
    assert site.listed("/Tasks")[0]["attributes"] == '{"a":[1]}'


def test_a_tasks_age_is_in_whole_seconds_and_stops_when_it_ends(site):
    task = site.task()
    site.clock.advance(12.9)
    assert site.get(f"/Tasks/{task['sid']}")["age"] == 12
    site.post(f"/Tasks/{task['sid']}", AssignmentStatus="canceled")
    site.clock.advance(100)
    assert site.get(f"/Tasks/{task['sid']}")["age"] == 12


def test_every_address_starts_with_the_one_that_the_client_used(site):
    worker, task, reservation = site.reserved()
    for document in (worker, task, reservation, site.get(site.workspace.path).json):
        for url in (document["url"], *filter(None, document["links"].values())):
            assert url.startswith(f"http://127.0.0.1:8900{site.workspace.path}")


def test_links_lead_to_what_they_are_called(site):
    worker, task, reservation = site.reserved()
    assert site.get(task["links"]["task_queue"])["friendly_name"] == "Everyone"
    assert site.get(task["links"]["workflow"])["friendly_name"] == "Assign to Anyone"
    assert site.get(worker["links"]["activity"])["friendly_name"] == "Available"
    assert site.get(worker["links"]["channels"])["channels"]
    assert site.get(reservation["links"]["task"])["sid"] == task["sid"]
    assert site.get(reservation["url"])["sid"] == reservation["sid"]
    assert site.get(site.get(site.workspace.path)["links"]["task_channels"]).status == 200
