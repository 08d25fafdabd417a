"""The longest wait is that of a search among all who wait."""

from hypothesis import given
from hypothesis import strategies as st

from flexsim.measure.eldest import Eldest


def test_nobody_waits_longest_where_nobody_waits():
    eldest = Eldest()
    assert eldest.first() is None
    eldest.add(1, 5.0)
    eldest.remove(1)
    assert eldest.first() is None


def test_of_two_who_wait_since_the_same_moment_the_one_with_the_smaller_id_is_first():
    eldest = Eldest()
    eldest.add(7, 5.0)
    eldest.add(3, 5.0)
    assert eldest.first() == (5.0, 3)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 9)), max_size=300))
def test_whoever_comes_late_or_leaves_the_first_is_the_one_who_waits_longest(steps):
    eldest, waiting = Eldest(), {}
    for who, since in steps:
        if who in waiting:
            del waiting[who]
            eldest.remove(who)
        else:
            waiting[who] = since
            eldest.add(who, since)
        assert eldest.first() == min(((since, who) for who, since in waiting.items()), default=None)


def test_late_ones_who_left_are_not_kept():
    eldest = Eldest()
    eldest.add(0, 1e9)
    for who in range(1, 10_000):
        eldest.add(who, float(10_000 - who))
        eldest.remove(who)
    assert len(eldest._heap) < 100
