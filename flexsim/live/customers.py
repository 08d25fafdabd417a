"""custsim as a library: creates a task for every customer who arrives, and cancels it for those who give up.

Requests overlap, so that arrivals keep their rate however slow the TaskRouter answers; only so many may be outstanding,
and an arrival that has to wait for that is counted as late.
"""

import asyncio
import math
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Final

from flexsim.clock import Clock, sleep_until
from flexsim.configuration.records import Configuration
from flexsim.errors import ConfigurationError, TargetError, TargetUnreachable
from flexsim.live.crew import is_over
from flexsim.live.losses import Losses, Report, silent
from flexsim.people.actions import CancelIfWaiting
from flexsim.people.contact import merged
from flexsim.people.customer import Customers, NewContact
from flexsim.randomness import Randomness
from flexsim.taskrouter.port import NewTask, TaskChanges, TaskRouter

WAITING: Final = frozenset({"pending", "reserved"})
_TRY_AGAIN: Final = 30.0  # simulated seconds until a customer whose giving up failed tries again
_TRIES: Final = 20
_CLOSING: Final = 5.0  # real seconds for requests under way when we stop


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerOptions:
    """How custsim runs: seconds of the simulation, and None for no limit.

    ``rate_per_hour`` takes the place of the domain's arrivals. ``report`` gets lines for people.
    """

    time_limit: float | None = 3600.0
    max_tasks: int | None = None
    rate_per_hour: float | None = None
    max_outstanding: int = 100
    report: Report = silent


@dataclass(slots=True)
class CustomerCounts:
    """What has become of the customers so far. ``arrived`` is the sum of ``failed`` and ``created``."""

    arrived: int = 0
    created: int = 0
    failed: int = 0  # no task: the TaskRouter refused it, or could not be reached
    abandoned: int = 0
    answered: int = 0  # an agent had the task before the customer would have given up
    canceled: int = 0  # by somebody else, before an agent had it
    undecided: int = 0  # created, and still within the customer's patience
    late: int = 0  # arrivals held back because too many requests were outstanding

    def as_dict(self) -> dict[str, int]:
        """The same by name."""
        return asdict(self)


async def run_customers(
    port: TaskRouter,
    clock: Clock,
    configuration: Configuration,
    randomness: Randomness,
    options: CustomerOptions | None = None,
) -> "CustomerSimulator":
    """Let customers arrive until a limit is reached, and return once the patience of the last has run out."""
    simulator = CustomerSimulator(port, clock, configuration, randomness, options)
    await simulator.run()
    return simulator


