"""How many tasks a second the routing engine carries through their whole life, on one core, and how that grows.

    python bench/engine.py [--tasks 100000] [--profile]

(a) M/M/50 at 90 % load; (b) 500 workers, 20 skill queues and an overflow, two channels, a workflow of three targets with
escalation, abandonment. The driver is a bare event list, the same for both, and counts in the figures. "On disk": every
event as a JSON line of the event log, streamed to a file. Rounds are interleaved and the best of each is shown, in processor
time: a machine with something else to do hardly disturbs it.

Growth: (b) with 100 to 10,000 workers at the same load; (a) with a backlog of 10 to 100,000 tasks, where each completion
takes the next waiting task and an arrival replaces it.

Where the engine is compiled (the first line says so), a profile sees into the rest only.
"""

import argparse
import cProfile
import gc
import heapq
import json
import math
import pstats
import random
import tempfile
import time
from collections import deque
from dataclasses import dataclass
from typing import TextIO

from flexsim.ids import Sids
from flexsim.measure.records import Recorder
from flexsim.taskrouter import engine as engine_module
from flexsim.taskrouter import events
from flexsim.taskrouter.engine import Engine
from flexsim.taskrouter.inputs import NewTask, NewTaskQueue, NewWorker, NewWorkflow, TaskChanges
from flexsim.taskrouter.templates import flex_workspace

START = 1_767_600_000.0
ROUNDS = 3


@dataclass
class Centre:
    """``rate`` arrivals a second, of these kinds, who wait ``patience`` seconds on average, if they ever give up."""

    engine: Engine
    kinds: list[NewTask]
    rate: float
    patience: float | None


def new_engine() -> Engine:
    engine = Engine(Sids(1, "bench"), START)
    flex_workspace(engine, START)
    return engine


def available(engine: Engine) -> int:
    return next(each.id for each in engine.activities.values() if each.available)


def centre_a(workers: int) -> Centre:
    engine = new_engine()
    for number in range(workers):
        engine.create_worker(START, NewWorker(name=f"A{number}", attributes={}, activity=available(engine)))
    return Centre(engine, [NewTask(workflow=0, channel=0, attributes={"n": 1})], 0.9 * workers / 180, None)


def centre_b(workers: int) -> Centre:
    engine = new_engine()
    sids = engine.sids
    skills = [f"skill{number}" for number in range(20)]
    for skill in skills:
        engine.create_task_queue(START, NewTaskQueue(name=skill, target_workers=f"skills HAS '{skill}'"))
    engine.create_task_queue(START, NewTaskQueue(name="Overflow", target_workers="1==1"))
    by_name = {queue.name: sids.sid("WQ", queue.id) for queue in engine.queues.values()}
    filters = [
        {
            "expression": f"skill == '{skill}'",
            "targets": [
                {"queue": by_name[skill], "expression": "worker.languages HAS task.language", "timeout": 30},
                {"queue": by_name[skill], "priority": 5, "timeout": 30},
                {"queue": by_name["Overflow"], "priority": 10},
            ],
        }
        for skill in skills
    ]
    document = {"task_routing": {"filters": filters, "default_filter": {"queue": by_name["Overflow"]}}}
    engine.create_workflow(START, NewWorkflow(name="Main", configuration=json.dumps(document)))
    rng = random.Random(7)
    for number in range(workers):
        attributes = {"skills": rng.sample(skills, 2), "languages": ["en"] + (["es"] if number % 4 == 0 else [])}
        engine.create_worker(START, NewWorker(name=f"A{number}", attributes=attributes, activity=available(engine)))
    chat = engine.channel_by_name["chat"]
    for number in range(workers):
        engine.update_worker_channel(START, number, chat, capacity=2)
    voice = engine.channel_by_name["voice"]
    kinds = [
        NewTask(workflow=1, channel=channel, attributes={"skill": skill, "language": language})
        for skill in skills
        for channel in (voice, voice, chat)
        for language in ("en", "en", "en", "es")
    ]
    # voice: two thirds of the load on one place each; chat: one third on two places each
    return Centre(engine, kinds, 0.92 * workers / 180 * 1.5, 300.0)


WRAP_UP, COMPLETE, ABANDON = range(3)
BATCH = 1000  # lines of the log that are written together, as flexsim.runs does


