"""Attempts are further and further apart, never together, and in a storm always together."""

from hypothesis import given
from hypothesis import strategies as st

from flexsim.load.backoff import FIRST, LONGEST, STORM, delay


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_a_delay_is_between_half_and_all_of_what_doubles(attempt, uniform):
    ceiling = min(LONGEST, FIRST * 2.0 ** min(attempt - 1, 60))
    assert ceiling / 2 <= delay(attempt, uniform) <= ceiling


def test_a_storm_knows_no_jitter():
    assert {delay(attempt, uniform, storm=True) for attempt in (1, 9) for uniform in (0.1, 0.9)} == {STORM}
