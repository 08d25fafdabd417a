"""What a search has found, as a document."""

import dataclasses
import json

from flexsim.fastforward.answers import document, worst
from flexsim.fastforward.groups import Period
from flexsim.fastforward.levels import Level
from flexsim.fastforward.search import TOTAL, Case, Estimate, Found, Goal, Neighbour

from .markov import markov_centre, skilled

MIDNIGHT = 1_767_571_200.0  # 2026-01-05T00:00Z


def level(share):
    return Level(share=share, half_width=0.0123456, judged=12.0)


def found(*, queues=("Sales", "Support"), intervals=2):
    centre = skilled(markov_centre(60, 120, {"Sales": 0.5, "Support": 0.5}, agents=2), ["Sales"], ["Support"])
    period = Period(start=MIDNIGHT, length=1800.0, count=intervals)
    levels = {(interval, queue): level(0.9 - 0.1 * interval) for interval in range(intervals) for queue in queues}
    estimate = Estimate(staffing=((1, 2), (4, 0))[:intervals], levels=levels, overall=level(0.85), replications=7)
    case = Case.of(centre, period, seed=3)
    fewer = Neighbour(
        group="Sales", change=-1, estimate=dataclasses.replace(estimate, levels={(0, queues[0]): level(0.1)}), met=False
    )
    return Found(case=case, goal=Goal(share=0.8), estimate=estimate, neighbours=(fewer,), tried=5)


def test_it_says_who_is_there_when_and_what_that_gives():
    told = document(found(), "America/New_York")
    assert json.loads(json.dumps(told)) == told
    assert (told["agents"], told["total"]) == ({"Sales": 4, "Support": 2}, 6)
    assert [each["start"] for each in told["intervals"]] == ["2026-01-04T19:00", "2026-01-04T19:30"]
    assert [each["total"] for each in told["intervals"]] == [3, 4]
    assert told["agent_hours"] == 3.5
    assert told["intervals"][0]["queues"]["Sales"] == {"service_level": 0.9, "half_width": 0.0123, "contacts": 12.0}
    assert (told["replications"], told["staffings_tried"], told["seed"]) == (7, 5, 3)


def test_it_says_what_binds_and_what_one_less_would_do():
    told = document(found(), "UTC")
    assert (told["binding"]["queue"], told["binding"]["start"]) == ("Sales", "2026-01-05T00:30")
    (fewer,) = told["around"]
    assert (fewer["group"], fewer["change"], fewer["meets"]) == ("Sales", -1, False)
    assert fewer["binding"]["service_level"] == 0.1


def test_all_queues_together_have_no_name():
    assert document(found(queues=(TOTAL,), intervals=1), "UTC")["binding"]["queue"] is None


def test_where_nobody_comes_nothing_binds():
    nothing = found()
    nobody = dataclasses.replace(nothing, estimate=dataclasses.replace(nothing.estimate, levels={}))
    assert worst({}) is None
    assert document(nobody, "UTC")["binding"] is None
