"""Calls arrive as a Poisson process says, and as often as was asked for."""

import statistics

from flexsim.load.arrivals import Arrivals


def test_gaps_are_exponential_with_the_rates_mean():
    arrivals = Arrivals(5)
    arrivals.set_rates(0.0, {"sales": 60.0})
    count = len(list(arrivals.due(4000.0)))
    assert abs(count - 4000) < 4 * 4000**0.5


def test_counts_in_a_minute_vary_as_much_as_their_mean():
    arrivals = Arrivals(6)
    arrivals.set_rates(0.0, {"sales": 20.0})
    counts = [len(list(arrivals.due(60.0 * minute))) for minute in range(1, 1001)]
    assert 0.8 < statistics.variance(counts) / statistics.fmean(counts) < 1.2


def test_each_queue_has_its_own_draws_and_a_new_rate_counts_from_now():
    alone, both = Arrivals(7), Arrivals(7)
    alone.set_rates(0.0, {"sales": 30.0})
    both.set_rates(0.0, {"sales": 30.0, "support": 30.0})
    assert list(alone.due(600.0)) == [each for each in both.due(600.0) if each == "sales"]
    both.set_rates(600.0, {"sales": 0.0})
    assert list(both.due(10_000.0)) == []
