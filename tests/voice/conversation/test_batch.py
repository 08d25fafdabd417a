"""Many conversations: the same recordings whatever the number of processes, and one that fails stops no other."""

import asyncio
from dataclasses import replace

from flexsim.cluster.processes import over_processes
from flexsim.errors import RecorderFailed, TargetUnreachable
from flexsim.voice.conversation import batch
from flexsim.voice.conversation.batch import converse_all, converse_all_live, jobs
from flexsim.voice.conversation.rules import Rules
from tests.voice.conversation.test_conversing import plan

SHORT = Rules(max_duration=6.0)


def plans(count):
    return [plan(seed=seed, rules=SHORT) for seed in range(count)]


def test_no_two_conversations_share_a_name():
    works = jobs([*plans(2), *plans(2)])
    assert [each.name for each in works] == [
        "typical-lost-card-s0", "typical-lost-card-s1", "typical-lost-card-s0-2", "typical-lost-card-s1-2",
    ]  # fmt: skip


def test_the_recordings_are_the_same_on_any_number_of_processes(tmp_path):
    works = jobs(plans(3))
    kept = []
    for count in (1, 2):
        folder = tmp_path / str(count)
        done = list(converse_all(works, folder, spread=over_processes(count)))
        assert sorted(each.job.number for each in done) == [0, 1, 2]
        kept.append({each.relative_to(folder): each.read_bytes() for each in folder.rglob("*.*") if each.is_file()})
    assert kept[0] == kept[1]
    assert len(kept[0]) == 30


def test_one_that_cannot_take_place_stops_no_other(tmp_path, monkeypatch):
    converse = batch.converse_virtually

    def fail(planned, *rest, **more):
        if planned.seed == 1:
            raise RecorderFailed("no room")
        return converse(planned, *rest, **more)

    monkeypatch.setattr(batch, "converse_virtually", fail)
    done = list(converse_all(jobs(plans(3)), tmp_path))
    assert [each.problem for each in done] == [None, "no room", None]


def test_at_the_clocks_pace_so_many_take_place_at_a_time():
    running, most, told = 0, 0, []

    async def converse(job):
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        if job.number == 3:
            raise TargetUnreachable("nobody there")
        return job.number

    works = [replace(each) for each in jobs(plans(7))]
    asyncio.run(converse_all_live(works, converse, 2, told.append))
    assert most == 2
    assert sorted(each.job.number for each in told) == [*range(7)]
    assert [each.problem for each in told if each.outcome is None] == ["nobody there"]