def run(centre: Centre, tasks: int, log: TextIO | None = None) -> tuple[float, int]:
    """The bare driver: arrivals, acceptance at once, talk, wrap, completion, abandonment. Returns seconds and events."""
    engine, kinds, rate, patience = centre.engine, centre.kinds, centre.rate, centre.patience
    recorder = Recorder(engine)
    recorder.open(START)
    record = recorder.lines
    uniform, ln = random.Random(3).random, math.log
    diary: list[tuple[float, int, int, int]] = []  # when, tie-breaker, what, whose
    push, pop, replace = heapq.heappush, heapq.heappop, heapq.heapreplace
    moment, serial, count, variety = START, 0, 0, len(kinds)
    arrivals = tasks
    canceled = TaskChanges(status="canceled", reason="abandoned")
    reserved = events.RESERVATION_CREATED
    lines: list[str] = []
    arrival = moment
    gc.unfreeze()  # what the last round left behind is in nobody's way
    gc.collect()
    gc.freeze()
    begun = time.process_time()
    while diary or arrivals:
        following = diary[0][0] if diary else math.inf
        due = engine.next_deadline()
        if due < arrival and due < following:
            moment = due
            happened = engine.advance(due)
        elif arrival <= following:
            moment = arrival
            happened = engine.create_task(moment, kinds[int(uniform() * variety)])
            arrivals -= 1
            arrival = moment - ln(1.0 - uniform()) / rate if arrivals else math.inf
            if patience and happened[-1][1] != reserved:  # who is answered at once has no use for it
                serial += 1
                push(diary, (moment - ln(1.0 - uniform()) * patience, serial, ABANDON, happened[0][2]))
        else:
            moment, _, what, whose = diary[0]
            if what == WRAP_UP:
                happened = engine.wrap_up(moment, whose)
                serial += 1
                replace(diary, (moment - ln(1.0 - uniform()) * 30, serial, COMPLETE, whose))
            elif what == COMPLETE:
                pop(diary)
                happened = engine.complete(moment, whose)
            else:
                pop(diary)
                task = engine.tasks.get(whose)
                if task is None or task.status != "pending":
                    continue
                happened = engine.update_task(moment, whose, canceled)
        for event in happened:
            if event[1] == reserved:
                happened += engine.accept(moment, event[4])  # looked at in turn: nothing is reserved in it
                serial += 1
                push(diary, (moment - ln(1.0 - uniform()) * 150, serial, WRAP_UP, event[4]))
        count += len(happened)
        if log:
            lines += record(happened)
            if len(lines) > BATCH:
                log.write("".join(lines))
                lines.clear()
    if log:
        log.write("".join(lines))
    return time.process_time() - begun, count


def churn(centre: Centre, backlog: int, cycles: int) -> float:
    """Seconds for ``cycles`` completions, each of which takes the next of ``backlog`` waiting tasks."""
    engine, kind = centre.engine, centre.kinds[0]
    waiting = [engine.create_task(START, kind) for _ in range(backlog)]
    assert len(waiting) == backlog
    held = deque(number for number, each in engine.reservations.items() if each.status == "pending")
    for number in held:
        engine.accept(START, number)
    gc.unfreeze()  # what the last round left behind is in nobody's way
    gc.collect()
    gc.freeze()
    moment = START
    begun = time.process_time()
    for _ in range(cycles):
        moment += 0.01
        engine.create_task(moment, kind)
        for event in engine.complete(moment, held.popleft()):
            if event[1] == events.RESERVATION_CREATED:
                engine.accept(moment, event[4])
                held.append(event[4])
    return time.process_time() - begun


def speed(tasks: int) -> None:
    best: dict[str, float] = {}
    with tempfile.TemporaryFile("w", buffering=1 << 20) as file:
        for _ in range(ROUNDS):
            for name, make, workers in (("a", centre_a, 50), ("b", centre_b, 500)):
                for kind, log in (("log off", None), ("on disk", file)):
                    seconds, count = run(make(workers), tasks, log)
                    best[f"({name}) {kind}"] = min(best.get(f"({name}) {kind}", math.inf), seconds)
    for name, seconds in best.items():
        print(f"{name:12s} {tasks / seconds:9,.0f} tasks/s   ({count / tasks:.1f} events a task in the last)")


def growth(tasks: int) -> None:
    costs = {}
    for workers in (100, 1_000, 10_000):
        costs[workers] = min(run(centre_b(workers), tasks)[0] for _ in range(ROUNDS)) / tasks
        print(
            f"(b) {workers:7,} workers        {costs[workers] * 1e6:6.1f} us a task   x {costs[workers] / costs[100]:.2f}"
        )
    costs = {}
    for backlog in (10, 1_000, 100_000):
        costs[backlog] = min(churn(centre_a(50), backlog + 50, tasks) for _ in range(ROUNDS)) / tasks
        print(
            f"(a) {backlog:7,} tasks waiting  {costs[backlog] * 1e6:6.1f} us a task   x {costs[backlog] / costs[10]:.2f}"
        )


def profiled(tasks: int) -> None:
    for make, workers in ((centre_a, 50), (centre_b, 500)):
        centre = make(workers)
        with cProfile.Profile() as profile:
            run(centre, tasks)
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=60_000)
    parser.add_argument("--profile", action="store_true", help="show where the time goes, instead")
    options = parser.parse_args()
    print("the engine is", "interpreted" if engine_module.__file__.endswith(".py") else "compiled (docs/speed.md)")
    if options.profile:
        profiled(options.tasks)
    else:
        speed(options.tasks)
        growth(options.tasks)


if __name__ == "__main__":
    main()
