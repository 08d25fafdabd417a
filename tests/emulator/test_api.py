"""The API as a whole: errors in Twilio's words, accounts apart from each other, nothing that kills it."""

import base64
import logging

import pytest

from flexsim.emulator.api import MAX_BODY, Api
from flexsim.emulator.rate_limits import RateLimits


def test_without_credentials_the_answer_is_401_in_twilios_form(site):
    answer = site.call("GET", "/Workers", authorization=None)
    assert answer.status == 401
    assert answer.json == {
        "code": 20003,
        "detail": "Your AccountSid or AuthToken was incorrect.",
        "message": "Authentication Error - No credentials provided",
        "more_info": "https://www.twilio.com/docs/errors/20003",
        "status": 401,
    }
    assert answer.headers["www-authenticate"].startswith("Basic")


def test_a_missing_resource_is_404_and_named_by_its_path_without_version_and_query(site):
    path = f"{site.workspace.path}/Tasks/WT{'0' * 32}"
    answer = site.get(f"{path}?x=1")
    assert answer.status == 404
    assert answer.json == {
        "code": 20404,
        "message": f"The requested resource {path.removeprefix('/v1')} was not found",
        "more_info": "https://www.twilio.com/docs/errors/20404",
        "status": 404,
    }


def test_an_unknown_address_is_404_and_a_wrong_method_405_with_the_right_ones(site):
    assert (site.get("/v1/Nothing").status, site.get("/v1/Nothing")["code"]) == (404, 20404)
    answer = site.call("PUT", "/Workers")
    assert (answer.status, answer["code"]) == (405, 20004)
    assert answer.headers["allow"] == "GET, POST"


def test_a_body_beyond_the_limit_is_413(site):
    answer = site.post("/Tasks", Attributes="x" * MAX_BODY)
    assert (answer.status, answer["code"]) == (413, 20413)


def test_one_account_sees_nothing_of_another(site):
    other = site.accounts.add()
    theirs = site.open(other)
    assert [each["sid"] for each in site.listed("/v1/Workspaces")] == [site.workspace.sid]
    for method in ("GET", "POST", "DELETE"):
        answer = site.call(method, theirs.path)
        assert (answer.status, answer["code"]) == (404, 20404)
    assert site.get(f"{theirs.path}/Activities").status == 404


def test_an_api_key_works_like_the_token(site):
    sid, password = site.accounts.add_key(site.account)
    encoded = base64.b64encode(f"{sid}:{password}".encode()).decode()
    assert site.call("GET", "/Workers", authorization=f"Basic {encoded}").status == 200


def test_unknown_parameters_are_ignored(site):
    assert site.post("/Tasks", Attributes="{}", NoSuchThing="1").status == 201


@pytest.mark.parametrize(
    "address",
    ["/Tasks?Ordering=", "/Tasks?%FF=%FF&&=&%", "/Workers?PageSize=", "/TaskChannels/%F0%9F%98%80", "/Tasks?Priority="],
)
def test_odd_input_is_answered_and_never_a_fault(site, address):
    assert site.get(address).status in {200, 400, 404}


def test_a_fault_of_ours_is_500_without_a_word_of_the_inside(site, caplog):
    def broken(happening):
        raise ZeroDivisionError("secret")

    site.host.subscribe(broken)
    with caplog.at_level(logging.ERROR):
        answer = site.post("/Tasks")
    assert (answer.status, answer["code"]) == (500, 20500)
    assert "secret" not in str(answer.json)
    assert "ZeroDivisionError" in caplog.text


def test_a_deadline_that_has_passed_shows_in_the_next_read_even_if_no_timer_has_fired(site):
    site.task(Timeout=10)
    task = site.listed("/Tasks")[0]
    site.host.sleep()
    site.clock.advance(11)
    assert site.get(f"/Tasks/{task['sid']}")["assignment_status"] == "canceled"


def test_a_browser_is_let_in_from_everywhere_and_may_read_what_sdks_read(site):
    for answer in (site.get("/Tasks"), site.get("/Nothing"), site.call("GET", "/Tasks", authorization=None)):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "ETag" in answer.headers["access-control-expose-headers"].split(", ")


def test_a_preflight_needs_no_credentials_and_names_what_the_address_can_do(site):
    answer = site.call("OPTIONS", "/Tasks", authorization=None)
    assert (answer.status, answer.json) == (204, None)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-methods"] == "GET, POST, OPTIONS"
    assert answer.headers["access-control-allow-headers"] == "Content-Type, Authorization, If-Match"
    assert site.call("OPTIONS", "/Nothing", authorization=None).status == 404


def test_without_limits_no_header_speaks_of_them(site):
    assert [name for name in site.get("/Tasks").headers if name.startswith("x-rate-limit")] == []


def test_with_limits_a_request_too_many_is_429_and_does_nothing(site):
    limits = RateLimits(site.clock.now, documented=False, requests_per_second=2)
    site.api = Api(site.host, site.accounts, site.alerts, limits)
    first, second, third = (site.post("/Tasks") for _ in range(3))
    assert [first.status, second.status, third.status] == [201, 201, 429]
    assert (third["code"], third.headers["retry-after"]) == (20429, "1")
    assert second.headers["x-rate-limit-remaining"] == third.headers["x-rate-limit-remaining"] == "0"
    site.clock.advance(1)
    assert len(site.listed("/Tasks")) == 2


def test_with_limits_an_error_says_what_is_left_as_well(site):
    site.api = Api(
        site.host, site.accounts, site.alerts, RateLimits(site.clock.now, documented=False, requests_per_second=9)
    )
    answer = site.get("/Nothing")
    assert (answer.status, answer.headers["x-rate-limit-remaining"]) == (404, "8")


def test_who_is_not_let_in_uses_nothing_up(site):
    limits = RateLimits(site.clock.now, documented=False, requests_per_second=1)
    site.api = Api(site.host, site.accounts, site.alerts, limits)
    assert site.call("GET", "/Tasks", authorization=None).status == 401
    assert site.get("/Tasks").status == 200
