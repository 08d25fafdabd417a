"""The virtual timeline: people decide, the engine routes, nothing is left to chance or to the machine."""

import dataclasses
import hashlib
import itertools
import json
import os
import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flexsim.configuration.generate import generate
from flexsim.configuration.records import QueuePlan, WorkflowPlan
from flexsim.domain.loading import load_domain
from flexsim.domain.model import Arrivals
from flexsim.fastforward.replication import Plan
from flexsim.fastforward.simulation import Simulation
from flexsim.randomness import Randomness
from flexsim.taskrouter import events as ev
from flexsim.taskrouter.inputs import WorkerChanges
from tests.fastforward.conftest import EIGHT
from tests.fastforward.logs import logged
from tests.taskrouter.laws import Witness, check_laws

HOUR = 3600.0

ANOTHER_PROCESS = """
import hashlib
from flexsim.configuration.generate import generate
from flexsim.domain.loading import load_domain
from flexsim.fastforward.replication import Plan, Running
from flexsim.randomness import Randomness
configuration = generate(load_domain("harbour-bank"), Randomness(3), 12)
digest = hashlib.sha256()
plan = Plan(configuration=configuration, seed=5, start=1767618000.0, duration=1800.0)
Running(plan, write=lambda lines: digest.update("".join(lines).encode())).run()
print(digest.hexdigest())
"""


def heard(simulation, until, *, opened=False):
    """Every event until then."""
    found = []
    simulation.listen = found.extend
    if not opened:
        simulation.open()
    simulation.run_until(until)
    return found


def centre(configuration, seed=1, start=EIGHT, **more):
    return Simulation(configuration, Randomness(seed), start, **more)


def test_the_same_seed_gives_the_same_log_and_another_seed_another(plan):
    first, _ = logged(plan)
    assert logged(plan)[0] == first
    assert logged(dataclasses.replace(plan, seed=12))[0] != first


