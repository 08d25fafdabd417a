"""Whatever is asked, in whatever order, over HTTP or in process: the states are those of the plainest model."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from flexsim.clock import ManualClock
from flexsim.deployment.client import connect
from flexsim.emulator.server import LocalTaskRouter
from flexsim.errors import TargetRefused
from flexsim.taskrouter.port import NewTask, TaskChanges, WorkerChanges, WorkflowChanges
from tests.conformance.conftest import credentials_of, in_process
from tests.conformance.model import Model, Refused

SKILLS = ("sales", "service")
WORKERS = (("ann", {"sales"}, 1), ("bob", {"sales", "service"}, 2), ("cid", {"service"}, 1))
CHANNEL = "chat"

picks = st.integers(0, 30)
skills, priorities = st.sampled_from(SKILLS), st.integers(0, 2)
OPERATIONS = st.one_of(
    st.tuples(st.just("arrive"), skills, priorities),
    st.tuples(st.just("arrive"), skills, priorities),
    st.tuples(st.just("answer"), picks, st.sampled_from(["accepted", "rejected", "wrapping", "completed"])),
    st.tuples(st.just("answer"), picks, st.sampled_from(["accepted", "rejected", "wrapping", "completed"])),
    st.tuples(st.just("move"), picks, st.sampled_from(["canceled", "wrapping", "completed"])),
    st.tuples(st.just("delete"), picks),
    st.tuples(st.just("go"), picks, st.sampled_from(["Available", "Available", "Break", "Offline"]), st.booleans()),
    st.tuples(st.just("resize"), picks, st.integers(0, 2)),
    st.tuples(st.just("wait"), st.sampled_from([1, 60, 119, 120, 301])),
)


class Twin:
    """A TaskRouter and the model, given the same inputs."""

    def __init__(self, router, clock):
        self.router = router
        self.clock = clock
        self.model = Model(WORKERS)
        self.sids = []  # of the tasks, in the order of creation

    async def furnish(self):
        router = self.router
        queues = {
            skill: (await router.create_task_queue(skill, target_workers=f"skills HAS '{skill}'")).sid
            for skill in SKILLS
        }
        filters = [{"expression": f"skill == '{skill}'", "targets": [{"queue": queues[skill]}]} for skill in SKILLS]
        changes = WorkflowChanges(configuration={"task_routing": {"filters": filters}})
        self.workflow = (await router.create_workflow("model", changes)).sid
        self.activities = {each.name: each.sid for each in await router.activities()}
        self.workers = []
        for name, held, capacity in WORKERS:
            worker = await router.create_worker(name, attributes={"skills": sorted(held)})
            await router.set_capacity(worker.sid, CHANNEL, capacity)
            self.workers.append(worker.sid)

    async def do(self, operation):
        """Both do it, or both refuse it with the same status."""
        name, *arguments = operation
        wanted, meant = await getattr(self, name)(*arguments)
        try:
            meant()
            refused = None
        except Refused as error:
            (refused,) = error.args
        try:
            await wanted
        except TargetRefused as error:
            assert error.status == refused, f"{operation}: {error}; the model says {refused}"
            assert error.code == {400: 20001, 404: 20404}[refused]
        else:
            assert refused is None, f"{operation}: done, but the model refuses with {refused}"

    # --- what each operation asks of the port, and of the model ---

    async def arrive(self, skill, priority):
        async def create():
            new = NewTask(workflow_sid=self.workflow, channel=CHANNEL, attributes={"skill": skill}, priority=priority)
            self.sids.append((await self.router.create_task(new)).sid)

        return create(), lambda: self.model.arrive(skill, priority)

    async def answer(self, pick, status):
        """Any reservation there has been of any task that there is."""
        self.model.forget()
        found = [(number, place) for number, task in self.model.tasks.items() for place in range(len(task.offers))]
        if not found:
            return nothing(), lambda: None
        number, place = found[-1 - pick % len(found)]
        reservations = await self.router.task_reservations(self.sids[number])
        ask = self.router.update_reservation(self.sids[number], reservations[place].sid, status)
        return ask, lambda: self.model.answer(number, place, status)

    async def move(self, pick, status):
        if not self.sids:
            return nothing(), lambda: None
        number = len(self.sids) - 1 - pick % len(self.sids)
        ask = self.router.update_task(self.sids[number], TaskChanges(status=status, reason="moved"))
        return ask, lambda: self.model.move(number, status)

    async def delete(self, pick):
        if not self.sids:
            return nothing(), lambda: None
        number = len(self.sids) - 1 - pick % len(self.sids)
        return self.router.delete_task(self.sids[number]), lambda: self.model.delete(number)

    async def go(self, pick, activity, reject):
        place = pick % len(self.workers)
        changes = WorkerChanges(activity_sid=self.activities[activity], reject_pending=reject)
        ask = self.router.update_worker(self.workers[place], changes)
        return ask, lambda: self.model.go(place, activity, reject=reject)

    async def resize(self, pick, capacity):
        place = pick % len(self.workers)
        ask = self.router.set_capacity(self.workers[place], CHANNEL, capacity)
        return ask, lambda: self.model.resize(place, capacity)

    async def wait(self, seconds):
        async def pass_time():
            self.clock.advance(seconds)

        return pass_time(), lambda: self.model.wait(seconds)

    # --- whether they agree ---

    async def agree(self):
        self.model.forget()
        names = dict(zip(self.workers, (name for name, _, _ in WORKERS), strict=True))
        seen = {
            self.sids.index(task.sid): (
                task.status, task.priority, task.queue,
                [(names[each.worker_sid], each.status) for each in await self.router.task_reservations(task.sid)],
            )
            for task in await self.router.tasks()
        }  # fmt: skip
        meant = {
            number: (task.status, task.priority, task.skill, [(each.worker.name, each.status) for each in task.offers])
            for number, task in self.model.tasks.items()
        }
        assert seen == meant
        available = {names[each.sid]: each.available for each in await self.router.workers()}
        assert available == {each.name: each.activity == "Available" for each in self.model.workers}


async def nothing():
    """There is nothing to do it to."""


@asynccontextmanager
async def over_http(clock):
    async with LocalTaskRouter(clock=clock) as server, connect(credentials_of(server)) as router:
        yield router


@asynccontextmanager
async def without_http(clock):
    yield in_process(clock)


async def tell(opened, story):
    """Tell the same story to both, and compare them after every step."""
    clock = ManualClock()
    async with opened(clock) as router:
        twin = Twin(router, clock)
        await twin.furnish()
        for step in story:
            await twin.do(step)
            await twin.agree()


@pytest.mark.parametrize(
    ("opened", "stories", "length"),
    [pytest.param(without_http, 300, 60, id="engine"), pytest.param(over_http, 8, 40, id="http")],
)
def test_the_states_are_those_of_the_model_after_every_step(opened, stories, length):
    @settings(
        max_examples=stories, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None,
        phases=[Phase.generate, Phase.shrink],
    )  # fmt: skip
    @given(story=st.lists(OPERATIONS, min_size=length // 2, max_size=length))
    def any_story(story):
        # Everybody comes to work first; otherwise most stories are of people who wait.
        opening = [("go", place, "Available", False) for place in range(len(WORKERS))]
        asyncio.run(tell(opened, opening + story))

    any_story()
