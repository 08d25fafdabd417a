"""The virtual timeline: one configuration's engine, its agents and its customers, and a list of what is due.

Nothing waits here. Time jumps from one thing that is due to the next, and the same configuration and seed give the same
events to the last byte: in another process, with another hash seed, or held back to the pace of a clock (``pacing``).

What is due at the same moment happens in this order: what the engine is due to do by itself; then in the order in which
things were put on the list. Agents answer an offer, and act on what they decide, in the moment in which they hear of it,
in the order of the events that tell them; what that causes comes before the next thing on the list.

Agents and customers decide in ``flexsim.people``, as they do live; this module only keeps the time and carries their
wishes to the engine.
"""

import heapq
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

from flexsim.configuration.records import Configuration
from flexsim.configuration.workspace import build_workspace, workflow_of
from flexsim.domain.model import Value
from flexsim.errors import RoutingError
from flexsim.fastforward.attributes import reads_personal
from flexsim.ids import Sids
from flexsim.people.actions import AgentAction, ChangeActivity, Remind
from flexsim.people.agent import HANDLED, TALKED, Agent, Floor
from flexsim.people.contact import Talks, merged, seconds
from flexsim.people.customer import ABANDONED, GAVE_UP, Customers
from flexsim.people.events import CameIn, MovedAway, Reminder
from flexsim.people.shifts import WorkingDay, assign_shifts
from flexsim.randomness import Randomness
from flexsim.taskrouter import events as ev
from flexsim.taskrouter import states
from flexsim.taskrouter.engine import Engine
from flexsim.taskrouter.events import Event
from flexsim.taskrouter.inputs import NewTask, TaskChanges, WorkerChanges

Listener: TypeAlias = Callable[[list[Event]], None]

# What is due: the moment, a serial number that breaks ties, the method that does it, and what it is about.
_Entry: TypeAlias = tuple[float, int, Callable[[Any], None], Any]

_WRAP_UP: Final = TaskChanges(status=states.WRAPPING, reason=TALKED)
_IN_HANDS: Final = frozenset({states.ACCEPTED, states.WRAPPING})
_WAITING: Final = frozenset({states.PENDING, states.RESERVED})
_OVER: Final = frozenset(
    {
        ev.RESERVATION_COMPLETED,
        ev.RESERVATION_CANCELED,
        ev.RESERVATION_RESCINDED,
        ev.RESERVATION_REJECTED,
        ev.RESERVATION_TIMEOUT,
    }
)
_TELLING: Final = _OVER | {ev.RESERVATION_CREATED, ev.TASK_CANCELED, ev.WORKER_ACTIVITY_UPDATE}
_CREATED: Final = ev.RESERVATION_CREATED

_push: Final = heapq.heappush


class _Job:
    """A task in an agent's hands: when it will be done with it, and what the task's attributes gain by then."""

    __slots__ = ("agent", "attributes", "done_at", "reservation", "task", "worker")

    task: Any  # ids, which a reservation's event has
    worker: Any
    reservation: Any

    def __init__(self, event: Event, agent: Agent, done_at: float, attributes: Mapping[str, Any]) -> None:
        _, _, self.task, self.worker, self.reservation, _ = event
        self.agent = agent
        self.done_at = done_at
        self.attributes = attributes


