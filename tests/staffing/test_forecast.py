"""Tables of intervals as people have them, and days of a domain."""

import datetime as dt

import pytest

from flexsim.domain.model import Arrivals, Spike
from flexsim.errors import ConfigurationError
from flexsim.staffing.forecast import domain_forecast, read_forecast


def read(text, *, aht=240.0, seconds=None):
    return read_forecast(text, "day.csv", aht=aht, seconds=seconds)


def test_a_table_with_a_heading():
    first, second = read("start,calls,aht\n08:00,20,180\n08:30,45.5,4:10\n")
    assert (first.start, first.seconds, first.calls, first.service) == ("08:00", 1800.0, 20.0, 180.0)
    assert (second.calls, second.service) == (45.5, 250.0)


def test_columns_may_stand_in_any_order_beside_others():
    (first, _) = read("Queue;AHT;Calls;Start\nSales;200;20;08:00\nSales;;30;08:15\n")
    assert (first.start, first.calls, first.service, first.seconds) == ("08:00", 20.0, 200.0, 900.0)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_without_a_heading_and_with_any_separator(separator):
    text = "\ufeff9:00,20\r\n9:30,30\r\n\r\n# closed at noon\n".replace(",", separator)
    assert [(each.calls, each.service) for each in read(text)] == [(20.0, 240.0), (30.0, 240.0)]


@pytest.mark.parametrize(("starts", "seconds"), [(("2026-01-05 23:30", "2026-01-06 00:00"), 1800), (("2026-01-05T08:00", "2026-01-05T09:00"), 3600)])  # fmt: skip
def test_starts_may_be_moments(starts, seconds):
    assert [each.seconds for each in read("".join(f"{start},5\n" for start in starts))] == [seconds] * 2


def test_a_zone_beside_a_time_does_not_matter_as_all_times_are_of_one_place():
    assert [each.seconds for each in read("23:00,5\n23:30Z,6\n00:00,7\n")] == [1800.0] * 3


def test_times_begin_anew_after_midnight():
    assert [each.seconds for each in read("23:00,5\n23:30,6\n00:00,7\n00:30,3\n")] == [1800.0] * 4


def test_a_gap_is_a_time_when_the_centre_is_closed():
    assert [each.seconds for each in read("11:00,5\n11:30,6\n14:00,7\n")] == [1800.0] * 3


def test_one_interval_needs_its_length_told():
    assert read("09:00,5\n", seconds=3600.0)[0].seconds == 3600.0
    with pytest.raises(ConfigurationError, match="--interval"):
        read("09:00,5\n")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("start,calls\n08:00,many\n09:00,1\n", "day.csv:2: calls .*: many"),
        ("start,calls\n08:00,-1\n09:00,1\n", "day.csv:2: .*: -1"),
        ("start,calls\n08:00,nan\n08:30,3\n", "day.csv:2: .*: nan"),
        ("start,calls\n8 o'clock,1\n", "day.csv:2: .*: 8 o'clock"),
        ("08:00\n", "day.csv:1: "),
        ("start,number\n08:00,1\n", "day.csv: no column calls"),
        ("start,calls,aht\n08:00,1,long\n09:00,1,1\n", "day.csv:2: aht .*: long"),
        ("2026-01-05 09:00,1\n2026-01-05 08:00,1\n", "day.csv:2: .*: 2026-01-05 08:00"),
        ("", "day.csv: no interval"),
        ("08:00,1,0\n09:00,1,1\n", "day.csv:1: aht .*: 0"),
        ("08:00,1,1\n" + "0" * 200_000, "day.csv: .*field"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text, place):
    with pytest.raises(ConfigurationError, match=place):
        read(text)


def test_intervals_that_overlap_are_refused():
    with pytest.raises(ConfigurationError, match=r"day.csv:2: .*3600 s"):
        read("08:00,1\n08:30,1\n", seconds=3600.0)


def test_without_any_handle_time_the_line_is_named():
    with pytest.raises(ConfigurationError, match=r"day.csv:1: .*--aht"):
        read("08:00,1\n08:30,1\n", aht=None)


def test_too_many_intervals_are_refused():
    with pytest.raises(ConfigurationError, match="10,000"):
        read("".join(f"{number // 60 % 24:02}:{number % 60:02},1\n" for number in range(10_001)))


def test_a_domains_day_is_cut_in_local_time():
    arrivals = Arrivals(
        rate_per_hour=100.0,
        profile=(0.0,) * 8 + (1.0,) * 10 + (0.0,) * 6,
        weekday=(1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.0),
        spikes=(Spike(start=10 * 3600, duration=900, factor=3.0),),
        timezone="America/New_York",
    )
    monday = domain_forecast(arrivals, dt.date(2026, 1, 5), aht=200.0, seconds=1800.0)
    by_start = {each.start: each.calls for each in monday}
    assert len(monday) == 48
    assert (by_start["07:30"], by_start["08:00"], by_start["10:00"], by_start["18:00"]) == pytest.approx(
        (0, 50, 100, 0)
    )
    saturday = domain_forecast(arrivals, dt.date(2026, 1, 10), aht=200.0, seconds=1800.0)
    assert sum(each.calls for each in saturday) == pytest.approx(sum(each.calls for each in monday) / 2)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-08", 23), ("2026-11-01", 25), ("2026-06-01", 24)])
def test_a_day_on_which_the_clocks_change_is_as_long_as_it_is(day, hours):
    arrivals = Arrivals(rate_per_hour=60.0, timezone="America/New_York")
    found = domain_forecast(arrivals, dt.date.fromisoformat(day), aht=100.0, seconds=3600.0)
    assert len(found) == hours
    assert sum(each.calls for each in found) == pytest.approx(60.0 * hours)


def test_a_last_interval_that_does_not_fit_is_shorter():
    found = domain_forecast(Arrivals(rate_per_hour=60.0), dt.date(2026, 1, 5), aht=100.0, seconds=7 * 3600.0)
    assert [each.seconds for each in found] == [25_200.0] * 3 + [10_800.0]
