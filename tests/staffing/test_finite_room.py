"""M/M/c/K against whole fractions and its limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.errors import ConfigurationError
from flexsim.staffing.demand import Demand
from flexsim.staffing.erlang_b import ErlangB
from flexsim.staffing.erlang_c import ErlangC
from flexsim.staffing.finite_room import FiniteRoom


def finite(agents, load, room):
    return FiniteRoom(Demand(rate=load, service=1.0), agents, room)


@pytest.mark.parametrize(("agents", "room"), [(1, 1), (1, 5), (4, 4), (4, 9), (20, 60)])
@pytest.mark.parametrize("usage", ["1/3", "1", "2"])
def test_it_is_what_the_chain_says(chain, agents, room, usage):
    exact = chain(agents, usage, room=room)
    exact = chain(agents, exact.load * agents, room=room)
    model = finite(agents, float(exact.load), room)
    entered = 1 - exact.full
    assert model.blocking == pytest.approx(float(exact.full), rel=1e-12)
    assert model.queue_length == pytest.approx(float(exact.waiting), rel=1e-12)
    assert model.occupancy == pytest.approx(float(exact.busy / agents), rel=1e-12)
    assert model.wait_probability == pytest.approx(float((exact.all_busy - exact.full) / entered), rel=1e-12)
    assert model.mean_wait == pytest.approx(float(exact.waiting / (exact.load * entered)), rel=1e-12)  # Little


@pytest.mark.parametrize("load", [0.5, 3.0, 9.0])
def test_no_place_to_wait_is_erlang_b(load):
    model, limit = finite(3, load, 3), ErlangB(Demand(rate=load, service=1.0), 3)
    assert model.blocking == pytest.approx(limit.blocking, rel=1e-13)
    assert (model.wait_probability, model.asa, model.service_level(0.0)) == (0.0, 0.0, 1.0)


@pytest.mark.parametrize("seconds", [0.0, 0.2, 4.0])
def test_room_for_all_is_erlang_c(seconds):
    model, limit = finite(7, 6.0, 400), ErlangC(Demand(rate=6.0, service=1.0), 7)
    assert model.wait_probability == pytest.approx(limit.wait_probability, rel=1e-12)
    assert model.asa == pytest.approx(limit.asa, rel=1e-11)
    assert model.wait_exceeds(seconds) == pytest.approx(limit.wait_exceeds(seconds), rel=1e-11)
    assert model.blocking < 1e-25


@pytest.mark.parametrize(
    ("agents", "load", "room"), [(10_000, 9_990.0, 10_500), (10_000, 12_000.0, 20_000), (1, 1e4, 1001)]
)
def test_large_rooms_do_not_overflow(agents, load, room):
    model = finite(agents, load, room)
    carried = load * (1.0 - model.blocking)
    assert carried == pytest.approx(model.occupancy * agents, rel=1e-9)
    assert model.queue_length == pytest.approx(carried * model.mean_wait, rel=1e-9)
    assert 0.0 <= model.wait_exceeds(0.01) <= 1.0


def test_the_mean_wait_is_the_area_under_its_tail():
    model = finite(3, 3.5, 12)
    step = 0.001
    area = sum(model.wait_exceeds((number + 0.5) * step) for number in range(15_000)) * step
    assert area == pytest.approx(model.mean_wait, rel=1e-5)


@given(agents=st.integers(1, 30), usage=st.floats(0.05, 3.0), places=st.integers(0, 40))
def test_more_room_turns_fewer_away_and_lets_them_wait_longer(agents, usage, places):
    smaller, larger = (finite(agents, usage * agents, agents + more) for more in (places, places + 1))
    assert larger.blocking <= smaller.blocking
    assert larger.mean_wait >= smaller.mean_wait
    assert larger.occupancy >= smaller.occupancy - 1e-12


def test_before_time_begins_everybody_waits_longer():
    assert finite(2, 1.0, 4).wait_exceeds(-1.0) == 1.0


@pytest.mark.parametrize("room", [2, 10_000_000])
def test_a_room_smaller_than_the_agents_or_without_bound_is_refused(room):
    with pytest.raises(ConfigurationError, match=str(room)):
        finite(3, 1.0, room)