class Simulation:
    """One contact centre from ``start`` (UTC seconds) on. Set ``listen``, ``open`` it, and ``run_until`` any moment.

    ``listen`` gets the events of each input of the engine, at once and in order. With ``detailed`` tasks carry all their
    attributes, people's names included, and gain what agents add; without, only what routing can read, which is five times
    as fast and gives the same events. A workflow that reads the rest makes every simulation detailed. ``duties`` says when
    each worker is there, in place of the domain's shifts; ``talks`` how long contacts are talked to, where it knows them.
    """

    def __init__(  # noqa: PLR0913 -- each of the options has a default that will do
        self,
        configuration: Configuration,
        randomness: Randomness,
        start: float,
        *,
        detailed: bool = False,
        duties: Mapping[str, WorkingDay | None] | None = None,
        talks: Talks | None = None,
    ) -> None:
        self.engine: Engine = build_workspace(configuration, Sids(randomness.seed, "workspace"), start)
        self.now = self.start = start
        self.listen: Listener = _nobody
        self.arrived = 0
        self.refused = 0  # customers whose task the engine would not take
        domain = configuration.domain
        self._customers = Customers(domain, randomness, start)
        detailed = detailed or reads_personal(configuration.workflow.configuration, self._customers.personal_names())
        self._detailed = detailed
        self._workflow = workflow_of(self.engine, configuration)
        self._activities = {activity.name: activity.id for activity in self.engine.activities.values()}
        self._agents = _hire(
            configuration, Floor.of(domain, randomness, detailed=detailed, talks=talks), self.engine, duties
        )
        self._waiting: dict[int, tuple[str, dict[str, Value]]] = {}  # contact and values of tasks nobody has taken yet
        self._last_arrival = math.inf
        self._diary: list[_Entry] = []
        self._serial = 0

    # What a driver does

    def open(self, *, warm: bool = True) -> None:
        """Agents come to work and the first customer is on the way. ``warm``: agents have been at it for long."""
        for worker, agent in self._agents.items():
            self._perform(worker, agent, agent.on_event(CameIn(at=self.now, warm=warm)))
        self._expect_next()

    def close_doors(self, moment: float) -> None:
        """Nobody arrives after ``moment`` (UTC seconds)."""
        self._last_arrival = moment

    @property
    def open_tasks(self) -> int:
        """Tasks that have not ended."""
        return self.engine.workflows[self._workflow].open_tasks

    def next_moment(self) -> float:
        """When something may happen next; infinite when nothing ever will."""
        return min(self.engine.next_deadline(), self._diary[0][0] if self._diary else math.inf)

    def run_until(self, moment: float) -> None:
        """Let everything happen that is due by ``moment``. In how many steps that is done makes no difference."""
        diary, engine, pop = self._diary, self.engine, heapq.heappop
        next_deadline, never = engine.next_deadline, math.inf
        while True:
            due = next_deadline()
            at = diary[0][0] if diary else never
            if due <= at:
                if due > moment or due == never:
                    break
                self.now = due
                self._hear(engine.advance(due))
            elif at > moment:
                break
            else:
                self.now, _, act, about = pop(diary)
                act(about)
        self.now = max(self.now, moment)

    # Hearing

    def _hear(self, happened: list[Event]) -> None:
        """Pass events on, and let agents act on them."""
        self.listen(happened)
        for event in happened:
            kind = event[1]
            if kind in _TELLING:
                if kind == _CREATED:
                    self._take(event)
                else:
                    self._tell(kind, event)

    def _tell(self, kind: int, event: Event) -> None:
        """Something that an agent hears of, or that ends a wait."""
        if kind in _OVER:
            worker: Any = event[3]
            agent = self._agents[worker]
            if follows := agent.let_go(event[4], self.now):  # type: ignore[arg-type]  # a reservation's event has one
                self._perform(worker, agent, follows)
        elif kind == ev.TASK_CANCELED:
            self._waiting.pop(event[2], None)  # type: ignore[arg-type]  # a task's event has one
        else:
            self._see_activity(event)

    def _take(self, event: Event) -> None:
        """A task is offered; an agent accepts at once, unless another was quicker."""
        task: Any = event[2]
        worker: Any = event[3]
        reservation: Any = event[4]
        engine, now = self.engine, self.now
        if engine.reservations[reservation].status != states.PENDING:
            return
        agent = self._agents[worker]
        agent.offered(reservation)
        happened = engine.accept(now, reservation)
        contact, values = self._waiting.pop(task)
        waited = now - engine.tasks[task].created
        talk, wrap, attributes = agent.accepted(reservation, contact, values, waited)
        self._serial = serial = self._serial + 1
        job = _Job(event, agent, now + (talk + wrap), attributes)
        _push(self._diary, (now + talk, serial, self._wrap_up, job))
        self._hear(happened)

    def _see_activity(self, event: Event) -> None:
        """TaskRouter shows an agent in an activity: its own doing, or it was moved away."""
        worker: Any = event[3]
        agent = self._agents[worker]
        if event[5][1] != self._activities[agent.activity]:
            self._perform(worker, agent, agent.on_event(MovedAway(at=self.now)))

    # Acting

    def _at(self, moment: float, act: Callable[[Any], None], about: Any) -> None:
        self._serial = serial = self._serial + 1
        _push(self._diary, (moment, serial, act, about))

    def _expect_next(self) -> None:
        arrived = self._customers.arrive()
        moment = self._customers.moment
        if moment <= self._last_arrival and moment < math.inf:
            self._at(moment, self._arrive, arrived)

    def _arrive(self, arrived: tuple[str, dict[str, Value]]) -> None:
        """A customer's task is made."""
        contact, values = arrived
        self.arrived += 1
        engine = self.engine
        if self._detailed:
            attributes = self._customers.attributes(contact, values, self.now)
        else:
            attributes = self._customers.routing_attributes(contact, values)
        channel = engine.channel_by_name[values["channel"]]  # type: ignore[index]  # a channel is a text
        try:
            happened = engine.create_task(
                self.now, NewTask(workflow=self._workflow, channel=channel, attributes=attributes)
            )
        except RoutingError:
            self.refused += 1
        else:
            number: Any = happened[0][2]
            assert happened[0][1] == ev.TASK_CREATED, "what was due before was done before"
            self._waiting[number] = arrived
            self._hear(happened)
            if number in self._waiting:
                self._at(self.now + seconds(values["abandonTime"]), self._give_up, number)
        self._expect_next()

    def _give_up(self, number: int) -> None:
        """A customer's patience is over."""
        task = self.engine.tasks.get(number)
        if task is not None and task.status in _WAITING:
            attributes = merged(task.attributes, GAVE_UP)
            changes = TaskChanges(status=states.CANCELED, reason=ABANDONED, attributes=attributes)
            self._hear(self.engine.update_task(self.now, number, changes))

    def _wrap_up(self, job: _Job) -> None:
        """The conversation is over."""
        found = self.engine.reservations.get(job.reservation)
        if found is not None and found.status in _IN_HANDS:
            self._hear(self.engine.update_task(self.now, job.task, _WRAP_UP))
            self._serial = serial = self._serial + 1
            _push(self._diary, (job.done_at, serial, self._finish, job))

    def _finish(self, job: _Job) -> None:
        """The agent is done with the task."""
        first = job.agent.finish(job.reservation, self.now)
        if first is None:
            return
        if first:
            self._perform(job.worker, job.agent, first)
        engine = self.engine
        found = engine.reservations.get(job.reservation)
        if found is not None and found.status in _IN_HANDS:
            attributes = found.task.attributes
            if job.attributes:
                attributes = merged(attributes, job.attributes)
            changes = TaskChanges(status=states.COMPLETED, reason=HANDLED, attributes=attributes)
            self._hear(engine.update_task(self.now, job.task, changes))

    def _perform(self, worker: int, agent: Agent, actions: Iterable[AgentAction]) -> None:
        """Do what an agent wants, other than about its tasks."""
        for action in actions:
            if isinstance(action, ChangeActivity):
                activity = self._activities[action.activity]
                if self.engine.workers[worker].activity.id != activity:
                    self._hear(self.engine.update_worker(self.now, worker, WorkerChanges(activity=activity)))
            else:
                assert isinstance(action, Remind), f"an agent wants {action}"
                if action.event.at < math.inf:
                    self._at(action.event.at, self._remind, (worker, agent, action.event))

    def _remind(self, reminder: tuple[int, Agent, Reminder]) -> None:
        worker, agent, event = reminder
        self._perform(worker, agent, agent.on_event(event))


def _hire(
    configuration: Configuration, floor: Floor, engine: Engine, duties: Mapping[str, WorkingDay | None] | None
) -> dict[int, Agent]:
    """An agent for each worker, by the worker's id."""
    if duties is None:
        duties = assign_shifts(configuration.domain.agents, [worker.name for worker in configuration.workers])
    return {worker.id: Agent(worker.name, floor, shift=duties[worker.name]) for worker in engine.workers.values()}


def _nobody(_events: list[Event]) -> None:
    return
