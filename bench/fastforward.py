"""How fast a contact centre passes in virtual time, beside what others simulate queues with; on one core.

    python bench/fastforward.py [--customers 30000] [--rounds 3] [--all]

Rivals: M/M/50 at 90 % load, ours with the whole of TaskRouter, SimPy and Ciw (pip install simpy ciw; who is not there is
left out). Rounds take turns and the best of each counts, so that what the machine does meanwhile hits all of them: read the
ratios. Then a day of 100,000 contacts (500 agents in shifts, 20 queues, two channels, workflows of three targets, customers
who give up), every event on disk, and where its time goes. ``--all``: a million contacts, and 100 to 10,000 workers.
"""

import argparse
import gc
import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from fastforward_parts.day import MIDNIGHT, busy_day
from fastforward_parts.rivals import Model, ciws, ours, simpys

from flexsim.fastforward.replication import Plan, Running
from flexsim.people.agent import Floor
from flexsim.people.customer import Customers
from flexsim.randomness import Randomness
from flexsim.runs.folder import LogWriter
from flexsim.taskrouter import engine as engine_module

DAY = 86_400.0
TARGETS = {("SimPy", "log kept"): 1.7, ("SimPy", "on disk"): 1.4, ("SimPy", "reneging"): 2.0, ("Ciw", "log kept"): 3.0}


def rivals(customers: int, rounds: int) -> None:
    models = {"flexsim": ours, "SimPy": simpys, "Ciw": ciws}
    best: dict[tuple[str, str], float] = {}
    with tempfile.TemporaryFile("w", buffering=1 << 20) as file:
        kinds = {"log kept": (False, None), "on disk": (False, file), "reneging": (True, None)}
        for _ in range(rounds):
            for kind, (impatient, log) in kinds.items():
                for name, model in models.items():
                    if name == "Ciw" and log is not None:
                        continue  # it keeps records of its own and writes none
                    try:
                        seconds = _without_collector(model, customers, impatient, log)
                    except ImportError:
                        continue
                    best[name, kind] = min(best.get((name, kind), math.inf), seconds)
    print("the engine is", "interpreted" if engine_module.__file__.endswith(".py") else "compiled (docs/speed.md)")
    print(f"M/M/50 at 90 % load, customers a second of CPU ({customers:,} customers, best of {rounds})")
    for kind in kinds:
        base = best["flexsim", kind]
        row = [f"flexsim {customers / base:9,.0f}"]
        for name in ("SimPy", "Ciw"):
            if (name, kind) in best:
                target = TARGETS.get((name, kind))
                wanted = f", wanted {target}" if target else ""
                row.append(f"{name} {customers / best[name, kind]:9,.0f} (x {best[name, kind] / base:.2f}{wanted})")
        print(f"  {kind:10s}" + "   ".join(row))


def _without_collector(model: Model, *arguments: Any) -> float:
    """The garbage collector is off for all of them, as in ``timeit``: what it costs depends on what was measured before."""
    gc.collect()
    gc.disable()
    try:
        return model(*arguments)
    finally:
        gc.enable()


def one_day(contacts: int, agents: int, days: int) -> dict[str, float]:
    """Seconds of CPU and MB at most, of a process that does nothing else; memory is also told after a tenth."""
    plan = Plan(configuration=busy_day(contacts, agents), seed=1, start=MIDNIGHT, duration=days * DAY)
    early = 0
    with tempfile.TemporaryDirectory() as folder, LogWriter(Path(folder) / "events.jsonl") as log:

        def look(share: float) -> None:
            nonlocal early
            if share >= 0.1 and not early:
                early = _megabytes()

        begun = time.process_time()
        done = Running(plan, write=log.write_fast).run(look)
        seconds = time.process_time() - begun
    arrived, events = done.arrived, done.standing.events
    return {"seconds": seconds, "contacts": arrived, "events": events, "early": early, "mb": _megabytes()}


def _megabytes() -> int:
    """The most that this program has held; getrusage would tell the parent's from before it became this one."""
    status = Path("/proc/self/status")
    if status.exists():
        return (
            next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) // 1024
        )
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def apart(contacts: int, agents: int = 500, days: int = 1) -> dict[str, float]:
    """``one_day`` in a process of its own, so that memory is its own, too."""
    command = [sys.executable, __file__, "--one-day", str(contacts), str(agents), str(days)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def day() -> None:
    found = apart(100_000)
    print(
        f"a day: {found['contacts']:,} contacts, {found['events']:,} events on disk: {found['seconds']:.2f} s of CPU,"
        f" {found['mb']} MB (wanted: 3 s, 60 MB)"
    )


def parts(contacts: int) -> None:
    """The same day with more and more of it: what each part costs, in microseconds a contact."""
    plan = Plan(configuration=busy_day(contacts), seed=1, start=MIDNIGHT, duration=DAY)

    def whole(kind: str) -> float:
        running = Running(plan, write=(lambda _: None) if kind == "log lines" else None)
        if kind == "engine, agents, customers":
            running.simulation.listen = lambda _: None
        begun = time.process_time()
        running.run()
        return (time.process_time() - begun) / running.simulation.arrived * 1e6

    print(f"where the time goes, microseconds a contact ({contacts:,} contacts, best of 3)")
    people = min(_people(plan) for _ in range(3))
    print(f"  {people:6.1f}  what people draw")
    before = people
    for kind in ("engine, agents, customers", "figures", "log lines"):
        total = min(whole(kind) for _ in range(3))
        print(f"  {total - before:6.1f}  {kind}")
        before = total


def _people(plan: Plan) -> float:
    """The draws alone: who comes when, and how it is handled."""
    domain, randomness = plan.configuration.domain, Randomness(1)
    customers, handler = Customers(domain, randomness, MIDNIGHT), Floor.of(domain, randomness, detailed=False).handler
    begun = time.process_time()
    for _ in range(10_000):
        contact, values = customers.arrive()
        customers.routing_attributes(contact, values)
        handler.draw(contact, values, 3.0)
    return (time.process_time() - begun) / 10_000 * 1e6


def million() -> None:
    found = apart(100_000, days=10)
    print(
        f"ten days: {found['contacts']:,} contacts in {found['seconds']:.1f} s of CPU (wanted: 35 s);"
        f" {found['early']} MB at most in the first, {found['mb']} MB in all"
    )


def growth() -> None:
    costs = {}
    for agents in (100, 1_000, 10_000):
        found = apart(20_000 if agents == 100 else 200 * agents // 2, agents)
        costs[agents] = found["seconds"] / found["contacts"] * 1e6
        print(f"  {agents:6,} workers {costs[agents]:7.1f} us a contact   x {costs[agents] / costs[100]:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=30_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--all", action="store_true", help="the long ones, too")
    parser.add_argument("--one-day", nargs=3, type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one_day:
        print(json.dumps(one_day(*options.one_day)))
        return
    rivals(options.customers, options.rounds)
    day()
    parts(20_000)
    if options.all:
        growth()
        million()


if __name__ == "__main__":
    main()
