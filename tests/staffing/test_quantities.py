"""Shares, durations and service levels in all the forms that people write."""

import pytest

from flexsim.errors import ConfigurationError
from flexsim.staffing.quantities import duration, service_level, share, span


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.8", 0.8), ("80%", 0.8), ("80 %", 0.8), (" 80 ", 0.8), ("1", 1.0), ("0", 0.0), ("1%", 0.01), ("0,85", 0.85), (".3", 0.3), ("12.5%", 0.125)],
)  # fmt: skip
def test_a_share_may_be_a_fraction_or_a_percentage(text, value):
    assert share(text, "it") == pytest.approx(value)


@pytest.mark.parametrize("text", ["", "%", "-0.1", "eighty", "101", "150%", "0.8/20", "1e3", "nan"])
def test_what_is_no_share_is_refused_with_its_name_and_value(text):
    with pytest.raises(ConfigurationError, match="--shrinkage") as refused:
        share(text, "--shrinkage")
    assert text in str(refused.value)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("240", 240), ("240s", 240), ("240 sec", 240), ("4m", 240), ("4min", 240), ("4:00", 240), ("1m30s", 90), ("1h", 3600), ("1h30m", 5400), ("1:00:00", 3600), ("0.5h", 1800), ("2,5", 2.5), ("4M", 240)],
)  # fmt: skip
def test_a_duration_may_have_units_or_be_a_clocks(text, seconds):
    assert duration(text, "it") == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "s", "-5", "4x", "4:0", "1m2h", "four", "inf"])
def test_what_is_no_duration_is_refused_with_its_name_and_value(text):
    with pytest.raises(ConfigurationError, match="--aht") as refused:
        duration(text, "--aht")
    assert text in str(refused.value)


@pytest.mark.parametrize("text", ["0.8/20", "80/20", "80%/20s", "80 % / 20 s", "80 in 20s", "0,8/0:20"])
def test_a_service_level_may_be_written_in_many_ways(text):
    assert service_level(text, "it") == pytest.approx((0.8, 20.0))


@pytest.mark.parametrize("text", ["80", "80/", "/20", "80/20/5", "eighty/20"])
def test_what_is_no_service_level_is_refused_with_its_name(text):
    with pytest.raises(ConfigurationError, match="--service-level"):
        service_level(text, "--service-level")


def test_a_span_is_longer_than_nothing():
    assert span("4m", "--aht") == 240.0
    with pytest.raises(ConfigurationError, match="--aht must be above 0 seconds: 0:00"):
        span("0:00", "--aht")
