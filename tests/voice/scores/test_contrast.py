"""Groups differ by more than chance where they do, and hardly ever where they do not."""

import json
import random

from flexsim.voice.scores.contrast import blame, contrasted
from tests.voice.scores.making import conversation, repeats


def drawn(seed, count, *, success, mean, caller="typical", first=0):
    draw = random.Random(seed)
    return [
        conversation(
            draw.random() < success, caller=caller, seed=first + each, answers=draw.lognormvariate(0, 0.3) * mean
        )
        for each in range(count)
    ]


def test_what_differs_has_a_star_and_what_does_not_has_none():
    groups = {"a": drawn(1, 80, success=0.95, mean=0.6), "b": drawn(2, 80, success=0.5, mean=1.2, caller="b")}
    found = contrasted(groups)["differences"]["b"]
    assert found["paired"] is False
    assert found["success"]["more_than_chance"]
    assert found["success"]["low"] < found["success"]["difference"] < found["success"]["high"] < 0
    assert found["figures"]["latency_agent"]["more_than_chance"]
    assert not found["figures"]["turns"]["more_than_chance"]


def test_of_thirty_tables_without_a_difference_few_have_a_star():
    starred = 0
    for seed in range(30):
        groups = {
            name: drawn(seed + place, 20, success=0.8, mean=0.6, caller=name)
            for name, place in (("a", 1000), ("b", 2000))
        }
        found = contrasted(groups)["differences"]["b"]
        starred += any(
            each["more_than_chance"] for each in [found["success"], *filter(None, found["figures"].values())]
        )
    assert starred <= 5  # 1.5 are expected at 95 %


def test_what_would_be_more_than_chance_by_itself_need_not_be_so_among_many():
    slightly = 0
    for seed in range(10):
        groups = {
            "a": drawn(seed, 20, success=0.8, mean=0.6),
            "b": drawn(seed + 100, 20, success=0.8, mean=0.75, caller="b"),
        }
        one = contrasted(groups)["differences"]["b"]["figures"]["latency_agent"]
        alone = abs(one["difference"]) > one["half_width"]
        assert alone or not one["more_than_chance"]
        slightly += alone and not one["more_than_chance"]
    assert slightly >= 2


def test_the_same_tasks_with_the_same_seeds_are_compared_in_pairs():
    before, after = drawn(5, 30, success=0.5, mean=0.6), drawn(5, 30, success=0.5, mean=0.6)
    slower = [
        conversation(each.recording.reached, seed=each.recording.seed, answers=each.scores.latencies()[0] + 0.05)
        for each in after
    ]
    found = contrasted({"before": before, "after": slower})["differences"]["after"]
    assert found["paired"] is True
    assert found["success"]["p"] == 1.0
    assert found["figures"]["latency_agent"]["more_than_chance"]  # 50 ms, lost in the spread unless in pairs
    apart = contrasted({"before": before, "after": drawn(6, 30, success=0.5, mean=0.65, first=100)})["differences"][
        "after"
    ]
    assert apart["paired"] is False


def test_a_group_has_its_rates_latencies_and_failures():
    group = contrasted({"one": repeats([True, False, True]), "two": repeats([True], caller="two")})["groups"]["one"]
    assert group["conversations"] == 3
    assert group["success"]["value"] == 0.666667
    assert set(group["pass_k"]) == {"1", "2", "3"}
    assert group["latency"]["agent"]["count"] == 3
    assert group["blame"] == {"caller": 0, "agent": 1, "line": 0}


def test_groups_in_which_nothing_was_judged_can_stand_side_by_side():
    found = contrasted({"a": repeats([None]), "b": repeats([None], caller="b"), "c": []})
    assert found["differences"]["b"]["success"] is None
    assert found["groups"]["c"]["success"] is None
    assert json.loads(json.dumps(found)) == found


def test_blame_counts_failures_only():
    assert blame(repeats([True, None])) == {"caller": 0, "agent": 0, "line": 0}
    assert blame(repeats([False, False], end="agent_lost")) == {"caller": 0, "agent": 0, "line": 2}


def test_two_that_are_all_alike_are_not_told_from_two_others_by_their_being_alike():
    few = {"a": repeats([True] * 2, answers=0.6), "b": repeats([True] * 2, caller="b", answers=0.9)}
    many = {"a": repeats([True] * 15, answers=0.6), "b": repeats([True] * 15, caller="b", answers=0.9)}
    assert not contrasted(few)["differences"]["b"]["figures"]["latency_agent"]["more_than_chance"]
    assert contrasted(many)["differences"]["b"]["figures"]["latency_agent"]["more_than_chance"]
