"""Problems: an error of the tree becomes Twilio's error body, its own message in it."""

import orjson
import pytest

from flexsim.emulator.exchange import Request
from flexsim.emulator.problems import fault, response_to
from flexsim.errors import (
    AbsolutePaging,
    Forbidden,
    InvalidInput,
    MethodNotAllowed,
    NotAuthenticated,
    ReservationRescinded,
    TooLarge,
    TooManyRequests,
    UnknownResource,
    VersionMismatch,
)

REQUEST = Request(method="GET", path="/v1/Workspaces/WS1", base_url="http://x")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (InvalidInput("x"), 400, 20001),
        (AbsolutePaging("x"), 400, 40153),
        (NotAuthenticated("x"), 401, 20003),
        (Forbidden("x"), 403, 20403),
        (UnknownResource("x"), 404, 20404),
        (MethodNotAllowed("x", allowed=["GET"]), 405, 20004),
        (ReservationRescinded("x"), 410, 20410),
        (VersionMismatch("x"), 412, 20412),
        (TooLarge("x"), 413, 20413),
    ],
)
def test_every_refusal_has_twilios_status_code_and_link(error, status, code):
    response = response_to(error, REQUEST)
    body = orjson.loads(response.body)
    assert response.status == body["status"] == status
    assert body["code"] == code
    assert body["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    # With type and title beside status and code, the SDKs would raise another class (RFC 9457).
    assert not {"type", "title"} & set(body)


def test_the_message_is_the_errors_own_but_for_what_is_not_there():
    assert orjson.loads(response_to(InvalidInput("no such thing: 1"), REQUEST).body)["message"] == "no such thing: 1"
    not_there = orjson.loads(response_to(UnknownResource("task 1"), REQUEST).body)
    assert not_there["message"] == "The requested resource /Workspaces/WS1 was not found"


def test_a_value_that_is_no_text_can_be_named():
    body = orjson.loads(response_to(InvalidInput("no such thing: \ud800"), REQUEST).body)
    assert body["message"] == "no such thing: ?"


def test_a_fault_has_the_same_form():
    assert orjson.loads(fault().body)["status"] == fault().status == 500


def test_too_many_requests_say_when_to_come_again():
    response = response_to(TooManyRequests("slow down", retry_after=3), REQUEST)
    assert (response.status, orjson.loads(response.body)["code"]) == (429, 20429)
    assert (b"retry-after", b"3") in response.headers
