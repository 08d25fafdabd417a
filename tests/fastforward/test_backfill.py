"""History made in a moment: whole days by the clock on the wall, with the profile of day and week."""

import dataclasses
import json
from collections import Counter
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from flexsim.fastforward.backfill import EVENT_STREAM, backfill, midnights
from flexsim.fastforward.replication import Plan
from flexsim.fastforward.run import Wanted
from flexsim.runs.folder import read_lines, read_manifest, read_summary

NEW_YORK = "America/New_York"


def test_days_are_whole_by_the_clock_on_the_wall_whatever_the_season_does():
    start, end = midnights(date(2026, 3, 10), 3, NEW_YORK)
    assert datetime.fromtimestamp(start, UTC) == datetime(2026, 3, 7, 5, tzinfo=UTC)
    assert datetime.fromtimestamp(end, UTC) == datetime(2026, 3, 10, 4, tzinfo=UTC)
    assert end - start == 71 * 3600  # clocks went forward on the 8th


@pytest.fixture
def history(bank, tmp_path):
    arrivals = dataclasses.replace(bank.domain.arrivals, rate_per_hour=60)
    quiet = dataclasses.replace(bank, domain=dataclasses.replace(bank.domain, arrivals=arrivals))
    start, end = midnights(date(2026, 1, 12), 7, NEW_YORK)
    plan = Plan(configuration=quiet, seed=2, start=start, duration=end - start)
    return backfill(plan, Wanted(out=tmp_path, command="backfill"), stream=False)


def test_contacts_come_by_the_profile_of_day_and_week(history):
    arrived = Counter()
    for record in map(json.loads, read_lines(history.path)):
        if record["type"] == "task.created":
            here = datetime.fromtimestamp(record["t"], ZoneInfo(NEW_YORK))
            arrived[here.strftime("%a"), here.hour] += 1
    assert sum(arrived.values()) == read_summary(history.path)["total"]["offered"] > 1500
    assert all(7 <= hour < 20 for _, hour in arrived)
    days = Counter({day: sum(count for (name, _), count in arrived.items() if name == day) for day, _ in arrived})
    assert days["Sun"] == 0
    assert 0.35 < days["Sat"] / days["Tue"] < 0.65
    noon, seven = (sum(count for (_, hour), count in arrived.items() if hour == each) for each in (12, 19))
    assert noon > 2 * seven


def test_a_history_is_a_run_like_any_other(history):
    assert read_manifest(history.path).command == "backfill"
    assert not (history.path / EVENT_STREAM).exists()
    assert read_summary(history.path) == history.summary


def test_the_stream_lies_beside_the_log_which_is_the_same_with_or_without_it(bank, tmp_path):
    start, _ = midnights(date(2026, 1, 6), 1, NEW_YORK)
    plan = Plan(configuration=bank, seed=2, start=start + 8 * 3600, duration=900.0)
    both = backfill(plan, Wanted(out=tmp_path), stream=True)
    alone = backfill(plan, Wanted(out=tmp_path), stream=False)
    assert (both.path / "events.jsonl").read_bytes() == (alone.path / "events.jsonl").read_bytes()
    lines = (both.path / EVENT_STREAM).read_text().splitlines()
    assert len(lines) > 100
    assert all(json.loads(line)["specversion"] == "1.0" for line in lines)


def test_an_interruption_leaves_the_history_so_far(bank, tmp_path):
    def interrupt(share):
        if share > 0.5:
            raise KeyboardInterrupt

    start, end = midnights(date(2026, 1, 6), 1, NEW_YORK)
    plan = Plan(configuration=bank, seed=2, start=start, duration=end - start)
    found = backfill(plan, Wanted(out=tmp_path, progress=interrupt), stream=False)
    assert found.interrupted
    assert found.summary["at"] < end
    assert len(list(read_lines(found.path))) == found.summary["events"]
