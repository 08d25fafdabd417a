"""Reservations over REST, through their task and through their worker."""

import pytest


def test_a_reservation_is_the_same_through_task_and_worker_but_for_its_address(site):
    worker, task, reservation = site.reserved()
    (seen,) = site.listed(f"/Workers/{worker['sid']}/Reservations")
    assert seen["sid"] == reservation["sid"]
    assert f"/Tasks/{task['sid']}/Reservations/" in reservation["url"]
    assert f"/Workers/{worker['sid']}/Reservations/" in seen["url"]
    assert {**seen, "url": ""} == {**reservation, "url": ""}
    assert site.get(seen["url"])["worker_name"] == "bob"


@pytest.mark.parametrize("side", ["task", "worker"])
def test_a_reservation_is_accepted_wrapped_and_completed_from_either_side(site, side):
    worker, task, reservation = site.reserved()
    address = reservation["url"] if side == "task" else f"/Workers/{worker['sid']}/Reservations/{reservation['sid']}"
    for status, of_task in (("accepted", "assigned"), ("wrapping", "wrapping"), ("completed", "completed")):
        answer = site.post(address, ReservationStatus=status)
        assert (answer.status, answer["reservation_status"]) == (200, status)
        assert site.get(f"/Tasks/{task['sid']}")["assignment_status"] == of_task


def test_a_rejecting_worker_moves_where_it_says(site):
    worker, task, reservation = site.reserved()
    answer = site.post(reservation["url"], ReservationStatus="rejected", WorkerActivitySid=site.activity("Break"))
    assert answer["reservation_status"] == "rejected"
    assert site.get(f"/Workers/{worker['sid']}")["activity_name"] == "Break"
    assert site.get(f"/Tasks/{task['sid']}")["assignment_status"] == "pending"


def test_a_reservation_that_nobody_answers_times_out_and_the_worker_goes_offline(site):
    worker, _, reservation = site.reserved()
    site.clock.advance(120)
    assert site.get(reservation["url"])["reservation_status"] == "timeout"
    assert site.get(f"/Workers/{worker['sid']}")["activity_name"] == "Offline"


def test_a_decided_reservation_is_not_decided_again_in_twilios_words(site):
    _, _, reservation = site.reserved()
    site.post(reservation["url"], ReservationStatus="accepted")
    answer = site.post(reservation["url"], ReservationStatus="accepted")
    assert (answer.status, answer["code"]) == (400, 20001)
    assert answer["message"] == (
        f"Reservation {reservation['sid']} is already in state [accepted] and cannot be updated to [accepted]"
    )


def test_accepting_after_another_worker_of_the_round_is_410(site):
    queue = site.listed("/TaskQueues")[0]["sid"]
    site.post(f"/TaskQueues/{queue}", MaxReservedWorkers="2")
    site.worker("ann")
    site.worker("bob")
    task = site.task()
    first, second = site.listed(f"/Tasks/{task['sid']}/Reservations")
    site.post(first["url"], ReservationStatus="accepted")
    answer = site.post(second["url"], ReservationStatus="accepted")
    assert (answer.status, answer["code"]) == (410, 20410)
    assert site.get(second["url"])["reservation_status"] == "rescinded"


def test_reservations_are_found_by_status_and_by_worker(site):
    worker, task, reservation = site.reserved()
    other = site.worker("ann", "Offline")
    address = f"/Tasks/{task['sid']}/Reservations"
    assert [each["sid"] for each in site.listed(address, WorkerSid=worker["sid"])] == [reservation["sid"]]
    assert site.listed(address, WorkerSid=other["sid"]) == []
    assert site.listed(address, ReservationStatus="accepted") == []
    assert len(site.listed(f"/Workers/{worker['sid']}/Reservations", ReservationStatus="pending")) == 1
    assert site.listed(f"/Workers/{other['sid']}/Reservations") == []


def test_a_workers_past_reservations_are_listed_too(site):
    worker, task, reservation = site.reserved()
    site.post(reservation["url"], ReservationStatus="accepted")
    site.post(f"/Tasks/{task['sid']}", AssignmentStatus="completed")
    site.task()
    statuses = [each["reservation_status"] for each in site.listed(f"/Workers/{worker['sid']}/Reservations")]
    assert statuses == ["completed", "pending"]


def test_a_reservation_is_not_found_through_another_task_or_worker(site):
    _, _, reservation = site.reserved()
    other_task, other_worker = site.task(), site.worker("ann", "Offline")
    for parent in (f"/Tasks/{other_task['sid']}", f"/Workers/{other_worker['sid']}"):
        assert site.get(f"{parent}/Reservations/{reservation['sid']}").status == 404


@pytest.mark.parametrize(
    "form", [{"ReservationStatus": "canceled"}, {"ReservationStatus": "lost"}, {"WorkerActivitySid": "WA1"}]
)
def test_what_a_client_may_not_ask_for_is_refused(site, form):
    _, _, reservation = site.reserved()
    answer = site.post(reservation["url"], **form)
    assert (answer.status, answer["code"]) == (400, 20001)


def test_if_match_guards_an_update(site):
    _, _, reservation = site.reserved()
    etag = site.get(reservation["url"]).headers["etag"]
    assert etag == '"1"'
    stale = site.call("POST", reservation["url"], {"ReservationStatus": "accepted"}, if_match="7")
    assert (stale.status, stale["code"]) == (412, 20412)
    assert site.call("POST", reservation["url"], {"ReservationStatus": "accepted"}, if_match=etag).status == 200


def test_an_update_that_asks_for_nothing_changes_nothing(site):
    _, _, reservation = site.reserved()
    assert site.post(reservation["url"]).json == reservation
