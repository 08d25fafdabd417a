"""A ramp is straight lines between its points."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.errors import ConfigurationError
from flexsim.load.ramp import parse

RAMP = parse("0:0,60:5000,300:5000,330:0")


@pytest.mark.parametrize(
    ("seconds", "agents"), [(-1, 0), (0, 0), (30, 2500), (60, 5000), (200, 5000), (315, 2500), (330, 0), (999, 0)]
)
def test_the_number_is_on_the_line(seconds, agents):
    assert RAMP.at(seconds) == agents


def test_its_end_and_its_peak():
    assert (RAMP.duration, RAMP.peak) == (330.0, 5000)


@given(st.floats(0, 400))
def test_it_never_leaves_its_points(seconds):
    assert 0 <= RAMP.at(seconds) <= 5000


@pytest.mark.parametrize(
    "text", ["", "0", "0:", ":5", "a:1", "0:1.5", "0:-1", "-1:1", "nan:1", "inf:1", "5:1,5:2", "5:1,4:2", "0:1,,2:3"]
)
def test_what_is_no_ramp_is_named(text):
    with pytest.raises(ConfigurationError, match="ramp"):
        parse(text)
