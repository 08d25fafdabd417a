"""Rate limits: in any second so many and not one more."""

from dataclasses import replace

from flexsim.clock import ManualClock
from flexsim.emulator.exchange import Request
from flexsim.emulator.rate_limits import RateLimits

PLAIN = Request(method="GET", path="/v1/Workspaces/WS1/Tasks", base_url="http://x")
COSTLY = Request(
    method="GET", path="/v1/Workspaces/WS1/Tasks", query="EvaluateTaskAttributes=a%3D1", base_url="http://x"
)
BULK = Request(method="POST", path="/v1/Workspaces/WS1/TaskQueues/RealTimeStatistics", base_url="http://x")


def limits(clock=None, *, documented=True, requests_per_second=None):
    clock = clock or ManualClock()
    return RateLimits(clock.now, documented=documented, requests_per_second=requests_per_second)


def admitted(found, request, count, account="AC1"):
    return [found.admit(account, request).refusal is None for _ in range(count)]


def test_the_documented_limits_are_five_and_three_a_second():
    assert admitted(limits(), BULK, 7) == [True] * 5 + [False] * 2
    assert admitted(limits(), COSTLY, 5) == [True] * 3 + [False] * 2
    assert all(admitted(limits(), PLAIN, 1000))


def test_no_other_method_or_address_is_limited_so():
    assert all(admitted(limits(), replace(COSTLY, path="/v1/Workspaces/WS1/Workers"), 9))
    assert all(admitted(limits(), replace(BULK, method="GET"), 9))


def test_a_limit_of_ones_own_counts_every_request():
    found = limits(documented=False, requests_per_second=2)
    assert admitted(found, PLAIN, 1) + admitted(found, BULK, 2) == [True, True, False]


def test_no_second_wherever_it_begins_sees_more_than_the_limit():
    clock = ManualClock()
    found = limits(clock)
    accepted = []
    for _ in range(400):
        if found.admit("AC1", COSTLY).refusal is None:
            accepted.append(clock.now())
        clock.advance(0.01)
    assert len(accepted) == 12  # 4 seconds
    assert max(sum(begin <= each < begin + 0.999 for each in accepted) for begin in accepted) == 3


def test_a_refused_request_does_not_count_and_says_when_to_come_again():
    clock = ManualClock()
    found = limits(clock)
    admitted(found, COSTLY, 3)
    clock.advance(0.5)
    refusal = found.admit("AC1", COSTLY).refusal
    assert refusal is not None
    assert (refusal.status, refusal.code, refusal.retry_after) == (429, 20429, 1)
    assert "at most 3 a second of EvaluateTaskAttributes" in str(refusal)
    clock.advance(0.5)
    assert admitted(found, COSTLY, 4) == [True] * 3 + [False]


def test_accounts_and_limits_do_not_share_a_count():
    found = limits()
    assert admitted(found, COSTLY, 3) + admitted(found, COSTLY, 1, "AC2") + admitted(found, BULK, 5) == [True] * 9


def test_the_headers_say_what_is_left_of_the_tightest_limit():
    found = limits(requests_per_second=100)

    def headers(request):
        return {name.decode(): value.decode() for name, value in found.admit("AC1", request).headers}

    names = ("x-rate-limit-limit", "x-rate-limit-remaining", "x-rate-limit-config")
    assert headers(COSTLY) == dict(zip(names, ("3", "2", "EvaluateTaskAttributes"), strict=True))
    assert headers(PLAIN) == dict(zip(names, ("100", "98", "requests"), strict=True))
    headers(COSTLY), headers(COSTLY)
    assert headers(COSTLY)["x-rate-limit-remaining"] == "0"


def test_where_no_limit_applies_no_header_is_sent():
    assert limits().admit("AC1", PLAIN).headers == ()


def test_a_reset_forgets_what_was_asked():
    found = limits()
    admitted(found, COSTLY, 3)
    found.reset()
    assert admitted(found, COSTLY, 1) == [True]
