"""However many processes do the work, the results are the same, in the same order."""

import dataclasses
import hashlib
import multiprocessing

import pytest

from flexsim.cluster.processes import over_processes
from flexsim.fastforward.replications import replicate
from flexsim.measure.summary import document


def results(plan, works, folder, **more):
    folder.mkdir()
    logs = {work: folder / f"{work[0]}_{work[1]}.jsonl" for work in works}
    found = [(each.number, each.seed, document(each.standing)) for each in replicate([plan], works, logs=logs, **more)]
    return found, [hashlib.sha256(file.read_bytes()).hexdigest() for file in logs.values()]


def test_one_process_or_two_give_the_same(plan, tmp_path):
    plan = dataclasses.replace(plan, duration=1800.0)
    works = [(0, 0), (0, 1), (0, 2)]
    alone = results(plan, works, tmp_path / "alone")
    assert results(plan, works, tmp_path / "together", spread=over_processes(2)) == alone
    assert len(set(alone[1])) == 3
    assert not multiprocessing.active_children()


def test_replication_0_is_the_run_and_the_others_have_their_own_seeds(plan):
    plan = dataclasses.replace(plan, duration=60.0)
    seeds = [each.seed for each in replicate([plan], [(0, number) for number in range(20)])]
    assert seeds[0] == plan.seed
    assert len(set(seeds)) == 20


def test_each_work_is_of_the_plan_that_it_names(plan):
    plans = [dataclasses.replace(plan, duration=60.0), dataclasses.replace(plan, duration=120.0)]
    ends = [each.standing.at for each in replicate(plans, [(1, 0), (0, 0)])]
    assert ends == [plans[1].end, plans[0].end]


@pytest.mark.parametrize("jobs", [1, 2])
def test_whoever_stops_listening_stops_the_work(plan, jobs):
    told = []
    work = replicate([plan], [(0, number) for number in range(50)], spread=over_processes(jobs), progress=told.append)
    assert next(work).number == 0
    work.close()
    assert not multiprocessing.active_children()
    assert told[-1] <= 2 / 50
