"""M/M/50 with and without impatience, three times: our engine with all that TaskRouter does, SimPy, and Ciw.

Everybody gets exponential draws from a ``random.Random`` of its own and the same numbers of customers. A "log" holds the same
eight events a customer, named as TaskRouter names them; SimPy's model writes the same JSON lines as our recorder.
"""

import heapq
import math
import random
import time
from collections.abc import Callable, Iterator
from typing import Any, TextIO

from flexsim.ids import Sids
from flexsim.measure.records import Recorder
from flexsim.taskrouter import events as ev
from flexsim.taskrouter.engine import Engine
from flexsim.taskrouter.inputs import NewTask, NewWorker, TaskChanges
from flexsim.taskrouter.templates import flex_workspace

START = 1_767_600_000.0
SERVERS, SERVICE, PATIENCE = 50, 180.0, 300.0
RATE = 0.9 * SERVERS / SERVICE
BATCH = 1000  # lines of the log that are written together, as flexsim.runs does

EVENTS = (
    "task.created", "workflow.entered", "workflow.target-matched", "task-queue.entered", "reservation.created",
    "reservation.accepted", "task.completed", "reservation.completed",
)  # fmt: skip

Model = Callable[[int, bool, TextIO | None], float]


def ours(customers: int, impatient: bool, file: TextIO | None) -> float:
    """The engine on a bare event list."""
    engine = Engine(Sids(1, "bench"), START)
    flex_workspace(engine, START)
    available = next(each.id for each in engine.activities.values() if each.available)
    for number in range(SERVERS):
        engine.create_worker(START, NewWorker(name=f"A{number}", attributes={}, activity=available))
    kind = NewTask(workflow=0, channel=engine.channel_by_name["voice"], attributes={})
    recorder = Recorder(engine)
    recorder.open(START)
    record, kept = recorder.lines, []
    keep = kept.extend
    uniform, ln = random.Random(3).random, math.log
    diary: list[tuple[float, int, int, int]] = []  # when, tie-breaker, whether it is a completion, whose
    push, pop, never = heapq.heappush, heapq.heappop, math.inf
    canceled = TaskChanges(status="canceled", reason="abandoned")
    reserved = ev.RESERVATION_CREATED
    serial, left, arrival = 0, customers, START
    lines: list[str] = []
    begun = time.process_time()
    while diary or left:
        following, due = diary[0][0] if diary else never, engine.next_deadline()
        if due < arrival and due < following:
            moment, happened = due, engine.advance(due)
        elif arrival <= following:
            moment, happened = arrival, engine.create_task(arrival, kind)
            left -= 1
            arrival = moment - ln(1.0 - uniform()) / RATE if left else never
            if impatient and happened[-1][1] != reserved:  # who is answered at once has no use for patience
                serial += 1
                push(diary, (moment - ln(1.0 - uniform()) * PATIENCE, serial, 0, happened[0][2]))
        else:
            moment, _, completes, whose = pop(diary)
            if completes:
                happened = engine.complete(moment, whose)
            else:
                task = engine.tasks.get(whose)
                if task is None or task.status != "pending":
                    continue
                happened = engine.update_task(moment, whose, canceled)
        for event in happened:
            if event[1] == reserved:
                happened += engine.accept(moment, event[4])  # looked at in turn: nothing is reserved in it
                serial += 1
                push(diary, (moment - ln(1.0 - uniform()) * SERVICE, serial, 1, event[4]))
        if file is None:
            keep(happened)
        else:
            lines += record(happened)
            if len(lines) > BATCH:
                file.write("".join(lines))
                lines.clear()
    if file is not None:
        file.write("".join(lines))
    return time.process_time() - begun


def simpys(customers: int, impatient: bool, file: TextIO | None) -> float:
    """A resource of 50, a process for each customer, as SimPy's own examples do it."""
    import simpy  # noqa: PLC0415 -- who has it not is measured without

    env = simpy.Environment(START)
    servers = simpy.Resource(env, SERVERS)
    rng = random.Random(3)
    exponential = rng.expovariate
    kept: list[tuple[float, str, int]] = []
    tell, make = kept.append, Sids(1, "bench").sid
    log = _Lines(file) if file is not None else None

    def happens(name: str, number: int, sid: str) -> None:
        if log is None:
            tell((env.now, name, number))
        else:
            log.write(env.now, name, sid)

    def customer(number: int) -> Iterator[Any]:
        sid = make("WT", number) if log is not None else ""
        for name in EVENTS[:4]:
            happens(name, number, sid)
        with servers.request() as turn:
            if impatient:
                got = yield turn | env.timeout(exponential(1 / PATIENCE))
                if turn not in got:
                    happens("task.canceled", number, sid)
                    return
            else:
                yield turn
            happens(EVENTS[4], number, sid)
            happens(EVENTS[5], number, sid)
            yield env.timeout(exponential(1 / SERVICE))
        happens(EVENTS[6], number, sid)
        happens(EVENTS[7], number, sid)

    def arrivals() -> Iterator[Any]:
        for number in range(customers):
            env.process(customer(number))
            yield env.timeout(exponential(RATE))

    env.process(arrivals())
    begun = time.process_time()
    env.run()
    return time.process_time() - begun


class _Lines:
    """The same JSON as ours: about as long, and about as cheap to make."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._sequence = 0

    def write(self, now: float, name: str, sid: str) -> None:
        more = f',"worker":"{sid}","reservation":"{sid}"' if name.startswith("reservation") else ',"queue":"Everyone"'
        self._file.write(f'{{"seq":{self._sequence},"t":{now:.3f},"type":"{name}","task":"{sid}"{more}}}\n')
        self._sequence += 1


def ciws(customers: int, impatient: bool, file: TextIO | None) -> float:  # noqa: ARG001 -- as above; it keeps records
    """A network of one node."""
    import ciw  # noqa: PLC0415 -- as above

    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=RATE)],
        service_distributions=[ciw.dists.Exponential(rate=1 / SERVICE)],
        number_of_servers=[SERVERS],
        reneging_time_distributions=[ciw.dists.Exponential(rate=1 / PATIENCE)] if impatient else None,
    )
    ciw.seed(3)
    simulation = ciw.Simulation(network)
    begun = time.process_time()
    simulation.simulate_until_max_customers(customers, method="Arrive")
    return time.process_time() - begun
