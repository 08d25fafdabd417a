"""Draws of tasks' and workers' dimensions."""

import dataclasses
import math
from collections import Counter
from statistics import fmean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.domain.loading import load_domain
from flexsim.domain.model import Dimension, Influence, Option
from flexsim.domain.sampling import Sampler
from flexsim.randomness import Randomness

DOMAIN = load_domain(None)


def drawn(dimension, number, *, seed=1, known=None, others=()):
    """Values of one task dimension that is added to the defaults."""
    added = {each.name: each for each in (*others, dimension)}
    sampler = Sampler(dataclasses.replace(DOMAIN, dimensions={**DOMAIN.dimensions, **added}))
    rng = Randomness(seed).generator("draws")
    return [sampler.draw("tasks", dimension.phase, known or {}, rng)[dimension.name] for _ in range(number)]


def number(name="x", **changes):
    record = {
        "entity": "tasks",
        "phase": "arrive",
        "expr": "range",
        "data_type": "number",
        "curve": "bell",
        "attribute_name": name,
    }
    return Dimension(name=name, **(record | changes))


def enum(name="x", *portions, values=None, **changes):
    options = {
        None: tuple(
            Option(value=value, portion=portion, params={}) for value, portion in zip(values, portions, strict=True)
        )
    }
    record = {"expr": "enum", "data_type": "string", "curve": "uniform", "options": options}
    return number(name, **(record | changes))


@given(
    bounds=st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)).map(sorted),
    curve=st.sampled_from(["uniform", "bell"]),
    push=st.floats(-1e9, 1e9),
    seed=st.integers(0, 1000),
)
def test_a_number_never_leaves_its_range_whatever_pushes_it(bounds, curve, push, seed):
    factor = Influence(factor="waitTime", effect="shift", amount=push)
    dimension = number(minimum=bounds[0], maximum=bounds[1], curve=curve, phase="complete", influences=(factor,))
    for value in drawn(dimension, 3, seed=seed, known={"waitTime": 100.0}):
        assert bounds[0] <= value <= bounds[1]


@given(low=st.integers(-50, 50), width=st.floats(1.0, 30.0), seed=st.integers(0, 1000))
def test_an_integer_is_a_whole_number_within_its_range(low, width, seed):
    dimension = number(data_type="integer", minimum=low + 0.3, maximum=low + 0.3 + width)
    for value in drawn(dimension, 5, seed=seed):
        assert type(value) is int
        assert low + 0.3 <= value <= low + 0.3 + width


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_bell_lies_in_the_middle_and_a_tenth_of_the_range_wide(seed):
    values = drawn(number(minimum=100.0, maximum=300.0), 3_000, seed=seed)
    assert fmean(values) == pytest.approx(200.0, abs=5 * 20 / math.sqrt(3_000))
    assert stdev(values) == pytest.approx(20.0, rel=0.1)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_options_come_in_their_portions(seed):
    counts = Counter(drawn(enum("x", 0.5, 0.3, 0.2, 0.0, values="abcd"), 5_000, seed=seed))
    for value, portion in (("a", 0.5), ("b", 0.3), ("c", 0.2)):
        assert counts[value] / 5_000 == pytest.approx(portion, abs=5 * math.sqrt(portion * (1 - portion) / 5_000))
    assert counts["d"] == 0


@pytest.mark.parametrize("push", [-1e6, 1e6])
def test_an_option_with_portion_0_is_not_met_even_where_influences_push(push):
    factor = Influence(factor="waitTime", effect="shift", amount=push)
    dimension = enum("x", 0.0, 1.0, 0.0, values="abc", phase="assign", influences=(factor,))
    assert set(drawn(dimension, 20, known={"waitTime": 50.0})) == {"b"}


def test_shift_moves_the_mean_by_the_factors_distance_from_its_middle_times_the_amount():
    # waitTime's range in the defaults is 0 to 60: its middle is 30.
    factor = Influence(factor="waitTime", effect="shift", amount=-0.5)
    dimension = number(phase="complete", minimum=0.0, maximum=100.0, influences=(factor,))
    values = drawn(dimension, 2_000, known={"waitTime": 50.0})
    assert fmean(values) == pytest.approx(50.0 - 10.0, abs=5 * 10 / math.sqrt(2_000))


def test_focus_multiplies_the_deviation_by_the_exponential_of_the_push():
    factor = Influence(factor="waitTime", effect="focus", amount=math.log(2) / 30)
    dimension = number(phase="complete", minimum=0.0, maximum=1000.0, influences=(factor,))
    wide, narrow = (drawn(dimension, 2_000, known={"waitTime": wait}) for wait in (60.0, 0.0))
    assert stdev(wide) == pytest.approx(200.0, rel=0.1)
    assert stdev(narrow) == pytest.approx(50.0, rel=0.1)