class CustomerSimulator:
    """``run`` it once; ``counts`` may be read meanwhile. ``clock`` should tell the TaskRouter's time.

    ``begun`` tells whether ``run`` has come past its checks of the workspace.
    """

    def __init__(
        self,
        port: TaskRouter,
        clock: Clock,
        configuration: Configuration,
        randomness: Randomness,
        options: CustomerOptions | None = None,
    ) -> None:
        self.options = options or CustomerOptions()
        self.begun = False
        self.counts = CustomerCounts()
        self.channels: Counter[str] = Counter()  # tasks created, by channel
        self.losses = Losses(self.options.report)
        self._port = port
        self._clock = clock
        self._configuration = configuration
        self._randomness = randomness
        self._slots = asyncio.Semaphore(self.options.max_outstanding)
        self._stopping = asyncio.Event()
        self._paused = False
        self._bursts = 0
        self._welcome: Callable[[NewContact], None] | None = None  # takes one more in, while ``run`` runs

    async def run(self) -> None:
        """Until the last customer has been answered or has given up; raises ConfigurationError or TargetError at the start."""
        workflow_sid = await self._find_workflow()
        self.begun = True
        if self._configuration.domain.real_voice:
            self.options.report(
                "realVoice is set, but no phone calls are placed: voice customers are tasks like the others"
            )
        async with asyncio.TaskGroup() as customers:
            self._welcome = partial(self._take_in, customers, workflow_sid)
            try:
                async for contact in self._arrivals():
                    customers.create_task(self._customer(workflow_sid, contact))
            finally:
                self._welcome = None

    def stop_arrivals(self) -> None:
        """Nobody else arrives; ``run`` ends as soon as those who wait are answered or have given up."""
        self._stopping.set()

    @property
    def paused(self) -> bool:
        """Whether nobody arrives for now."""
        return self._paused

    def pause(self, *, paused: bool) -> None:
        """Nobody arrives until it is taken back: who would have come meanwhile never does."""
        self._paused = paused

    def burst(self, count: int) -> None:
        """So many customers more, now, whoever else arrives; raises ConfigurationError while nobody arrives at all."""
        if self._welcome is None:
            raise ConfigurationError("nobody arrives: custsim does not run, or has come to its end")
        # Their own generators: those who come by themselves are the same with and without a burst.
        self._bursts += 1
        seed = self._randomness.generator("burst", self._bursts).getrandbits(63)
        customers = Customers(self._configuration.domain, Randomness(seed), self._clock.now())
        for _ in range(count):
            self._welcome(customers.next()[1])

    def summary(self) -> dict[str, Any]:
        """All counts by name, and tasks by channel."""
        return {**self.counts.as_dict(), "lost": self.losses.count, "by_channel": dict(sorted(self.channels.items()))}

    async def _find_workflow(self) -> str:
        name = self._configuration.workflow.name
        found = next((each.sid for each in await self._port.workflows() if each.name == name), None)
        if found is None:
            raise ConfigurationError(f"no workflow {name} in the workspace; run flexsim deploy first")
        return found

    async def _arrivals(self) -> AsyncIterator[NewContact]:
        """Each customer when it arrives and may ask for its task."""
        options = self.options
        start = self._clock.now()
        end = math.inf if options.time_limit is None else start + options.time_limit
        customers = Customers(self._configuration.domain, self._randomness, start, rate_per_hour=options.rate_per_hour)
        while options.max_tasks is None or self.counts.arrived < options.max_tasks:
            at, contact = customers.next()
            if math.isinf(min(at, end)):
                return  # nobody will ever come again
            if not await self._wait_until(min(at, end)) or at > end:
                return
            if self._paused:
                continue
            await self._take_slot()
            yield contact

    async def _take_slot(self) -> None:
        if self._slots.locked():
            self.counts.late += 1
        await self._slots.acquire()
        self.counts.arrived += 1

    def _take_in(self, customers: asyncio.TaskGroup, workflow_sid: str, contact: NewContact) -> None:
        customers.create_task(self._unexpected(workflow_sid, contact))

    async def _unexpected(self, workflow_sid: str, contact: NewContact) -> None:
        await self._take_slot()
        await self._customer(workflow_sid, contact)

    async def _wait_until(self, moment: float) -> bool:
        """Whether ``moment`` came before nobody was to arrive any more."""
        if self._clock.now() >= moment:
            # Behind: whoever waited for a turn of a busy loop here would fall further behind with each arrival. The slots
            # see to it that the loop gets its turn.
            return not self._stopping.is_set()
        arrival = asyncio.ensure_future(sleep_until(self._clock, moment))
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait((arrival, stopping), return_when=asyncio.FIRST_COMPLETED)
        finally:
            arrival.cancel()
            stopping.cancel()
        return not self._stopping.is_set()

    async def _customer(self, workflow_sid: str, contact: NewContact) -> None:
        creating = asyncio.ensure_future(self._create(workflow_sid, contact))
        try:
            task_sid = await asyncio.shield(creating)
        except asyncio.CancelledError:
            await self._leave(creating)
            raise
        finally:
            self._slots.release()
        if task_sid is None:
            return
        self.counts.undecided += 1
        await self._give_up(task_sid, contact.giving_up())  # interrupted, the task stays as it is
        self.counts.undecided -= 1

    async def _leave(self, creating: "asyncio.Future[str | None]") -> None:
        """Interrupted with a request under way: hear its answer, for the task that it makes is one that we leave behind."""
        try:
            await asyncio.wait((creating,), timeout=_CLOSING)
        finally:
            creating.cancel()
        if creating.done() and not creating.cancelled() and creating.result() is not None:
            self.counts.undecided += 1

    async def _create(self, workflow_sid: str, contact: NewContact) -> str | None:
        new = NewTask(workflow_sid=workflow_sid, channel=contact.channel, attributes=contact.attributes)
        try:
            task = await self._port.create_task(new)
        except TargetError as error:
            self.counts.failed += 1
            self.losses.note("creating a task", error)
            return None
        self.losses.answered()
        self.counts.created += 1
        self.channels[contact.channel] += 1
        return task.sid

    async def _give_up(self, task_sid: str, giving_up: CancelIfWaiting) -> None:
        moment = self._clock.now() + giving_up.delay
        for _ in range(_TRIES):
            await sleep_until(self._clock, moment)
            try:
                await self._cancel_if_waiting(task_sid, giving_up)
            except TargetUnreachable as error:
                self.losses.note("canceling an abandoned task", error)
                moment = self._clock.now() + _TRY_AGAIN
            except TargetError as error:
                self.losses.note("canceling an abandoned task", error)
                return
            else:
                self.losses.answered()
                return

    async def _cancel_if_waiting(self, task_sid: str, giving_up: CancelIfWaiting) -> None:
        try:
            task = await self._port.task(task_sid)
            if task.status in WAITING:
                attributes = merged(task.attributes, giving_up.attributes)
                changes = TaskChanges(status="canceled", reason=giving_up.reason, attributes=attributes)
                await self._port.update_task(task_sid, changes)
                self.counts.abandoned += 1
                return
            if task.status == "canceled":
                self.counts.canceled += 1
                return
        except TargetError as error:
            # An agent was quicker, or the task is long over and purged.
            if not is_over(error):
                raise
        self.counts.answered += 1
