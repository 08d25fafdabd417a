"""Rules for faults: which they strike, how often, and the same every time."""

import pytest

from flexsim.emulator.faults import Faults, Rule, Strike, read_body, read_rules
from flexsim.errors import InvalidInput


def faults(*documents, seed=1):
    made = Faults(seed)
    made.set(read_rules(documents))
    return made


def struck(found, count=1, method="GET", path="/v1/Workspaces"):
    return [found.strike_request(method, path) is not None for _ in range(count)]


def test_without_rules_nothing_is_struck():
    assert struck(Faults(1)) == [False]
    assert not Faults(1).active


def test_every_third_is_struck_and_no_more_than_the_limit():
    found = faults({"fault": "drop", "every": 3, "limit": 2})
    assert struck(found, 12) == [False, False, True, False, False, True, *[False] * 6]
    assert (found.listed()[0]["matched"], found.listed()[0]["struck"]) == (12, 2)


def test_method_and_path_choose_and_what_does_not_match_is_not_counted():
    found = faults({"fault": "drop", "method": "POST", "path": "/v1/Workspaces/*/Tasks"})
    assert struck(found, path="/v1/Workspaces/WS1/Tasks") == [False]
    assert struck(found, method="POST", path="/v1/Workspaces/WS1/Workers") == [False]
    assert struck(found, method="POST", path="/v1/Workspaces/WS1/Tasks/WT1") == [False]
    assert found.listed()[0]["matched"] == 0
    assert struck(found, method="POST", path="/v1/Workspaces/WS1/Tasks") == [True]


def test_a_probability_is_the_long_run_share():
    found = faults({"fault": "drop", "probability": 0.2})
    count = sum(struck(found, 10_000))
    assert abs(count - 2000) < 5 * (10_000 * 0.2 * 0.8) ** 0.5  # five standard deviations of a binomial
    assert struck(faults({"fault": "drop", "probability": 0}), 50) == [False] * 50


def test_the_seed_decides_who_is_struck():
    rule = {"fault": "drop", "probability": 0.5}
    same = struck(faults(rule, seed=3), 100)
    assert struck(faults(rule, seed=3), 100) == same != struck(faults(rule, seed=4), 100)


def test_each_rule_draws_for_itself():
    found = faults(
        {"fault": "latency", "seconds": 1, "probability": 0.5}, {"fault": "latency", "seconds": 2, "probability": 0.5}
    )
    waits = [strike.seconds if (strike := found.strike_request("GET", "/v1")) else 0 for _ in range(100)]
    assert set(waits) == {0, 1, 2, 3}


def test_another_seed_begins_the_same_rules_afresh():
    found = faults({"fault": "drop", "probability": 0.5}, seed=3)
    first = struck(found, 100)
    found.reseed(3)
    assert found.listed()[0]["matched"] == 0
    assert struck(found, 100) == first


def test_waiting_adds_up_and_the_first_that_ends_the_request_is_the_last_one_asked():
    found = faults(
        {"fault": "latency", "seconds": 1},
        {"fault": "latency", "seconds": 0.5},
        {"fault": "status", "status": 429, "retry_after": 2},
        {"fault": "drop"},
    )
    expected = Strike(seconds=1.5, status=429, retry_after=2, processed=False)
    assert found.strike_request("GET", "/v1") == expected
    assert [each["struck"] for each in found.listed()] == [1, 1, 1, 0]


def test_only_waiting_lets_the_request_go_its_way():
    assert faults({"fault": "latency", "seconds": 2}).strike_request("GET", "/v1") == Strike(seconds=2.0)


def test_callbacks_have_rules_of_their_own():
    found = faults(
        {"fault": "callback_drop", "callback": "event", "path": "http://a/*"},
        {"fault": "callback_latency", "seconds": 3},
    )
    assert not found.active
    assert struck(found) == [False]
    assert found.strike_callback("event", "http://a/x") == Strike(drop=True, processed=False)
    assert found.strike_callback("assignment", "http://a/x") == Strike(seconds=3.0)
    assert found.strike_callback("event", "http://b/x") == Strike(seconds=3.0)
    assert struck(faults({"fault": "drop"})) == [True]
    assert faults({"fault": "drop"}).strike_callback("event", "http://a") is None


def test_a_rule_is_listed_as_it_was_set():
    sent = {
        "fault": "status",
        "method": "GET",
        "path": "/v1/*",
        "every": 2,
        "limit": 9,
        "status": 503,
        "processed": True,
    }
    (listed,) = faults(sent).listed()
    assert listed == {**sent, "matched": 0, "struck": 0}
    (listed,) = faults({"fault": "callback_latency", "seconds": 1}).listed()
    expected = {"fault": "callback_latency", "path": "*", "probability": 1.0, "seconds": 1.0, "matched": 0, "struck": 0}
    assert listed == expected


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        ({}, "rule 1 lacks fault, which is one of latency, status"),
        ({"fault": "quake"}, 'fault in rule 1 must be one of .*: "quake"'),
        ({"fault": "latency"}, "rule 1 lacks seconds"),
        ({"fault": "latency", "seconds": 0}, "seconds in rule 1 must be a number from 0.001 to 600: 0"),
        ({"fault": "status"}, "rule 1 lacks status"),
        ({"fault": "status", "status": 200}, "status in rule 1 must be a whole number from 400 to 599"),
        ({"fault": "drop", "status": 500}, 'unknown field in rule 1: "status"; known are fault, path, method'),
        ({"fault": "drop", "callback": "event"}, 'unknown field in rule 1: "callback"'),
        ({"fault": "callback_drop", "method": "POST"}, 'unknown field in rule 1: "method"'),
        ({"fault": "drop", "probability": 1.1}, "probability in rule 1 must be a number from 0 to 1"),
        ({"fault": "drop", "every": 0}, "every in rule 1 must be a whole number from 1"),
        ({"fault": "drop", "every": 2, "probability": 1}, "not both"),
        ({"fault": "drop", "limit": -1}, "limit in rule 1"),
        (["drop"], "rule 1 must be a JSON object"),
    ],
)
def test_a_wrong_rule_is_refused_by_the_name_of_its_field(rule, complaint):
    with pytest.raises(InvalidInput, match=complaint):
        read_rules([rule])


def test_the_body_holds_rules_and_perhaps_a_seed():
    assert read_body(b'{"rules": [{"fault": "drop"}], "seed": 4}') == ([Rule(fault="drop")], 4)
    assert read_body(b'{"rules": []}') == ([], None)
    with pytest.raises(InvalidInput, match="the body lacks rules"):
        read_body(b"")
    with pytest.raises(InvalidInput, match="rules in the body must be an array of at most 100"):
        read_body(b'{"rules": [%s]}' % b",".join([b'{"fault": "drop"}'] * 101))