def test_neither_the_process_nor_the_hash_seed_changes_a_byte():
    found = [
        subprocess.run(
            [sys.executable, "-c", ANOTHER_PROCESS],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    ]
    configuration = generate(load_domain("harbour-bank"), Randomness(3), 12)
    text, _ = logged(Plan(configuration=configuration, seed=5, start=EIGHT, duration=1800.0))
    assert {*found, hashlib.sha256(text.encode()).hexdigest()} == {found[0]}


def test_in_how_many_steps_time_passes_makes_no_difference(bank):
    whole = heard(centre(bank), EIGHT + HOUR)
    stepwise = centre(bank)
    found = heard(stepwise, EIGHT)
    while (moment := stepwise.next_moment()) <= EIGHT + HOUR:
        stepwise.run_until(moment)
    assert found == whole


def test_all_attributes_or_only_those_that_routing_reads_give_the_same_events(plan):
    assert logged(plan, detailed=True)[0] == logged(plan)[0]


def test_without_details_the_attributes_that_are_there_are_the_right_ones(bank):
    lean, full = centre(bank), centre(bank, detailed=True)
    heard(lean, EIGHT + 600)
    heard(full, EIGHT + 600)
    assert lean.engine.tasks.keys() == full.engine.tasks.keys()
    for number, task in lean.engine.tasks.items():
        whole = full.engine.tasks[number].attributes
        own = {name: value for name, value in task.attributes.items() if name != "conversations"}
        assert own.items() <= whole.items()
        assert {"product", "flexsim_contact"} <= own.keys()
        assert "name" in whole


def test_details_end_as_live_ones_do(bank):
    simulation = centre(bank, detailed=True)
    simulation.engine.prune_after = 1e9
    heard(simulation, EIGHT + HOUR)
    ended = [task.attributes for task in simulation.engine.tasks.values() if task.status == "completed"]
    assert ended
    for attributes in ended:
        assert 1 <= attributes["csat"] <= 10
        assert attributes["conversations"]["abandoned"] == "No"
        assert attributes["conversations"]["conversation_measure_2"] > 0
    canceled = [task.attributes for task in simulation.engine.tasks.values() if task.reason == "abandoned"]
    assert all(attributes["conversations"]["abandoned"] == "Yes" for attributes in canceled)


def test_a_workflow_that_reads_who_the_customer_is_gets_to_know(bank):
    document = {"task_routing": {"filters": [
        {"filter_friendly_name": "from", "expression": "from_city != null AND name != null", "targets": [{"queue": "Cards"}]}
    ]}}  # fmt: skip
    workflow = WorkflowPlan(name="Main", configuration=document, reservation_timeout=30)
    simulation = centre(dataclasses.replace(bank, workflow=workflow))
    heard(simulation, EIGHT + 600)
    assert simulation.arrived > 5
    assert simulation.refused == 0


def test_a_customer_whom_no_filter_wants_is_refused_and_counted(bank):
    document = {"task_routing": {"filters": [{"expression": "product == 'Cards'", "targets": [{"queue": "Cards"}]}]}}
    workflow = WorkflowPlan(name="Main", configuration=document, reservation_timeout=30)
    simulation = centre(dataclasses.replace(bank, workflow=workflow))
    created = sum(event[ev.KIND] == ev.TASK_CREATED for event in heard(simulation, EIGHT + HOUR))
    assert created > 0
    assert simulation.refused == simulation.arrived - created > 0


def test_a_contact_passes_the_states_that_it_passes_live(shop):
    events = heard(centre(shop), EIGHT + HOUR)
    number = next(event[ev.TASK] for event in events if event[ev.KIND] == ev.TASK_COMPLETED)
    assert [ev.NAMES[event[ev.KIND]] for event in events if event[ev.TASK] == number] == [
        "task.created",
        "workflow.entered",
        "workflow.target-matched",
        "task-queue.entered",
        "reservation.created",
        "reservation.accepted",
        "task.wrapup",
        "reservation.wrapup",
        "task.updated",
        "task.completed",
        "reservation.completed",
    ]


def test_agents_change_their_activities_and_keep_their_shifts(bank):
    simulation = centre(bank)
    simulation.listen = (events := []).extend
    simulation.open()
    simulation.run_until(EIGHT + 14 * HOUR)  # past the last shift
    changes = Counter(event[ev.EXTRA][1] for event in events if event[ev.KIND] == ev.WORKER_ACTIVITY_UPDATE)
    assert len(changes) == 4
    assert {worker.activity.name for worker in simulation.engine.workers.values()} == {"Offline"}


def test_after_the_doors_are_closed_nobody_arrives_and_everybody_finishes(shop):
    simulation = centre(shop)
    simulation.close_doors(EIGHT + 600)
    events = heard(simulation, EIGHT + 2 * HOUR)
    assert max(event[ev.TIME] for event in events if event[ev.KIND] == ev.TASK_CREATED) <= EIGHT + 600
    assert simulation.open_tasks == 0


def test_where_several_are_offered_a_task_one_accepts_and_the_others_are_let_off(bank):
    simulation = centre(bank)
    for queue in simulation.engine.queues.values():
        queue.max_reserved_workers = 3
    witness = Witness()
    simulation.listen = witness.hear
    simulation.open()
    simulation.run_until(EIGHT + HOUR)
    assert Counter(witness.reservations.values())["rescinded"] > 10
    check_laws(simulation.engine)


def test_whoever_is_moved_away_comes_back(bank):
    simulation = centre(bank)
    heard(simulation, EIGHT + 60)
    worker = next(each for each in simulation.engine.workers.values() if each.activity.name == "Available")
    offline = simulation._activities["Offline"]
    simulation._hear(simulation.engine.update_worker(EIGHT + 60, worker.id, WorkerChanges(activity=offline)))
    simulation.run_until(EIGHT + 89)
    assert worker.activity.name == "Offline"
    simulation.run_until(EIGHT + 91)
    assert worker.activity.name != "Offline"


def test_a_changed_staffing_does_not_reshuffle_the_customers(bank):
    def customers(configuration):
        simulation = centre(configuration, detailed=True)
        simulation.engine.prune_after = 1e9
        heard(simulation, EIGHT + HOUR)
        return {
            task.attributes["flexsim_contact"]: (task.created, task.attributes["name"], task.attributes["product"])
            for task in simulation.engine.tasks.values()
        }

    assert customers(bank) == customers(dataclasses.replace(bank, workers=bank.workers[:9]))


def test_one_more_agent_does_not_change_the_others_days(shop):
    more = generate(load_domain(None), Randomness(3), 7)

    def days(configuration):
        # Without anybody to serve, what an agent does is its own draw alone.
        nobody = dataclasses.replace(configuration.domain, arrivals=Arrivals(rate_per_hour=1.0, weekday=(0.0,) * 7))
        simulation = centre(dataclasses.replace(configuration, domain=nobody))
        return {
            (event[ev.TIME], event[ev.WORKER], event[ev.EXTRA][1])
            for event in heard(simulation, EIGHT + 8 * HOUR)
            if event[ev.KIND] == ev.WORKER_ACTIVITY_UPDATE and event[ev.WORKER] < 6
        }

    assert days(shop) == days(more)
    assert len(days(shop)) > 50


@settings(max_examples=12)
@given(
    seed=st.integers(0, 1 << 32),
    agents=st.integers(1, 15),
    rate=st.floats(1, 900),
    everybody=st.booleans(),
    locale=st.sampled_from(["en-us", "de-de"]),
)
def test_every_centre_keeps_the_laws_of_conservation(seed, agents, rate, everybody, locale):
    configuration = generate(load_domain(None, locale), Randomness(seed), agents)
    domain = dataclasses.replace(configuration.domain, arrivals=Arrivals(rate_per_hour=rate))
    configuration = dataclasses.replace(configuration, domain=domain)
    if everybody:
        queues = tuple(QueuePlan(name=each.name, target_workers="1==1") for each in configuration.queues)
        configuration = dataclasses.replace(configuration, queues=queues)
    simulation = centre(configuration, seed)
    witness = Witness()
    simulation.listen = witness.hear
    simulation.open()
    for quarter in range(1, 5):
        simulation.run_until(EIGHT + quarter * 900)
        check_laws(simulation.engine)
    ended = sum(witness.ended.values())
    assert simulation.arrived == len(witness.tasks) == ended + simulation.open_tasks
    assert set(witness.ended.values()) <= {1}


def test_a_log_line_is_json_and_times_never_go_back(plan):
    text, result = logged(plan)
    records = [json.loads(line) for line in text.splitlines()]
    assert [record["seq"] for record in records] == list(range(len(records)))
    assert all(one["t"] <= other["t"] for one, other in itertools.pairwise(records))
    assert result.standing.events == len(records)


@pytest.mark.parametrize("seed", [1, 2])
def test_memory_of_the_past_does_not_grow(shop, seed):
    simulation = centre(shop, seed)
    simulation.listen = lambda _: None
    simulation.open()
    sizes = []
    for hour in range(1, 5):
        simulation.run_until(EIGHT + hour * HOUR)
        sizes.append(len(simulation.engine.tasks) + len(simulation.engine.reservations) + len(simulation._diary))
    assert simulation.arrived > 2000
    assert max(sizes) < 500
    assert len(simulation._waiting) == sum(
        task.status in {"pending", "reserved"} for task in simulation.engine.tasks.values()
    )
