import dataclasses
import os

import pytest

from flexsim.cli import virtual
from flexsim.domain.loading import load_domain
from flexsim.errors import ConfigurationError


@pytest.mark.parametrize(
    ("figure", "value", "shown"),
    [
        ("service_level", 0.8123, "81.2%"),
        ("asa", 7.25, "7.2 s"),
        ("offered", 12345, "12,345"),
        ("offered", 1234.56, "1,234.6"),
    ],
)
def test_figures_are_written_as_people_read_them(figure, value, shown):
    assert virtual.number(figure, value) == shown


def test_changes_have_a_sign_and_shares_are_in_points():
    assert virtual.signed("service_level", -0.013) == "-1.3 pp"
    assert virtual.signed("asa", 2.0) == "+2.0 s"


def test_a_moment_is_local_unless_it_says_where():
    bank = load_domain("harbour-bank")
    assert virtual.moment("2026-01-05T08:00", bank, "--start") == 1_767_618_000.0
    assert virtual.moment("2026-01-05T13:00Z", bank, "--start") == 1_767_618_000.0
    assert virtual.moment("2026-01-05", load_domain(None), "--start") == 1_767_571_200.0
    assert virtual.timezone(dataclasses.replace(bank, arrivals=None)) == "America/New_York"
    with pytest.raises(ConfigurationError, match="--start is not a date"):
        virtual.moment("2026-13-05", bank, "--start")


def test_0_jobs_are_as_many_as_there_are_cores_and_never_more_than_there_is_work(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    assert virtual.spread(0, None).count == 4
    assert virtual.spread(3, None).count == 3
    assert virtual.spread(3, None, works=2).count == 2
    assert virtual.spread(1, None) is virtual.spread(3, None, works=1) is None


def test_a_cluster_takes_the_place_of_processes_here():
    found = virtual.spread(1, "10.0.0.1:6379")
    assert not found.same_disk
    with pytest.raises(ConfigurationError, match="--cluster"):
        virtual.spread(2, "10.0.0.1:6379")


def test_nothing_is_shown_of_what_is_quick(capsys):
    with virtual.showing("simulating", quiet=False) as tell:
        tell(0.5)
        tell(1.0)
    assert capsys.readouterr().err == ""
