"""Instructions: those that would place a call do what they can and leave an alert."""

import pytest

CALL = "CA" + "0" * 32


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"Instruction": "accept"}, "accepted"),
        ({"Instruction": "dequeue"}, "accepted"),
        ({"Instruction": "conference"}, "accepted"),
        ({"Instruction": "call", "CallFrom": "+1", "CallUrl": "http://x", "CallAccept": "true"}, "accepted"),
        ({"Instruction": "call", "CallFrom": "+1", "CallUrl": "http://x"}, "pending"),
        ({"Instruction": "redirect", "RedirectCallSid": CALL, "RedirectUrl": "http://x", "RedirectAccept": "true"}, "accepted"),
        ({"Instruction": "redirect", "RedirectCallSid": CALL, "RedirectUrl": "http://x"}, "pending"),
        ({"Instruction": "supervise"}, "pending"),
    ],
)  # fmt: skip
def test_an_instruction_accepts_or_not_and_says_that_no_call_is_emulated(site, form, status):
    _, _, reservation = site.reserved()
    answer = site.post(reservation["url"], **form)
    assert (answer.status, answer["reservation_status"]) == (200, status)
    messages = [each["message"] for each in site.alerts.listed()]
    if form["Instruction"] == "accept":
        assert messages == []
    else:
        assert len(messages) == 1
        assert "not emulated" in messages[0]
        assert site.alerts.listed()[0]["resource_sid"] == reservation["sid"]


def test_reject_moves_the_worker_where_it_is_told(site):
    worker, _, reservation = site.reserved()
    site.post(reservation["url"], Instruction="reject", WorkerActivitySid=site.activity("Break"))
    assert site.get(f"/Workers/{worker['sid']}")["activity_name"] == "Break"


def test_an_unknown_instruction_is_refused(site):
    _, _, reservation = site.reserved()
    answer = site.post(reservation["url"], Instruction="dance")
    assert (answer.status, answer["code"]) == (400, 20001)
    assert "dance" in answer["message"]


@pytest.mark.parametrize(
    "form", [{"Instruction": "call", "CallUrl": "http://x"}, {"Instruction": "redirect", "RedirectCallSid": CALL}]
)
def test_a_call_or_redirect_without_what_it_needs_is_refused(site, form):
    _, _, reservation = site.reserved()
    assert site.post(reservation["url"], **form).status == 400


@pytest.mark.parametrize("name", ["Conference", "Dequeue", "Call", "Redirect"])
def test_a_decided_reservation_takes_no_instruction_in_twilios_words(site, name):
    _, _, reservation = site.reserved()
    site.post(reservation["url"], ReservationStatus="accepted")
    more = {"CallFrom": "+1", "CallUrl": "http://x", "RedirectCallSid": CALL, "RedirectUrl": "http://x"}
    answer = site.post(reservation["url"], Instruction=name.lower(), **more)
    assert (answer.status, answer["code"]) == (400, 20001)
    assert answer["message"] == (
        f"Unable to execute {name} instruction. Reservation {reservation['sid']} is not currently in a Pending state."
    )


def test_supervising_goes_through_the_task_only(site):
    worker, _, reservation = site.reserved()
    of_worker = f"/Workers/{worker['sid']}/Reservations/{reservation['sid']}"
    assert site.post(of_worker, Instruction="supervise").status == 400
