"""agentsim as a library: logs our workers in, answers for them, and logs them out again.

::

    async with AgentSimulator(router, clock, configuration, randomness, options) as agents:
        ...                                  # agents work for as long as this lasts
        await agents.until_idle(seconds)     # if wanted: let them finish what they have
    print(agents.counts)
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self

from flexsim.clock import Clock, sleep_until
from flexsim.configuration.records import Configuration
from flexsim.errors import ConfigurationError, TargetError
from flexsim.live.callback import PATH, Offer, Signature, create_app
from flexsim.live.counts import AgentCounts
from flexsim.live.crew import Crew, Job, Member, Site
from flexsim.live.losses import Losses, Report, silent
from flexsim.live.recovery import Recovery
from flexsim.live.server import CallbackServer
from flexsim.people.agent import OFFLINE, Agent, Floor
from flexsim.people.contact import CONTACT, is_ours, known_values
from flexsim.people.events import CameIn, Work
from flexsim.people.mixture import Activities
from flexsim.people.shifts import assign_shifts
from flexsim.randomness import Randomness
from flexsim.sockets import address
from flexsim.taskrouter.port import TaskRouter, Worker, WorkflowChanges

ANSWER_WITHIN: Final = 4.0  # real seconds; TaskRouter gives up after 5 ("Handling Assignment Callbacks")
_CLOSING: Final = 10.0  # real seconds for requests under way when we stop


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentOptions:
    """How agentsim runs.

    ``public_url`` is the whole address, path included, at which the TaskRouter reaches us: the workflow is told to call it.
    ``announce`` tells it the address we listen on, which is right for a TaskRouter on this machine. With neither, the
    workflow is left as it is.
    Every ``sweep_every`` simulated seconds what was missed is looked for.
    ``validate`` None checks signatures when address and ``auth_token`` are known. ``report`` gets lines for people.
    """

    host: str = "127.0.0.1"
    port: int = 0
    public_url: str | None = None
    announce: bool = False
    warm: bool = False
    sweep_every: float = 60.0
    validate: bool | None = None
    auth_token: str | None = field(default=None, repr=False)
    report: Report = silent


class AgentSimulator:
    """All agents of one configuration. ``clock`` must tell the TaskRouter's time (``live.pace`` finds a local one's)."""

    def __init__(
        self,
        port: TaskRouter,
        clock: Clock,
        configuration: Configuration,
        randomness: Randomness,
        options: AgentOptions | None = None,
    ) -> None:
        self.options = options or AgentOptions()
        self.counts = AgentCounts()
        self.losses = Losses(self.options.report)
        self._port = port
        self._clock = clock
        self._configuration = configuration
        self._domain = configuration.domain
        self._floor = Floor.of(configuration.domain, randomness)
        self._activities: dict[str, str] = {}  # SID by name, once they have been read
        site = Site(port=port, clock=clock, activities=self._activities)
        self._crew = Crew(site, self.counts, self.losses)
        self._recovery = Recovery(site=site, domain=self._domain, crew=self._crew, counts=self.counts)
        self._signature: Signature | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._sweeping: asyncio.Task[None] | None = None
        self._open = False  # takes what is offered
        self._logged_in = False
        app = create_app(self, lambda: self._signature)
        self._server = CallbackServer(app, host=self.options.host, port=self.options.port)

    # Life

    async def start(self) -> None:
        """Listen, check the workspace, go on with what a predecessor left, and log everybody in.

        Raises ConfigurationError when the workspace is not what the configuration says, TargetError when it is not there.
        """
        self._loop = asyncio.get_running_loop()
        self._activities.update(await self._find_activities())
        workers = await self._recovery.find_workers()
        if not workers:
            raise ConfigurationError(f"no workers of {self._domain.brand} in the workspace; run flexsim deploy first")
        self._server.start()
        await self._know_address()
        hired = self._hire(workers)
        # From here on, for a predecessor that was killed may have left agents available.
        self._open = True
        await self._recovery.compare_work()
        self._log_in(hired)
        await self._crew.settled()
        self._logged_in = True
        self._sweeping = self._loop.create_task(self._sweep_forever())

    async def stop(self) -> None:
        """Take nothing more on and log everybody out; what is in hand stays where it is, for the next start."""
        self._open = self._logged_in = False
        if self._sweeping is not None:
            self._sweeping.cancel()
            await asyncio.gather(self._sweeping, return_exceptions=True)
            self._sweeping = None
        await self._crew.stand_down(_CLOSING)
        if left := await self._crew.log_out():
            self.options.report(f"{left} agents could not be logged out; cleansim logs them out once it can")
        await asyncio.to_thread(self._server.stop)

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def until_idle(self, seconds: float) -> bool:
        """Wait until nobody has anything in hand, for at most so many simulated seconds; whether that came about."""
        deadline = self._clock.now() + seconds
        while self.in_hand:
            if self._clock.now() >= deadline:
                return False
            await sleep_until(self._clock, min(deadline, self._clock.now() + 1.0))
        return True

    # What can be seen

    @property
    def address(self) -> str:
        """Where the callback can be reached on this machine, known once started."""
        return f"http://{address(self._server.host, self._server.port)}"

    @property
    def in_hand(self) -> int:
        """How many reservations the agents have."""
        return len(self._crew.jobs)

    @property
    def hired(self) -> int:
        """How many agents there are; none until the workspace has been found to be in order."""
        return len(self._crew.members)

    def agents_by_activity(self) -> dict[str, int]:
        """How many agents mean to be in each activity, in the order of the domain."""
        activities = dict.fromkeys((*self._floor.activities.names, OFFLINE), 0)
        for member in list(self._crew.members.values()):
            activities[member.agent.activity] += 1
        return activities

    # The callback's desk (called from the HTTP server's threads)

    def take(self, offer: Offer) -> bool:
        """Whether to accept right now; a loop that is too busy to say so in time leaves it to the next sweep."""
        assert self._loop is not None, "the callback listens before the simulator has started"
        answer = asyncio.run_coroutine_threadsafe(self._take(offer), self._loop)
        try:
            return answer.result(ANSWER_WITHIN)
        except TimeoutError:
            # When the answer came at the last moment the agent counts on it.
            return not answer.cancel() and answer.result()

    def complain(self, what: str) -> None:
        if what == "signature":
            self.counts.bad_signature += 1
        else:
            self.counts.garbage += 1

    def health(self) -> Mapping[str, Any]:
        status = "ok" if self._logged_in else "not ready"
        return {"status": status, "agents": self.hired, "in_hand": self.in_hand}

    def metrics(self) -> Mapping[str, float]:
        counters: dict[str, float] = {
            f"flexsim_agentsim_{name}_total": value for name, value in self.summary().items() if name != "in_hand"
        }
        gauges = {"flexsim_agentsim_in_hand": self.in_hand, "flexsim_agentsim_agents": self.hired}
        return {**counters, **gauges}

    def summary(self) -> dict[str, int]:
        """All counts by name, ``lost`` actions included."""
        return {**self.counts.as_dict(), "lost": self.losses.count, "in_hand": self.in_hand}

    async def _take(self, offer: Offer) -> bool:
        member = self._crew.members.get(offer.worker)
        if member is None or not is_ours(self._domain, offer.attributes):
            self.counts.not_ours += 1
            return False
        if not self._open:  # about to stop, or not there yet: a sweep, or the next start, sees to it
            return False
        contact = str(offer.attributes.get(CONTACT, offer.task))
        job = Job(
            member=member,
            work=Work(reservation=offer.reservation, task=offer.task, contact=contact),
            values=known_values(self._domain, offer.attributes),
            age=offer.age,
            since=self._clock.now(),
        )
        return self._crew.take(job)

    # Starting

    async def _find_activities(self) -> dict[str, str]:
        """SID by name; all that agents may choose must be there."""
        present = {activity.name: activity.sid for activity in await self._port.activities()}
        wanted = (*Activities(self._domain).names, OFFLINE)
        missing = [name for name in dict.fromkeys(wanted) if name not in present]
        if missing:
            raise ConfigurationError(
                f"the workspace has no activity {', '.join(missing)}; create it (Flex: Admin, Activities) or take it out of"
                " the dimension activity in domain.json"
            )
        return present

    async def _know_address(self) -> None:
        """Tell the workflow where we are, if we were told; find out what the TaskRouter signs for."""
        name = self._configuration.workflow.name
        workflow = next((each for each in await self._port.workflows() if each.name == name), None)
        if workflow is None:
            raise ConfigurationError(f"no workflow {name} in the workspace; run flexsim deploy first")
        url = self.options.public_url or (self.address + PATH if self.options.announce else None)
        if url is not None and url != workflow.assignment_url:
            workflow = await self._port.update_workflow(workflow.sid, WorkflowChanges(assignment_url=url))
            self.options.report(f"{name} calls {url} from now on")
        if not workflow.assignment_url:
            self.options.report(
                f"{name} has no assignment callback address, so tasks are found only by looking now and then;"
                " give --public-url, or run flexsim deploy with --assign-url"
            )
        self._signature = self._expected_signature(workflow.assignment_url)

    def _expected_signature(self, address: str | None) -> Signature | None:
        known = bool(address and self.options.auth_token)
        if self.options.validate and not known:
            raise ConfigurationError(
                "signatures cannot be checked without the auth token and the address that the workflow calls;"
                " give --public-url, or --no-validate-signature"
            )
        if self.options.validate is False or not address or not self.options.auth_token:
            return None
        return Signature(address=address, token=self.options.auth_token)

    def _hire(self, workers: list[Worker]) -> list[Member]:
        """Make agents for workers that have none yet; they still have to be told to come in."""
        shifts = assign_shifts(self._domain.agents, [worker.name for worker in workers])
        hired: list[Member] = []
        for worker in workers:
            if worker.sid not in self._crew.members:
                agent = Agent(worker.name, self._floor, shift=shifts[worker.name])
                member = Member(sid=worker.sid, name=worker.name, agent=agent, shown=worker.activity_sid)
                self._crew.members[worker.sid] = member
                hired.append(member)
        return hired

    def _log_in(self, members: list[Member]) -> None:
        now = self._clock.now()
        for member in members:
            self._crew.tell(member, CameIn(at=now, warm=self.options.warm))

    # Every minute

    async def _sweep_forever(self) -> None:
        while True:
            await sleep_until(self._clock, self._clock.now() + self.options.sweep_every)
            try:
                await self.sweep()
            except TargetError as error:
                self.losses.note("looking for what was missed", error)

    async def sweep(self) -> None:
        """Put right whatever differs between the TaskRouter and us; raises TargetError."""
        since = self._clock.now()
        workers = await self._recovery.find_workers()
        self._dismiss({worker.sid for worker in workers})
        hired = self._hire(workers)
        self._recovery.compare_activities(workers, since)
        self._log_in(hired)
        await self._recovery.compare_work()
        self.losses.answered()

    def _dismiss(self, present: set[str]) -> None:
        """Forget workers that have been deleted."""
        for sid in [sid for sid in self._crew.members if sid not in present]:
            del self._crew.members[sid]
