"""What comes, checked once."""

import math

import pytest

from flexsim.errors import ConfigurationError
from flexsim.staffing.demand import Demand, check_agents


def test_the_load_is_the_rate_times_the_service():
    assert Demand(rate=0.5, service=240.0).load == 120.0


@pytest.mark.parametrize(
    "wrong",
    [
        {"rate": -1.0},
        {"rate": math.inf},
        {"rate": math.nan},
        {"service": 0.0},
        {"service": math.inf},
        {"patience": 0.0},
        {"patience": math.nan},
    ],
)
def test_what_is_no_demand_is_refused(wrong):
    (value,) = wrong.values()
    with pytest.raises(ConfigurationError, match=f"{value:g}"):
        Demand(**({"rate": 1.0, "service": 1.0} | wrong))


@pytest.mark.parametrize("agents", [0, -3, 100_001])
def test_no_agents_and_too_many_are_refused(agents):
    with pytest.raises(ConfigurationError, match=str(agents)):
        check_agents(agents)
