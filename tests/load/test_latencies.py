"""Times are counted so that counts add up, and percentiles and buckets are as right as they say."""

import json

from hypothesis import given
from hypothesis import strategies as st

from flexsim.load.latencies import Latencies, read

TIMES = st.lists(st.floats(0, 100), min_size=1)


def counted(times):
    found = Latencies()
    for each in times:
        found.add(each)
    return found


@given(TIMES, st.floats(0.01, 1))
def test_a_percentile_is_at_most_a_bucket_too_long(times, share):
    ordered = sorted(times)
    rank = next(place for place in range(1, len(ordered) + 1) if place >= share * len(ordered))
    true = ordered[rank - 1]
    assert true - 1e-9 <= counted(times).percentile(share) <= max(1e-5, true * 1.0443) + 1e-9


@given(TIMES, TIMES)
def test_two_counts_add_up_and_survive_json(one, other):
    merged = counted(one)
    merged.merge(read(json.loads(json.dumps(counted(other).document()))))
    whole = counted(one + other)
    assert (merged.count, merged.largest, merged.buckets) == (whole.count, whole.largest, whole.buckets)


@given(TIMES)
def test_cumulative_counts_are_exact(times):
    for edge, count in counted(times).cumulative():
        near = [each for each in times if abs(each - edge) < 1e-9 * edge]
        assert abs(count - sum(each <= edge for each in times)) <= len(near)


def test_nothing_counted_is_none():
    assert Latencies().percentile(0.5) is None
    assert Latencies().mean is None
    assert Latencies().summary()["max"] is None


def test_many_at_once_are_as_many_one_by_one_and_negative_is_nothing():
    many = Latencies()
    many.add(0.5, 100)
    assert (many.count, many.mean, many.percentile(0.99)) == (100, 0.5, 0.5)
    many.add(-1.0)
    assert many.percentile(0.001) == 0.5 or many.percentile(0.001) <= 1e-5
    assert many.total == 50.0
