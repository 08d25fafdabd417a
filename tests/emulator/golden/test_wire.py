"""What stands in the bodies: envelopes, errors, signatures."""

import pytest

from flexsim.emulator.signing import signature
from tests.emulator.conftest import BASE, basic


def test_the_envelope_of_a_list(site):
    """The ``meta`` object of every list (twilio.com/docs/usage/twilios-response; reference 1.6)."""
    for name in "abc":
        site.made("/Workers", FriendlyName=name)
    first = site.get("/Workers", PageSize=2).json
    address = f"{BASE}{site.workspace.path}/Workers"
    last = first["workers"][-1]["sid"]
    assert first["meta"] == {
        "key": "workers", "page": 0, "page_size": 2, "first_page_url": f"{address}?PageSize=2&Page=0",
        "previous_page_url": None, "url": f"{address}?PageSize=2&Page=0",
        "next_page_url": f"{address}?PageSize=2&Page=1&PageToken=PA{last}",
    }  # fmt: skip
    second = site.get(first["meta"]["next_page_url"]).json
    assert [each["friendly_name"] for each in second["workers"]] == ["c"]
    assert (second["meta"]["page"], second["meta"]["next_page_url"]) == (1, None)


def test_absolute_paging_is_refused(site):
    """Error 40153, "Absolute Paging used when iterating TaskRouter resources" (twilio.com/docs/api/errors/40153)."""
    answer = site.get("/Workers", Page=1, PageSize=2)
    assert (answer.status, answer["code"]) == (400, 40153)
    assert "Absolute Paging used when iterating TaskRouter resources" in answer["message"]


def test_the_body_of_a_404(site):
    """Observed: the path without version and query (reference 1.8)."""
    sid = "WT" + "0" * 32
    assert site.get(f"/Tasks/{sid}").json == {
        "code": 20404, "message": f"The requested resource /Workspaces/{site.workspace.sid}/Tasks/{sid} was not found",
        "more_info": "https://www.twilio.com/docs/errors/20404", "status": 404,
    }  # fmt: skip


def test_the_body_of_a_401(site):
    """Observed (reference 1.7)."""
    wrong = site.call("GET", "/v1/Workspaces", authorization=basic(site.account.sid, "wrong"))
    assert wrong.json == {
        "code": 20003, "detail": "Your AccountSid or AuthToken was incorrect.", "message": "Authenticate",
        "more_info": "https://www.twilio.com/docs/errors/20003", "status": 401,
    }  # fmt: skip
    none = site.call("GET", "/v1/Workspaces", authorization=None)
    assert none["message"] == "Authentication Error - No credentials provided"


def test_a_decided_reservation(site):
    """Observed (reference 1.8)."""
    _, _, reservation = site.reserved()
    site.post(reservation["url"], ReservationStatus="accepted")
    answer = site.post(reservation["url"], ReservationStatus="accepted")
    assert answer["message"] == (
        f"Reservation {reservation['sid']} is already in state [accepted] and cannot be updated to [accepted]"
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("AssignmentStatus=pending&AssignmentStatus=reserved", 2),
        ("AssignmentStatus=pending%2Creserved", 2),
        ("AssignmentStatus=reserved", 1),
    ],
)
def test_a_list_of_statuses_is_repeated_or_joined(site, query, found):
    """The SDKs repeat the parameter, the examples of Twilio's OpenAPI description join with a comma (reference 1.2)."""
    site.reserved()
    site.task()
    assert len(site.get(f"/Tasks?{query}")["tasks"]) == found


def test_the_signature_of_the_security_page():
    """Page *Security: validating requests* (twilio.com/docs/usage/security) and the SDKs' own tests: token 12345."""
    form = {
        "CallSid": "CA1234567890ABCDE", "Caller": "+14158675309", "Digits": "1234", "From": "+14158675309",
        "To": "+18005551212",
    }  # fmt: skip
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signature("12345", url, form) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
