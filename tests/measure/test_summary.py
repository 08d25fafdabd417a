"""The summary is a plain document with every figure, rounded for people."""

import json

from flexsim.measure.summary import document, merged, standing, summarize

from .conftest import START


def test_the_summary_of_an_empty_run_has_no_figures_where_there_is_nothing_to_say(centre):
    found = summarize(centre.statistics, START)
    assert (found["total"]["offered"], found["total"]["service_level"], found["occupancy"]) == (0, None, None)
    assert {name: each["offered"] for name, each in found["queues"].items()} == {"Everyone": 0, 'The "best"': 0}


def test_the_summary_of_a_busy_hour(centre):
    centre.one_busy_hour()
    found = summarize(centre.statistics, START + 300)
    total = found["total"]
    assert (total["offered"], total["answered"], total["handled"]) == (6, 3, 1)
    assert (total["abandoned"], total["lost"], total["removed"], total["waiting"]) == (1, 1, 1, 1)
    assert (total["longest_waiting"], total["service_level"], total["aht"]) == (80.0, 0.5, 70.0)
    assert total["wait"]["longest"] == 71.0
    assert found["occupancy"] == 0.7564  # Ann: 295 s busy, 5 s idle; Bob: 90 s idle
    assert found["agents"] == {"Offline": 1, "Available": 1, "Unavailable": 0, "Break": 0}
    assert {name: each["offered"] for name, each in found["queues"].items()} == {"Everyone": 0, 'The "best"': 6}


def test_the_summary_is_json(centre):
    centre.one_busy_hour()
    found = summarize(centre.statistics, START + 300)
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_runs_put_together_count_what_each_has_counted(centre):
    centre.one_busy_hour()
    one, other = (standing(centre.statistics, START + moment) for moment in (300, 400))
    together = document(merged([one, other]))
    assert together["total"]["offered"] == 12
    assert together["total"]["longest_waiting"] == 180.0
    assert (together["total"]["waiting"], together["at"], together["events"]) == (2, START + 400, 2 * one.events)
    assert together["agents"]["Available"] == 2
    assert together["queues"]['The "best"']["handled"] == 2
    assert document(merged([one])) == document(one)
    assert one.totals.overall.offered == 6  # nothing of theirs has changed