def test_skew_makes_the_bell_lean():
    factor = Influence(factor="waitTime", effect="skew", amount=1.0)
    dimension = number(phase="complete", minimum=0.0, maximum=1000.0, influences=(factor,))
    delta = 4.0 / math.sqrt(17.0)
    values = drawn(dimension, 3_000, known={"waitTime": 34.0})
    assert fmean(values) == pytest.approx(
        500.0 + 100.0 * delta * math.sqrt(2 / math.pi), abs=5 * 100 / math.sqrt(3_000)
    )


def test_an_exponential_without_a_mean_takes_the_middle_of_its_range():
    values = drawn(number(curve="exponential", minimum=0.0, maximum=20.0), 4_000)
    truncated = 10.0 * (1 - math.exp(-2.0))  # the mean of min(exponential of mean 10, 20)
    assert fmean(values) == pytest.approx(truncated, abs=5 * 10 / math.sqrt(4_000))


def test_a_lognormal_has_its_mean_and_coefficient_of_variation():
    values = drawn(number(curve="lognormal", mean=60.0, cv=0.5, minimum=0.0, maximum=10_000.0), 4_000)
    assert fmean(values) == pytest.approx(60.0, abs=5 * 30 / math.sqrt(4_000))
    assert stdev(values) == pytest.approx(30.0, rel=0.15)


def test_a_boolean_range_is_true_half_of_the_time():
    values = drawn(number(data_type="boolean"), 2_000)
    assert set(values) == {True, False}
    assert fmean(values) == pytest.approx(0.5, abs=0.06)


def test_the_parents_value_chooses_the_list_of_options(domain, rng):
    sampler = Sampler(domain)
    lists = {key: {option.value for option in options} for key, options in domain.dimensions["intent"].options.items()}
    for _ in range(200):
        values = sampler.draw("tasks", "arrive", {}, rng)
        assert values["intent"] in lists[values["topic"]]


def test_parents_and_factors_are_drawn_first_though_they_stand_last():
    child = number(
        "child", minimum=0.0, maximum=10.0, influences=(Influence(factor="last", effect="shift", amount=1.0),)
    )
    last = number("last", minimum=0.0, maximum=0.0)
    added = {**DOMAIN.dimensions, "child": child, "last": last}
    values = Sampler(dataclasses.replace(DOMAIN, dimensions=added)).draw(
        "tasks", "arrive", {}, Randomness(1).generator("x")
    )
    assert list(values).index("last") < list(values).index("child")


def test_several_values_are_a_list_without_repeats():
    lists = drawn(enum("x", 0.5, 0.5, values="ab", value_count=3), 50)
    assert {tuple(sorted(each)) for each in lists} == {("a",), ("b",), ("a", "b")}


def test_waiting_time_is_never_drawn(domain, rng):
    assert set(Sampler(domain).draw("tasks", "assign", {}, rng)) == {"talkTime", "wrapTime"}


def test_an_influence_of_a_waiting_time_that_is_not_known_is_a_fault(rng):
    dimension = number(phase="complete", influences=(Influence(factor="waitTime", effect="shift", amount=1.0),))
    with pytest.raises(AssertionError, match="x is influenced by waitTime"):
        drawn(dimension, 1)


def test_the_same_generator_gives_the_same_draws(domain):
    first, second = (Sampler(domain).draw("tasks", "arrive", {}, Randomness(5).generator("c")) for _ in range(2))
    assert first == second


def test_attributes_nest_where_the_name_has_dots_and_leave_out_what_is_hidden(domain):
    sampler = Sampler(domain)
    assert sampler.attributes("workers", {"skill": ["Sales"], "activity": "Break"}) == {
        "routing": {"skills": ["Sales"]}
    }
    values = {"topic": "Sales", "abandonTime": 30.0, "channel": "voice"}
    assert sampler.attributes("tasks", values) == {"topic": "Sales"}
    assert sampler.hidden("tasks", values) == {"abandonTime": 30.0, "channel": "voice"}


@pytest.mark.parametrize("curve", ["uniform", "bell", "exponential", "lognormal"])
@pytest.mark.parametrize("kind", ["range", "enum"])
def test_where_nothing_pushes_the_draws_are_those_of_pushes_of_nothing(curve, kind):
    def make(**more):
        if kind == "enum":
            return enum("x", 0.2, 0.3, 0.5, values=("a", "b", "c"), curve=curve, **more)
        return number(minimum=2.0, maximum=60.0, mean=20.0, cv=0.7, curve=curve, **more)

    nothing = Influence(factor="waitTime", effect="shift", amount=0.0)
    plain = drawn(make(phase="complete"), 200)
    pushed = drawn(make(phase="complete", influences=(nothing,)), 200, known={"waitTime": 10.0})
    assert plain == (pushed if kind == "enum" else pytest.approx(pushed))
