"""Where assignments go: what was said, else what can be known, else one clear line."""

import pytest

from flexsim.deployment.address import Wishes, assignment_url, is_this_machine, reservation_url
from flexsim.errors import ConfigurationError

LOCAL = "http://127.0.0.1:8900"
THERE = "https://there.example/reservation"


def test_the_flag_beats_the_setting_beats_the_port_beats_what_is_there_beats_the_usual_port():
    everything = Wishes(flag="https://flag.example", setting="https://setting.example", port=4000, base_url=LOCAL)
    assert assignment_url(everything, THERE) == "https://flag.example/reservation"
    without_flag = Wishes(setting="https://setting.example", port=4000, base_url=LOCAL)
    assert assignment_url(without_flag, THERE) == "https://setting.example/reservation"
    assert assignment_url(Wishes(port=4000, base_url=LOCAL), THERE) == "http://127.0.0.1:4000/reservation"
    assert assignment_url(Wishes(base_url=LOCAL), THERE) == THERE
    assert assignment_url(Wishes(base_url=LOCAL), None) == "http://127.0.0.1:3000/reservation"
    assert assignment_url(Wishes(), THERE) == THERE


def test_a_taskrouter_elsewhere_is_not_told_to_call_this_machine():
    assert assignment_url(Wishes(base_url="http://taskrouter:8900"), THERE) == THERE


def test_without_any_address_one_line_says_what_to_do():
    with pytest.raises(ConfigurationError, match="--assign-url or ASSIGN_URL") as raised:
        assignment_url(Wishes(), None)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("https://x.example", "https://x.example/reservation"),
        ("https://x.example/", "https://x.example/reservation"),
        (" http://x.example:3000 ", "http://x.example:3000/reservation"),
        ("https://x.example/hooks/assign", "https://x.example/hooks/assign"),
        ("http://[::1]:3000", "http://[::1]:3000/reservation"),
        ("https://x.example#rc=2", "https://x.example/reservation#rc=2"),
    ],
)
def test_a_bare_host_gets_agentsims_path_and_a_path_is_kept(given, used):
    assert reservation_url(given) == used


@pytest.mark.parametrize(
    "given", ["x.example", "ftp://x.example", "https://", "http://x:port", "http://[::1", "https://a b.example", ""]
)
def test_what_is_no_address_is_shown_with_where_it_came_from(given):
    with pytest.raises(ConfigurationError, match="--assign-url is not an http or https address"):
        reservation_url(given, "--assign-url")


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://localhost:8900", True),
        ("http://127.0.0.5", True),
        ("http://[::1]:8900", True),
        ("http://192.168.0.1", False),
        ("https://taskrouter.twilio.com", False),
    ],
)
def test_this_machine_is_known_by_loopback(url, here):
    assert is_this_machine(url) is here
