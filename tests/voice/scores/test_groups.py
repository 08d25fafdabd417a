"""Conversations are grouped by what they have in common, and repeats of the same are counted together."""

from flexsim.voice.scores.by import By
from flexsim.voice.scores.groups import flakes, grouped, most_repeats, passes, success, tasks
from tests.voice.scores.making import repeats

ALL = [
    *repeats([True, True, False], caller="typical"),
    *repeats([True, True, True], caller="elderly"),
    *repeats([False, None], caller="elderly", scenario="balance"),
]


def test_groups_are_by_caller_scenario_or_agent_in_order():
    assert {name: len(each) for name, each in grouped(ALL, By.CALLER).items()} == {"elderly": 5, "typical": 3}
    assert {name: len(each) for name, each in grouped(ALL, By.SCENARIO).items()} == {"balance": 2, "lost-card": 6}
    assert {name: len(each) for name, each in grouped(ALL, By.AGENT).items()} == {"banking": 8}


def test_a_task_is_a_caller_with_a_scenario_at_an_agent_and_what_was_not_judged_does_not_count():
    assert tasks(ALL) == [(2, 3), (3, 3), (0, 1)]
    assert most_repeats(ALL) == 3
    assert success(ALL).count == 7
    assert passes(ALL, 3).value == 0.5
    assert flakes(ALL).count == 2


def test_of_nothing_there_is_no_rate():
    assert (success([]), passes([], 1), flakes([]), most_repeats([])) == (None, None, None, 0)
