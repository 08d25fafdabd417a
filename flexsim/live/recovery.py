"""Compares what the TaskRouter shows with what the crew believes, and puts the difference right.

Done once at the start, so that a simulator that was killed goes on where it stopped, and every minute afterwards, so
that what a bad moment has lost (an offer, a completion, a change of activity) is found again.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

from flexsim.domain.model import Domain
from flexsim.live.counts import AgentCounts
from flexsim.live.crew import Crew, Job, Member, Site
from flexsim.people.contact import CONTACT, is_ours, known_values
from flexsim.people.events import Accepted, MovedAway, Work
from flexsim.taskrouter.expressions import quoted
from flexsim.taskrouter.port import Reservation, Task, Worker

OPEN: Final = ("reserved", "assigned", "wrapping")
_UNDER_WAY: Final = frozenset({"pending", "accepted", "wrapping"})
_SETTLING: Final = 10.0  # seconds in which an offer may still be on its way to us, or our answer to it


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """Looks after one crew."""

    site: Site
    domain: Domain
    crew: Crew
    counts: AgentCounts

    async def find_workers(self) -> list[Worker]:
        """Our workers, in the order of their names."""
        found = [worker for worker in await self.site.port.workers() if is_ours(self.domain, worker.attributes)]
        return sorted(found, key=lambda worker: worker.name)

    def compare_activities(self, workers: list[Worker], since: float) -> None:
        """Tell agents that are not shown where they mean to be. The list of workers was asked for at ``since``."""
        for worker in workers:
            member = self.crew.members.get(worker.sid)
            # An agent that has something under way is about to change what the list says.
            if member is None or member.turn.locked() or member.changed > since:
                continue
            member.shown = worker.activity_sid
            if member.shown != self.site.activities[member.agent.activity]:
                self.crew.tell(member, MovedAway(at=self.site.clock.now()))

    async def compare_work(self) -> None:
        """Pick up what our workers have and nobody sees to; let go of what we believe to have and is over."""
        since = self.site.clock.now()
        in_hand = {job.work.task: job for job in self.crew.jobs.values()}
        ours = f"flexsim == {quoted(self.domain.brand)}"
        tasks = await self.site.port.tasks(matching=ours, statuses=OPEN)
        shown = {task.sid for task in tasks}
        for sid, job in in_hand.items():
            # An agent in the middle of a request may be completing the very task.
            settled = job.since < since - _SETTLING and not job.member.turn.locked()
            if sid not in shown and settled and self.crew.drop(job):
                self.counts.already_over += 1
        unattended = [task for task in tasks if task.sid not in in_hand]
        await asyncio.gather(*(self._pick_up(task) for task in unattended))

    async def _pick_up(self, task: Task) -> None:
        seen = self.site.clock.now()
        for reservation in await self.site.port.task_reservations(task.sid):
            member = self.crew.members.get(reservation.worker_sid)
            busy = reservation.sid in self.crew.jobs  # the callback may have been quicker
            if member is not None and not busy and reservation.status in _UNDER_WAY:
                self._resume(member, task, reservation, seen)

    def _resume(self, member: Member, task: Task, reservation: Reservation, seen: float) -> None:
        if reservation.status == "pending" and reservation.updated > seen - _SETTLING:
            return
        self.counts.found_under_way += 1
        contact = str(task.attributes.get(CONTACT, task.sid))
        work = Work(reservation=reservation.sid, task=task.sid, contact=contact)
        values = known_values(self.domain, task.attributes)
        job = Job(member=member, work=work, values=values, age=task.age, since=seen)
        if reservation.status == "pending":
            # Its callback never reached us, so nobody else answers for it.
            self.crew.accept_later(job)
            return
        since = min(seen, reservation.updated)
        waited = max(0.0, task.age - (seen - since))
        self.crew.resume(
            job, Accepted(at=since, work=work, waited=waited, values=values, wrapping=reservation.status == "wrapping")
        )
