"""The answer and its neighbours."""

import itertools
import json

import pytest

from flexsim.errors import ConfigurationError
from flexsim.staffing.demand import Demand
from flexsim.staffing.plan import answer, answer_document, curve, day_document
from flexsim.staffing.requirements import Interval, require
from flexsim.staffing.sizing import Goals

DEMAND = Demand(rate=120 / 3600, service=240.0, patience=90.0)
GOALS = Goals(service_level=0.8)


def test_the_answer_stands_between_fewer_who_miss_the_goals_and_more_who_meet_them():
    document = answer_document(answer(DEMAND, GOALS))
    agents = document["answer"]["agents"]
    assert [row["agents"] for row in document["around"]] == list(range(agents - 3, agents + 4))
    assert [row["meets"] for row in document["around"]] == [False] * 3 + [True] * 4
    assert document["answer"] in document["around"]


def test_patience_is_left_out_for_erlang_c():
    document = answer_document(answer(DEMAND, GOALS))
    assert document["formula"] == "Erlang A"
    assert document["erlang_c"]["agents"] == 11
    assert document["erlang_c"]["abandonment"] == 0.0
    assert document["answer"]["agents"] < 11


def test_without_patience_both_are_the_same():
    document = answer_document(answer(Demand(rate=120 / 3600, service=240.0), GOALS))
    assert document["formula"] == "Erlang C"
    assert document["answer"] == document["erlang_c"]


def test_there_are_no_fewer_than_one():
    document = answer_document(answer(Demand(rate=1 / 3600, service=60.0), GOALS, each_side=5))
    assert document["around"][0]["agents"] == 1


def test_what_has_no_end_is_none_so_that_json_can_hold_it():
    document = answer_document(answer(Demand(rate=120 / 3600, service=240.0), GOALS, each_side=8))
    hopeless = document["around"][0]
    assert (hopeless["agents"], hopeless["asa"], hopeless["queue_length"]) == (3, None, None)
    assert json.loads(json.dumps(document, allow_nan=False)) == document


def test_a_day_has_a_row_for_each_interval_and_totals():
    day = [
        Interval(start="08:00", seconds=1800.0, calls=0.0, service=240.0),
        Interval(start="08:30", seconds=1800.0, calls=60.0, service=240.0),
    ]
    document = day_document(require(day, GOALS, shrinkage=0.3), GOALS, 0.3, None)
    closed, busy = document["intervals"]
    assert list(closed) == list(busy)
    assert (closed["agents"], closed["asa"], busy["agents"], busy["heads"]) == (0, None, 11, 16)
    assert document["total"]["paid_hours"] == 8.0
    assert json.loads(json.dumps(document, allow_nan=False)) == document


def test_a_shrinkage_that_cannot_be_is_refused():
    with pytest.raises(ConfigurationError, match="shrinkage"):
        answer(DEMAND, GOALS, shrinkage=1.0)


@pytest.mark.parametrize(("rate", "patience"), [(1 / 3600, None), (120 / 3600, 90.0), (3.0, None), (20.0, 60.0)])
def test_a_curve_leads_from_bad_to_good_past_the_answer(rate, patience):
    demand = Demand(rate=rate, service=240.0, patience=patience)
    agents = answer(demand, GOALS).model.agents
    models = curve(demand, GOALS, agents)
    numbers = [model.agents for model in models]
    assert agents in numbers
    assert len(models) <= 62
    assert len({after - before for before, after in itertools.pairwise(numbers)}) <= 1
    assert models[0].service_level(20.0) < 0.3 or models[0].agents == 1
    assert models[-1].service_level(20.0) > 0.95
