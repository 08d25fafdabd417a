"""Agents and customers have two faces: records and actions for live drivers, plain calls for this one. They are the same people.

The driver here is the live one's way of doing things, on the virtual timeline: it tells events as records, reads values
back from the task's attributes, and performs the actions that come back.
"""

import pytest

from flexsim.fastforward.simulation import Simulation
from flexsim.people.actions import Accept, Complete, Remind, WrapUp
from flexsim.people.contact import CONTACT, known_values, merged
from flexsim.people.events import Accepted, Ended, Offered, Work
from flexsim.randomness import Randomness
from flexsim.taskrouter.inputs import NewTask, TaskChanges
from tests.fastforward.conftest import EIGHT


class ByRecords(Simulation):
    """The same timeline; everything between people and engine goes through records and actions."""

    def __init__(self, configuration, randomness, start):
        super().__init__(configuration, randomness, start, detailed=True)
        self.domain = configuration.domain
        self.works = {}

    def _take(self, event):
        _, _, number, worker, reservation, _ = event
        if self.engine.reservations[reservation].status != "pending":
            return
        agent, task = self._agents[worker], self.engine.tasks[number]
        self._waiting.pop(number)
        work = self.works[reservation] = Work(reservation=reservation, task=number, contact=task.attributes[CONTACT])
        assert agent.on_event(Offered(at=self.now, work=work)) == [Accept(work=work)]
        happened = self.engine.accept(self.now, reservation)
        values = known_values(self.domain, task.attributes)
        accepted = Accepted(at=self.now, work=work, waited=self.now - task.created, values=values)
        self._carry_out(worker, agent, agent.on_event(accepted))
        self._hear(happened)

    def _carry_out(self, worker, agent, actions):
        for action in actions:
            if isinstance(action, WrapUp):
                self._at(self.now + action.delay, self._wrap, action)
            elif isinstance(action, Complete):
                self._complete(action)
            elif isinstance(action, Remind) and hasattr(action.event, "work"):
                self._at(
                    action.event.at, lambda event: self._carry_out(worker, agent, agent.on_event(event)), action.event
                )
            else:
                self._perform(worker, agent, [action])

    def _wrap(self, action):
        if self.engine.reservations[action.work.reservation].status == "accepted":
            changes = TaskChanges(status="wrapping", reason=action.reason)
            self._hear(self.engine.update_task(self.now, action.work.task, changes))

    def _complete(self, action):
        whole = merged(self.engine.tasks[action.work.task].attributes, action.attributes)
        changes = TaskChanges(status="completed", reason=action.reason, attributes=whole)
        self._hear(self.engine.update_task(self.now, action.work.task, changes))

    def _tell(self, kind, event):
        work = self.works.pop(event[4], None) if event[4] is not None else None
        if work is None:
            super()._tell(kind, event)
        else:
            agent = self._agents[event[3]]
            self._perform(event[3], agent, agent.on_event(Ended(at=self.now, work=work)))

    def _expect_next(self):
        self._at(*self._customers_next(), None)

    def _customers_next(self):
        at, contact = self._customers.next()
        return at, lambda _: self._come(contact)

    def _come(self, contact):
        self.arrived += 1
        channel = self.engine.channel_by_name[contact.channel]
        new = NewTask(workflow=self._workflow, channel=channel, attributes=dict(contact.attributes))
        happened = self.engine.create_task(self.now, new)
        number = happened[0][2]
        self._waiting[number] = (contact.contact, contact.values)
        self._hear(happened)
        if number in self._waiting:
            giving_up = contact.giving_up()
            self._at(self.now + giving_up.delay, lambda _: self._cancel(number, giving_up), None)
        self._expect_next()

    def _cancel(self, number, giving_up):
        task = self.engine.tasks.get(number)
        if task is not None and task.status in {"pending", "reserved"}:
            attributes = merged(task.attributes, giving_up.attributes)
            changes = TaskChanges(status="canceled", reason=giving_up.reason, attributes=attributes)
            self._hear(self.engine.update_task(self.now, number, changes))


@pytest.mark.interpreted  # a simulation of its own, inherited
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("centre", ["bank", "shop"])
def test_told_by_records_or_by_calls_people_do_the_same(centre, seed, request):
    configuration = request.getfixturevalue(centre)
    found = []
    for simulation in (
        Simulation(configuration, Randomness(seed), EIGHT, detailed=True),
        ByRecords(configuration, Randomness(seed), EIGHT),
    ):
        simulation.engine.prune_after = 1e9
        events = []
        simulation.listen = events.extend
        simulation.open()
        simulation.run_until(EIGHT + 5400)
        found.append((events, [task.attributes for task in simulation.engine.tasks.values()]))
    assert len(found[0][0]) > 1000
    assert found[0] == found[1]
