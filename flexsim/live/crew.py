"""Performs what the agents decide: keeps their reminders on the clock and carries their actions to the TaskRouter.

Everything here runs on one event loop. What one agent does is done in order, one request after the other; agents do not
wait for each other. An action that fails for good is counted and forgotten: the next sweep (``live.recovery``) finds
what it left behind.
"""

import asyncio
import dataclasses
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from flexsim.clock import Clock, Waking
from flexsim.errors import TargetError, TargetRefused
from flexsim.live.counts import AgentCounts
from flexsim.live.losses import Losses
from flexsim.people.actions import Accept, AgentAction, ChangeActivity, Complete, Remind, WrapUp
from flexsim.people.agent import OFFLINE, Agent
from flexsim.people.contact import merged
from flexsim.people.events import Accepted, AgentEvent, Ended, Key, Offered, Work
from flexsim.taskrouter.port import Task, TaskChanges, TaskRouter, WorkerChanges

IN_HANDS: Final = frozenset({"assigned", "wrapping"})  # a task's statuses while an agent has it


@dataclass(slots=True, kw_only=True, eq=False)
class Member:
    """One of our workers: its agent, and the activity that TaskRouter showed last (SID)."""

    sid: str
    name: str
    agent: Agent
    shown: str
    changed: float = -math.inf  # when we last asked for another
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(slots=True, kw_only=True, eq=False)
class Job:
    """A reservation in our hands. ``age`` is the task's, in seconds, at the moment ``since``."""

    member: Member
    work: Work
    values: Mapping[str, Any]
    age: float
    since: float
    attributes: Mapping[str, Any] | None = None  # the task's, once we have seen them after acceptance


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where the crew works: the TaskRouter, its activities (SID by name), and what time it is there."""

    port: TaskRouter
    clock: Clock
    activities: Mapping[str, str]


class Crew:
    """All agents of one simulator, by worker SID (``members``), and what they have in hand, by reservation SID (``jobs``)."""

    def __init__(self, site: Site, counts: AgentCounts, losses: Losses) -> None:
        self.members: dict[str, Member] = {}
        self.jobs: dict[str, Job] = {}
        self._by_task: dict[Key, Job] = {}
        self._site = site
        self._counts = counts
        self._losses = losses
        self._reminders: dict[Waking, None] = {}
        self._running: set[asyncio.Task[None]] = set()

    # Told from outside

    def take(self, job: Job) -> bool:
        """A reservation is offered. True: whoever told us is to accept it for us; False: it is not to be answered."""
        if job.work.reservation in self.jobs:
            return False
        actions = self._offer(job)
        if actions and actions[0].delay <= 0:
            self._accepted(job, job.since)
            return True
        self._schedule(job.member, job.since, actions)
        return False

    def accept_later(self, job: Job) -> None:
        """A reservation is found that nobody will answer for us: accept it by request, when the agent says so."""
        self._schedule(job.member, job.since, self._offer(job))

    def resume(self, job: Job, accepted: Accepted) -> None:
        """A task is found in the hands of an agent who does not know of it."""
        self._hold(job)
        self.tell(job.member, accepted)

    def tell(self, member: Member, event: AgentEvent) -> None:
        """Hand the agent an event and see to what it decides."""
        self._schedule(member, event.at, member.agent.on_event(event))

    def drop(self, job: Job) -> bool:
        """The job is over, however it ended; False if that was known already."""
        if self.jobs.pop(str(job.work.reservation), None) is None:
            return False
        if self._by_task.get(job.work.task) is job:
            del self._by_task[job.work.task]
        self.tell(job.member, Ended(at=self._site.clock.now(), work=job.work))
        return True

    def _hold(self, job: Job) -> None:
        stale = self._by_task.get(job.work.task)
        if stale is not None:
            # Our answer came too late for that offer, and TaskRouter has gone on to the next agent. Who completes a task
            # completes it whoever has it, so the first must not.
            self._counts.already_over += 1
            self.drop(stale)
        self.jobs[str(job.work.reservation)] = self._by_task[job.work.task] = job

    def _offer(self, job: Job) -> Sequence[AgentAction]:
        self._hold(job)
        self._counts.offered += 1
        return job.member.agent.on_event(Offered(at=job.since, work=job.work))

    def _accepted(self, job: Job, at: float) -> None:
        """TaskRouter has given the task to the agent, at ``at``."""
        self._counts.accepted += 1
        waited = max(0.0, job.age + at - job.since)
        self.tell(job.member, Accepted(at=at, work=job.work, waited=waited, values=job.values))

    def perform(self, member: Member, actions: Iterable[AgentAction]) -> None:
        """Do these now, one after the other, after what this agent is doing already."""
        task = asyncio.get_running_loop().create_task(self._perform(member, list(actions)))
        self._running.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: "asyncio.Task[None]") -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error  # a fault of ours: the loop's exception handler shows it

    async def settled(self) -> None:
        """Return once all requests under way are done."""
        while self._running:
            await asyncio.wait(self._running)

    async def stand_down(self, patience: float) -> None:
        """Forget all reminders; give requests under way ``patience`` real seconds, then give them up."""
        for waking in self._reminders:
            waking.cancel()
        self._reminders.clear()
        if not self._running:
            return
        _, late = await asyncio.wait(self._running, timeout=patience)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def log_out(self) -> int:
        """Put everybody into Offline; how many are left because the TaskRouter cannot be reached."""
        here = [member for member in self.members.values() if member.shown != self._site.activities[OFFLINE]]
        # One first: where nobody answers, each of hundreds would wait for as long as the transport is patient.
        for together in (here[:1], here[1:]):
            moved = await asyncio.gather(*(self.move(member, OFFLINE, reject_pending=True) for member in together))
            if not all(moved):
                break
        return sum(member.shown != self._site.activities[OFFLINE] for member in here)

    async def move(self, member: Member, activity: str, *, reject_pending: bool = False) -> bool:
        """Put the worker into the activity of this name, unless it is shown in it already; whether it is in it now."""
        sid = self._site.activities[activity]
        if member.shown == sid:
            return True
        changes = WorkerChanges(activity_sid=sid, reject_pending=reject_pending)
        try:
            await self._site.port.update_worker(member.sid, changes)
        except TargetError as error:
            self._losses.note(f"moving {member.name} to {activity}", error)
            return False
        self._losses.answered()
        member.shown, member.changed = sid, self._site.clock.now()
        self._counts.activity_changes += 1
        return True

    # The clock

    def _schedule(self, member: Member, at: float, actions: Iterable[AgentAction]) -> None:
        by_moment: dict[float, list[AgentAction]] = {}
        for action in actions:
            by_moment.setdefault(at + action.delay, []).append(action)
        for moment, together in by_moment.items():
            if moment <= self._site.clock.now():
                self._due(member, together)
            else:
                self._remember(member, moment, together)

    def _remember(self, member: Member, moment: float, actions: list[AgentAction]) -> None:
        def wake() -> None:
            self._reminders.pop(waking, None)
            self._due(member, actions)

        waking = self._site.clock.call_at(moment, wake)
        self._reminders[waking] = None

    def _due(self, member: Member, actions: list[AgentAction]) -> None:
        requests = [action for action in actions if not isinstance(action, Remind)]
        if requests:
            self.perform(member, requests)
        for action in actions:
            if isinstance(action, Remind):
                self.tell(member, dataclasses.replace(action.event, at=self._site.clock.now()))

    # The TaskRouter

    async def _perform(self, member: Member, actions: list[AgentAction]) -> None:
        async with member.turn:
            for action in actions:
                match action:
                    case ChangeActivity():
                        await self.move(member, action.activity)
                    case Accept():
                        await self._accept(action)
                    case WrapUp():
                        await self._wrap_up(action)
                    case Complete():
                        await self._complete(action)
                    case Remind():
                        raise AssertionError("reminders are no requests")

    async def _accept(self, action: Accept) -> None:
        job = self.jobs.get(str(action.work.reservation))
        if job is None:
            return
        try:
            await self._site.port.update_reservation(str(action.work.task), str(action.work.reservation), "accepted")
        except TargetError as error:
            self._failed(job, "accepting a task", error)
            return
        self._losses.answered()
        self._accepted(job, self._site.clock.now())

    async def _wrap_up(self, action: WrapUp) -> None:
        job = self.jobs.get(str(action.work.reservation))
        if job is None:
            return
        try:
            task = await self._update(job, TaskChanges(status="wrapping", reason=action.reason))
        except TargetRefused as error:
            # The wish may be fulfilled already, by a try whose answer was lost: only the task itself can tell.
            if not is_over(error) or await self._present(job) is None:
                self._failed(job, "wrapping up a task", error)
            return
        except TargetError as error:
            self._losses.note("wrapping up a task", error)  # completing it does not need it wrapped up
            return
        self._counts.wrapped_up += 1
        job.attributes = task.attributes

    async def _complete(self, action: Complete) -> None:
        job = self.jobs.get(str(action.work.reservation))
        if job is None:
            return
        try:
            base = job.attributes or (await self._site.port.task(str(job.work.task))).attributes
            whole = merged(base, action.attributes)
            await self._update(job, TaskChanges(status="completed", reason=action.reason, attributes=whole))
        except TargetError as error:
            await self._not_completed(job, action, error)
            return
        self._completed(job)

    async def _not_completed(self, job: Job, action: Complete, error: TargetError) -> None:
        """Refused although the task is still ours: its attributes may be the reason (too long, say); go without."""
        if isinstance(error, TargetRefused) and is_over(error) and await self._present(job) is not None:
            self._losses.note("completing a task with its attributes", error)
            try:
                await self._update(job, TaskChanges(status="completed", reason=action.reason))
            except TargetError as again:
                self._failed(job, "completing a task", again)
                return
            self._completed(job)
            return
        self._failed(job, "completing a task", error)

    async def _update(self, job: Job, changes: TaskChanges) -> Task:
        task = await self._site.port.update_task(str(job.work.task), changes)
        self._losses.answered()
        return task

    async def _present(self, job: Job) -> Task | None:
        """The task if it is still in an agent's hands; None if it is over or cannot be had."""
        try:
            task = await self._site.port.task(str(job.work.task))
        except TargetError:
            return None
        job.attributes = task.attributes
        return task if task.status in IN_HANDS else None

    def _completed(self, job: Job) -> None:
        self._counts.completed += 1
        self.drop(job)

    def _failed(self, job: Job, what: str, error: TargetError) -> None:
        if is_over(error):
            self._counts.already_over += 1
        else:
            self._losses.note(what, error)
        self.drop(job)


def is_over(error: TargetError) -> bool:
    """Whether TaskRouter says that the thing is done or gone: 20001 in the wrong state, 20404 purged, 410 rescinded.

    Twilio's own Flex template takes the first two for success when it completes a task (reference/taskrouter.md §1.8).
    """
    return isinstance(error, TargetRefused) and (error.code in {20001, 20404} or error.status in {404, 410})
