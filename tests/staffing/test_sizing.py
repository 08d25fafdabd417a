"""The least number of agents, found quickly and the same as by counting up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flexsim.errors import ConfigurationError
from flexsim.staffing.demand import Demand
from flexsim.staffing.erlang_a import ErlangA
from flexsim.staffing.erlang_c import ErlangC
from flexsim.staffing.sizing import Goals, least_agents, model_of

goals = st.one_of(
    st.builds(
        Goals, service_level=st.floats(0.05, 0.99), within=st.sampled_from([0.0, 20.0, 120.0]), of_offered=st.booleans()
    ),
    st.builds(Goals, abandonment=st.floats(0.001, 0.5), occupancy=st.floats(0.3, 1.0)),
    st.builds(Goals, asa=st.floats(0.5, 100.0)),
)


@settings(max_examples=60, deadline=None)
@given(
    calls=st.floats(1.0, 400.0),
    service=st.floats(30.0, 600.0),
    patience=st.none() | st.floats(1.0, 1000.0),
    wanted=goals,
)
def test_the_search_finds_what_counting_up_finds(calls, service, patience, wanted):
    demand = Demand(rate=calls / 3600.0, service=service, patience=patience)
    found = least_agents(demand, wanted)
    agents = 1
    while not wanted.met(model_of(demand, agents)):
        agents += 1
    assert found == agents


@pytest.mark.parametrize("patience", [None, 90.0])
def test_ten_thousand_agents_are_found(patience):
    demand = Demand(rate=40.0, service=250.0, patience=patience)
    wanted = Goals(service_level=0.8)
    agents = least_agents(demand, wanted)
    assert wanted.met(model_of(demand, agents))
    assert not wanted.met(model_of(demand, agents - 1))


def test_where_nobody_comes_nobody_is_needed():
    assert least_agents(Demand(rate=0.0, service=100.0), Goals(service_level=0.8)) == 0


def test_more_than_the_formulas_are_tested_for_is_refused():
    with pytest.raises(ConfigurationError, match="100,000"):
        least_agents(Demand(rate=1000.0, service=240.0), Goals(service_level=0.8))


def test_the_service_level_is_counted_in_the_houses_way_or_of_all():
    model = ErlangA(Demand(rate=1.0, service=10.0, patience=20.0), 9)
    assert Goals(service_level=0.8, within=5.0).level(model) == model.service_level(5.0)
    assert Goals(service_level=0.8, within=5.0, of_offered=True).level(model) == model.served_within(5.0)
    assert model.served_within(5.0) < model.service_level(5.0)


def test_patience_decides_which_formula_it_is():
    assert isinstance(model_of(Demand(rate=1.0, service=1.0), 2), ErlangC)
    assert isinstance(model_of(Demand(rate=1.0, service=1.0, patience=1.0), 2), ErlangA)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"service_level": 1.0},
        {"service_level": 0.0},
        {"service_level": 0.8, "within": -1.0},
        {"abandonment": 0.0},
        {"asa": 0.0},
        {"occupancy": 0.0},
        {"occupancy": 1.1},
    ],
)
def test_goals_that_are_none_are_refused(wrong):
    with pytest.raises(ConfigurationError):
        Goals(**wrong)
