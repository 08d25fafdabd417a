"""Mirrors a TaskRouter's workers as agents on sockets: what they do there is what the swarm's agents do here."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final

from flexsim.errors import TargetError
from flexsim.load.machine import State
from flexsim.load.profiles import Profile
from flexsim.load.swarm import Swarm
from flexsim.people.contact import CONTACT
from flexsim.taskrouter.port import Task, TaskRouter, Worker

_log = logging.getLogger(__name__)
_LOOK_EVERY: Final = 1.0  # seconds
_TAKEN: Final = frozenset({"accepted", "wrapping"})  # reservations of the worker who has the task
_NAMED: Final = {"break": State.BREAK, "lunch": State.LUNCH, "training": State.TRAINING, "meeting": State.MEETING}


def profiles_of(workers: Sequence[Worker]) -> list[Profile]:
    """Agents for these workers, by name; the department is the first skill, as its queues ask for skills."""
    ordered = sorted(workers, key=lambda each: each.name)
    return [_profile(number, each) for number, each in enumerate(ordered)]


def _profile(number: int, worker: Worker) -> Profile:
    attributes = worker.attributes
    skills = _skills(attributes)
    department = str(attributes.get("department") or (skills[0] if skills else "none"))
    return Profile(
        number=number,
        agent_id=worker.name,
        department=department,
        location=str(attributes.get("location") or "remote"),
        team=str(attributes.get("team") or f"{department}-Team-1"),
        skills=skills,
        locale="en-us",
    )


def _skills(attributes: Mapping[str, Any]) -> tuple[str, ...]:
    routing = attributes.get("routing")
    found = routing.get("skills") if isinstance(routing, dict) else None
    return tuple(map(str, found)) if isinstance(found, list) else ()


class Mirror:
    """Keeps a swarm's agents, which are those of ``profiles_of``, in the states of a TaskRouter's workers."""

    def __init__(self, router: TaskRouter, swarm: Swarm) -> None:
        self._router = router
        self._swarm = swarm
        self._places = {each.agent_id: place for place, each in enumerate(swarm.profiles)}
        self._activities: dict[str, str] = {}
        self._owners: dict[str, str] = {}  # worker by task

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Mirror while inside; a look that fails is logged, and the next one is tried all the same."""
        looking = asyncio.create_task(self._keep_looking())
        try:
            yield
        finally:
            looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await looking

    async def _keep_looking(self) -> None:
        while True:
            try:
                await self.look()
            except TargetError as error:
                _log.warning("the workers could not be looked at: %s", error)
            await asyncio.sleep(_LOOK_EVERY)

    async def look(self) -> None:
        """Bring all agents into the present states; raises TargetError."""
        if not self._activities:
            self._activities = {each.sid: each.name.lower() for each in await self._router.activities()}
        workers = await self._router.workers()
        busy = await self._busy()
        for worker in workers:
            place = self._places.get(worker.name)
            if place is None:
                continue  # come since the beginning
            task = busy.get(worker.sid)
            if task is None:
                self._swarm.mirror(place, self._idle(worker), None)
            elif task.status == "wrapping":
                self._swarm.mirror(place, State.AFTER_CALL_WORK, None)
            else:
                self._swarm.mirror(place, State.ON_CALL, str(task.attributes.get(CONTACT) or task.sid))

    async def _busy(self) -> dict[str, Task]:
        """The task of each worker who has one; of several the one that has been there longest, and talking goes first."""
        tasks = await self._router.tasks(statuses=("assigned", "wrapping"))
        known = {each.sid for each in tasks}
        self._owners = {task: worker for task, worker in self._owners.items() if task in known}
        found: dict[str, Task] = {}
        for task in sorted(tasks, key=lambda each: (each.status != "assigned", -each.age, each.sid)):
            worker = self._owners.get(task.sid) or await self._owner(task.sid)
            if worker is not None:
                self._owners[task.sid] = worker
                found.setdefault(worker, task)
        return found

    async def _owner(self, task_sid: str) -> str | None:
        reservations = await self._router.task_reservations(task_sid)
        return next((each.worker_sid for each in reservations if each.status in _TAKEN), None)

    def _idle(self, worker: Worker) -> State:
        if worker.available:
            return State.AVAILABLE
        name = self._activities.get(worker.activity_sid, "")
        if name == "offline":
            return State.OFFLINE
        return next((state for word, state in _NAMED.items() if word in name), State.BUSY)
