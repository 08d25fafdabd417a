"""What a workspace holds: the little arithmetic that its records do themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.taskrouter.resources import WorkerChannel


def channel(capacity, load):
    on = WorkerChannel(capacity, 0.0)
    on.load = load
    return on


@pytest.mark.parametrize(
    ("capacity", "load", "percentage"), [(1, 0, 100), (1, 1, 0), (3, 1, 66), (3, 2, 33), (0, 0, 0), (2, 3, 0)]
)
def test_available_capacity_is_the_share_rounded_down(capacity, load, percentage):
    """Twilio: "Multitasking", the formula; its example (66 for two of three) contradicts it."""
    assert channel(capacity, load).available_percentage == percentage


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_available_capacity_is_a_percentage(capacity, load):
    percentage = channel(capacity, load).available_percentage
    assert 0 <= percentage <= 100
    assert (percentage == 100) == (capacity > 0 and load == 0)
