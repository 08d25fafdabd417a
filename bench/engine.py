"""How many tasks a second the routing engine carries through their whole life, on one core.

    python bench/engine.py [--tasks 100000] [--profile]

(a) M/M/50 at 90 % load; (b) 500 workers, 20 skill queues and an overflow, two channels, a workflow of three targets with
escalation, abandonment. The driver is a bare event list, the same for both; the log is off.
"""

import argparse
import cProfile
import gc
import heapq
import itertools
import json
import pstats
import random
import time

from flexsim.ids import Sids
from flexsim.taskrouter import events
from flexsim.taskrouter.engine import Engine
from flexsim.taskrouter.inputs import NewTask, NewTaskQueue, NewWorker, NewWorkflow, TaskChanges
from flexsim.taskrouter.templates import flex_workspace

START = 1_767_600_000.0


def new_engine() -> Engine:
    engine = Engine(Sids(1, "bench"), START)
    flex_workspace(engine, START)
    return engine


def available(engine: Engine) -> int:
    return next(each.id for each in engine.activities.values() if each.available)


def centre_a(workers: int) -> tuple[Engine, list[NewTask], float]:
    engine = new_engine()
    for number in range(workers):
        engine.create_worker(START, NewWorker(name=f"A{number}", attributes={}, activity=available(engine)))
    return engine, [NewTask(workflow=0, channel=0, attributes={"n": 1})], 0.9 * workers / 180


def centre_b(workers: int) -> tuple[Engine, list[NewTask], float]:
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
    return engine, kinds, 0.92 * workers / 180 * 1.5


def run(engine: Engine, kinds: list[NewTask], rate: float, tasks: int, *, patience: float | None) -> tuple[float, int]:
    """The bare driver: arrivals, acceptance at once, talk, wrap, completion, abandonment. Returns seconds and events."""
    rng = random.Random(3)
    expovariate, pick = rng.expovariate, rng.choice
    heap: list[tuple[float, int, int, int]] = []
    push, pop = heapq.heappush, heapq.heappop
    serial = itertools.count()
    moment = START
    left = tasks
    push(heap, (moment, next(serial), 0, 0))
    canceled = TaskChanges(status="canceled", reason="abandoned")
    created, reserved = events.TASK_CREATED, events.RESERVATION_CREATED
    count = 0
    gc.collect()
    gc.freeze()
    begun = time.perf_counter()
    while heap:
        due = engine.next_deadline()
        if due < heap[0][0]:
            happened = engine.advance(due)
        else:
            moment, _, what, whose = pop(heap)
            if what == 0:
                happened = engine.create_task(moment, pick(kinds))
                left -= 1
                if left:
                    push(heap, (moment + expovariate(rate), next(serial), 0, 0))
                if patience:
                    push(heap, (moment + expovariate(1 / patience), next(serial), 3, happened[0][2]))
            elif what == 1:
                happened = engine.wrap_up(moment, whose)
                push(heap, (moment + expovariate(1 / 30), next(serial), 2, whose))
            elif what == 2:
                happened = engine.complete(moment, whose)
            elif engine.tasks[whose].status == "pending" if whose in engine.tasks else False:
                happened = engine.update_task(moment, whose, canceled)
            else:
                continue
        todo = happened
        while todo:
            count += len(todo)
            more = []
            for event in todo:
                if event[1] == reserved:
                    more += engine.accept(moment, event[4])
                    push(heap, (moment + expovariate(1 / 150), next(serial), 1, event[4]))
            todo = more
    assert created == 0
    return time.perf_counter() - begun, count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    for name, centre, workers, patience in (("a", centre_a, 50, None), ("b", centre_b, 500, 300.0)):
        engine, kinds, rate = centre(workers)
        profile = cProfile.Profile() if options.profile else None
        if profile:
            profile.enable()
        seconds, count = run(engine, kinds, rate, options.tasks, patience=patience)
        if profile:
            profile.disable()
            pstats.Stats(profile).sort_stats("tottime").print_stats(22)
        print(f"({name}) {options.tasks / seconds:9,.0f} tasks/s  {count / options.tasks:.1f} events a task")


if __name__ == "__main__":
    main()
