"""What a simulation leaves behind."""

import asyncio
import dataclasses
import json

import pytest

from flexsim.clock import ManualClock, WallClock
from flexsim.configuration.files import read_configuration, render
from flexsim.fastforward.replication import Running
from flexsim.fastforward.run import Wanted, pooled, simulate, simulate_paced
from flexsim.runs.folder import read_lines, read_manifest, read_replications, read_summary
from tests.fastforward.conftest import EIGHT
from tests.fastforward.logs import logged


@pytest.fixture
def short(plan):
    return dataclasses.replace(plan, duration=1800.0)


def test_a_run_leaves_log_manifest_summary_replications_and_configuration(short, tmp_path):
    outcome = simulate(short, Wanted(out=tmp_path, replications=3))
    assert "".join(read_lines(outcome.path)) == logged(short)[0]
    manifest = read_manifest(outcome.path)
    assert (manifest.command, manifest.seed, manifest.started, manifest.warmup) == ("simulate", 11, EIGHT, 0.0)
    assert render(read_configuration(outcome.path / "config")) == render(short.configuration)
    assert read_summary(outcome.path) == outcome.summary
    replications = read_replications(outcome.path)
    assert [each["replication"] for each in replications] == [0, 1, 2]
    assert [each["seed"] for each in replications] == [each.seed for each in outcome.replications]
    assert outcome.summary["replications"] == 3
    assert sorted(file.name for file in outcome.path.glob("*.jsonl")) == ["events.jsonl", "replications.jsonl"]


def test_counts_are_added_up_and_intervals_are_of_the_mean(short, tmp_path):
    outcome = simulate(short, Wanted(out=tmp_path, replications=3))
    offered = [each["summary"]["total"]["offered"] for each in read_replications(outcome.path)]
    assert outcome.summary["total"]["offered"] == sum(offered)
    assert outcome.summary["intervals"]["offered"]["mean"] == pytest.approx(sum(offered) / 3, abs=0.01)
    assert outcome.summary["intervals"]["offered"]["half_width"] > 0
    assert outcome.intervals["offered"].count == 3


def test_of_one_replication_the_summary_is_its_own(short, tmp_path):
    outcome = simulate(short, Wanted(out=tmp_path))
    (only,) = read_replications(outcome.path)
    more = {"replications": 1, "refused": 0, "intervals": outcome.summary["intervals"]}
    assert outcome.summary == {**only["summary"], **more}
    assert outcome.summary["intervals"]["asa"]["half_width"] is None


def test_all_logs_can_be_kept(short, tmp_path):
    outcome = simulate(short, Wanted(out=tmp_path, replications=2, keep_logs=True))
    assert (outcome.path / "events_0001.jsonl").read_text() == logged(short, 1)[0]


def test_an_interruption_leaves_what_is_complete(short, tmp_path):
    def interrupt(share):
        if share > 0.5:
            raise KeyboardInterrupt

    outcome = simulate(short, Wanted(out=tmp_path, replications=4, progress=interrupt))
    assert outcome.interrupted
    assert len(outcome.replications) == 2
    assert read_summary(outcome.path)["replications"] == 2
    nothing = simulate(short, Wanted(out=tmp_path, progress=interrupt))
    assert (nothing.summary, nothing.replications) == (None, ())
    assert not (nothing.path / "summary.json").exists()
    assert json.loads((nothing.path / "events.jsonl").read_text().splitlines()[-1])["t"] < short.end


def test_paced_it_leaves_the_same(short, tmp_path):
    short = dataclasses.replace(short, duration=600.0)
    virtual = simulate(short, Wanted(out=tmp_path))
    paced = asyncio.run(simulate_paced(short, Wanted(out=tmp_path), WallClock(50_000, start=EIGHT), 50_000))
    assert (paced.path / "events.jsonl").read_bytes() == (virtual.path / "events.jsonl").read_bytes()
    assert paced.summary == virtual.summary
    assert read_manifest(paced.path).speed == 50_000


def test_paced_and_cancelled_it_sums_up_what_has_happened(short, tmp_path):
    async def go():
        clock = ManualClock(EIGHT)
        run = asyncio.create_task(simulate_paced(short, Wanted(out=tmp_path), clock, 1.0))
        while clock.now() < EIGHT + 300:
            await asyncio.sleep(0)
            clock.advance(1.0)
        run.cancel()
        return await run

    outcome = asyncio.run(go())
    assert outcome.interrupted
    assert EIGHT + 250 < outcome.summary["at"] <= EIGHT + 300
    assert len(list(read_lines(outcome.path))) == outcome.summary["events"]
    assert read_summary(outcome.path) == outcome.summary


def test_the_refused_are_counted(short):
    running = Running(short)
    running.simulation.refused = 2
    assert pooled([running.run()])["refused"] == 2
