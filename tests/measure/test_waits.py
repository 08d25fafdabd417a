"""Waits are given back one by one, the latest 10,000 of them."""

from flexsim.measure.history import Window
from flexsim.measure.waits import MOST_WAITS, Waits

ALWAYS = Window(first=0, last=10**9, until=1e9)


def test_only_what_ended_in_the_window_is_given_both_ends_included():
    waits = Waits()
    for second in range(10):
        waits.add(second, 1000 + second)
    assert list(waits.within(Window(first=3, last=5, until=6.0))) == [1003, 1004, 1005]


def test_never_more_than_the_latest_ten_thousand_are_looked_at():
    waits = Waits()
    for count in range(1, 3 * MOST_WAITS):
        waits.add(count // 10, count)
        if count % 997 == 0:
            assert list(waits.within(ALWAYS)) == list(range(max(1, count - MOST_WAITS + 1), count + 1))
    assert len(waits._lengths) < 2 * MOST_WAITS


def test_what_is_loaded_is_what_was_dumped():
    waits, again = Waits(), Waits()
    for second in range(5):
        waits.add(second, second)
    again.load(waits.dump())
    waits.add(7, 7)
    again.add(7, 7)
    assert again.within(ALWAYS) == waits.within(ALWAYS)
