"""What the local TaskRouter holds in memory: per 100,000 tasks waiting, and while many more come and go.

    python bench/memory.py [--tasks 1000000] [--held 100000] [--history 10000]    # a million takes some minutes

Each measurement runs in a process of its own, without HTTP and on simulated time: the engine alone; then the server's inside
(requests parsed, events remembered, statistics folded). Ended tasks leave after 300 simulated seconds, so memory must level
off once the first have left; what is remembered of events is bounded by ``--history``.
"""

import argparse
import gc
import resource
import subprocess
import sys
import time
from pathlib import Path

import orjson
from http_parts.contenders import task_attributes

from flexsim.clock import ManualClock
from flexsim.emulator.host import Workspace
from flexsim.emulator.options import Options
from flexsim.emulator.server import LocalTaskRouter
from flexsim.ids import Sids
from flexsim.taskrouter.engine import Engine
from flexsim.taskrouter.events import KIND, RESERVATION, RESERVATION_CREATED
from flexsim.taskrouter.inputs import NewTask, NewWorker
from flexsim.taskrouter.templates import flex_workspace

START = 1_767_600_000.0
ARRIVALS = 100  # a simulated second
HANDLING = 3.0  # simulated seconds of one task, one after the other for each worker
WORKERS = 400
CHAPTERS = 10
FLAT = 1.10  # in the end it may be this many times what it was half way


def resident() -> float:
    """Megabytes of this process."""
    gc.collect()
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:  # no /proc: the most there has ever been, in kB (bytes on macOS)
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    return pages * resource.getpagesize() / (1 << 20)


def new_task(number: int) -> NewTask:
    text = task_attributes(number)
    return NewTask(workflow=0, channel=0, attributes=orjson.loads(text), attributes_text=text)


def held_by_engine(count: int) -> str:
    engine = Engine(Sids(1, "bench"), START)
    flex_workspace(engine, START)
    before = resident()
    for number in range(count):
        engine.create_task(START, new_task(number))
    return f"{(resident() - before) * 100_000 / count:6.0f} MB per 100,000 tasks waiting: the engine alone"


def inside(history: int) -> tuple[LocalTaskRouter, Workspace, ManualClock]:
    clock = ManualClock(START)
    router = LocalTaskRouter(clock=clock, options=Options(history=history))
    return router, next(router.workspaces.workspaces()), clock


def held_by_server(count: int, history: int) -> str:
    router, workspace, _ = inside(history)
    before = resident()
    for number in range(count):
        router.workspaces.do(workspace, workspace.engine.create_task, new_task(number))
    used = (resident() - before) * 100_000 / count
    return f"{used:6.0f} MB per 100,000 tasks waiting: with statistics and at most {history:,} events remembered"


def coming_and_going(count: int, history: int) -> str:
    """Tasks arrive evenly, are accepted at once and completed after a while; what is resident after each tenth."""
    router, workspace, clock = inside(history)
    host, engine = router.workspaces, workspace.engine
    available = next(each.id for each in engine.activities.values() if each.available)
    for number in range(WORKERS):
        host.do(workspace, engine.create_worker, NewWorker(name=f"w{number}", attributes={}, activity=available))
    kinds = [new_task(number) for number in range(100)]  # 100 different ones; the server would hold each task's own
    underway: list[tuple[float, int]] = []
    done = 0
    chapters = []
    begun = time.perf_counter()
    for number in range(count):
        clock.advance(1 / ARRIVALS)
        while done < len(underway) and underway[done][0] <= clock.now():
            host.do(workspace, engine.complete, underway[done][1])
            done += 1
        if done > 1000:
            del underway[:done]
            done = 0
        for event in host.do(workspace, engine.create_task, kinds[number % 100]):
            if event[KIND] == RESERVATION_CREATED and event[RESERVATION] is not None:
                host.do(workspace, engine.accept, event[RESERVATION])
                underway.append((clock.now() + HANDLING, event[RESERVATION]))
        if (number + 1) % (count // CHAPTERS) == 0:
            chapters.append(resident())
    seconds = time.perf_counter() - begun
    levels = " ".join(f"{each:.0f}" for each in chapters)
    growth = chapters[-1] / chapters[len(chapters) // 2 - 1]
    return (
        f"{levels} MB after each tenth of {count:,} tasks created and completed ({seconds:.0f} s, {len(engine.tasks):,} held "
        f"at the end)\n{growth:6.2f} times as much in the end as half way (wanted: at most {FLAT:g})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=200_000, help="that come and go")
    parser.add_argument("--held", type=int, default=100_000, help="that wait")
    parser.add_argument("--history", type=int, default=10_000, help="events remembered of a workspace")
    parser.add_argument("--measure", choices=("engine", "server", "flow"), help="only this, in this process")
    options = parser.parse_args()
    if options.measure == "engine":
        print(held_by_engine(options.held))
    elif options.measure == "server":
        print(held_by_server(options.held, options.history))
    elif options.measure == "flow":
        print(coming_and_going(options.tasks, options.history))
    else:
        for each in ("engine", "server", "flow"):
            subprocess.run([sys.executable, __file__, *sys.argv[1:], "--measure", each], check=True)


if __name__ == "__main__":
    main()
