"""A local TaskRouter in which two thousand agents work without anybody asking for it over HTTP; run as a process.

Prints its address, and ends when its standard input does. Every 0.1 s customers arrive, and agents accept, wrap up and
complete: as many as such a centre has when everybody talks for five minutes.
"""

import asyncio
import json
import random
import sys
from collections import deque

from flexsim.emulator.host import Happening
from flexsim.emulator.server import LocalTaskRouter
from flexsim.errors import RoutingError
from flexsim.loops import collecting_seldom
from flexsim.taskrouter.events import KIND, RESERVATION, RESERVATION_CREATED, TASK
from flexsim.taskrouter.inputs import NewTask, NewTaskQueue, NewWorker, NewWorkflow, TaskChanges, WorkerChanges

QUEUES = 20
TICK = 0.1


class Busy:
    """``tasks_per_second`` arrive and as many are accepted, wrapped up and completed, once half of the agents talk."""

    def __init__(self, router: LocalTaskRouter, agents: int, tasks_per_second: float) -> None:
        self.host = router.workspaces
        self.workspace = next(self.host.workspaces())
        self.engine = self.workspace.engine
        self.rng = random.Random(1)
        self.per_tick = tasks_per_second * TICK
        self.in_hand = agents // 2
        self.due = 0.0
        self.offered: deque[tuple[int, int]] = deque()  # task and reservation
        self.talking: deque[int] = deque()
        self.wrapping: deque[int] = deque()
        self.furnish(agents)
        self.host.subscribe(self.hear)

    def furnish(self, agents: int) -> None:
        engine, do = self.engine, self.host.do
        filters = []
        for number in range(QUEUES):
            name = f"Queue {number + 1:02}"
            do(self.workspace, engine.create_task_queue, NewTaskQueue(name=name, target_workers=f"team == {number}"))
            sid = engine.sids.sid("WQ", number + 1)
            filters.append(
                {"filter_friendly_name": name, "expression": f"team == {number}", "targets": [{"queue": sid}]}
            )
        configuration = json.dumps({"task_routing": {"filters": filters}})
        do(self.workspace, engine.create_workflow, NewWorkflow(name="Teams", configuration=configuration))
        self.activities = {each.name: each.id for each in engine.activities.values()}
        for number in range(agents):
            activity = "Break" if number % 17 == 0 else "Offline" if number % 23 == 0 else "Available"
            new = NewWorker(
                name=f"agent {number + 1:04}", attributes={"team": number % QUEUES}, activity=self.activities[activity]
            )
            do(self.workspace, engine.create_worker, new)

    def hear(self, happening: Happening) -> None:
        self.offered.extend(
            (event[TASK], event[RESERVATION]) for event in happening.events if event[KIND] == RESERVATION_CREATED
        )

    def arrive(self) -> None:
        channel = self.engine.channel_by_name[self.rng.choice(["voice", "voice", "chat", "email"])]
        workflow = max(self.engine.workflows)
        new = NewTask(workflow=workflow, channel=channel, attributes={"team": int(self.rng.random() ** 1.1 * QUEUES)})
        self.host.do(self.workspace, self.engine.create_task, new)

    def step(self) -> None:
        """One task further, from the end of its life to its beginning."""
        do, engine = self.host.do, self.engine
        if len(self.wrapping) > 40:
            do(self.workspace, engine.update_task, self.wrapping.popleft(), TaskChanges(status="completed"))
        if len(self.talking) > self.in_hand:
            task = self.talking.popleft()
            do(self.workspace, engine.update_task, task, TaskChanges(status="wrapping"))
            self.wrapping.append(task)
        if self.offered:
            task, reservation = self.offered.popleft()
            try:
                do(self.workspace, engine.accept, reservation)
                self.talking.append(task)
            except RoutingError:
                pass  # it has run out meanwhile
        if self.rng.random() < 0.2:
            worker = self.rng.choice(list(engine.workers))
            activity = self.activities[self.rng.choice(["Available", "Available", "Break"])]
            do(self.workspace, engine.update_worker, worker, WorkerChanges(activity=activity))
        self.arrive()

    def tick(self) -> None:
        self.due += self.per_tick
        while self.due >= 1.0:
            self.due -= 1.0
            self.step()

    async def work(self) -> None:
        loop = asyncio.get_running_loop()
        moment = loop.time()
        while True:
            self.tick()
            moment += TICK
            await asyncio.sleep(max(0.0, moment - loop.time()))


async def main(agents: int, tasks_per_second: float) -> None:
    async with LocalTaskRouter() as router:
        busy = Busy(router, agents, tasks_per_second)
        while len(busy.talking) < busy.in_hand:
            for _ in range(50):
                busy.step()
            await asyncio.sleep(0)
        print(router.base_url, flush=True)
        working = asyncio.create_task(busy.work())
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        working.cancel()


if __name__ == "__main__":
    with collecting_seldom():  # as flexsim taskrouter does
        asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
