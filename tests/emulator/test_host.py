"""The host: inputs one after the other, wakings in time, events in order."""

import pytest

from flexsim.clock import ManualClock
from flexsim.emulator.accounts import Accounts
from flexsim.emulator.host import Host
from flexsim.errors import InvalidInput, UnknownResource
from flexsim.taskrouter import events
from flexsim.taskrouter.inputs import NewTask, NewWorker, NewWorkflow
from flexsim.taskrouter.templates import flex_workspace, plain_workspace


def hosted():
    clock = ManualClock()
    host = Host(clock, seed=1)
    account = Accounts(seed=1).add()
    return clock, host, host.open(account, "Flex", flex_workspace)


def new_task(timeout=86_400):
    return NewTask(workflow=0, channel=0, attributes={}, timeout=timeout)


def test_subscribers_hear_of_events_after_the_input_in_order_with_their_sequence_numbers():
    _, host, workspace = hosted()
    heard = []
    host.subscribe(lambda happening: heard.extend(
        (happening.first + place, event[events.KIND]) for place, event in enumerate(happening.events)
    ))  # fmt: skip
    before = workspace.engine.sequence
    host.do(workspace, workspace.engine.create_task, new_task())
    host.do(workspace, workspace.engine.delete_task, 0)
    assert [number for number, _ in heard] == list(range(before, workspace.engine.sequence))
    assert heard[0][1] == events.TASK_CREATED
    assert heard[-1][1] == events.TASK_DELETED


def test_a_subscriber_that_asks_for_an_input_is_heard_after_the_present_events():
    _, host, workspace = hosted()
    order = []

    def accepting(happening):
        for event in happening.events:
            if event[events.KIND] == events.RESERVATION_CREATED:
                host.do(workspace, workspace.engine.accept, event[events.RESERVATION])

    host.subscribe(accepting)
    host.subscribe(lambda happening: order.extend(event[events.KIND] for event in happening.events))
    host.do(workspace, workspace.engine.create_worker, NewWorker(name="bob", attributes={}, activity=1))
    host.do(workspace, workspace.engine.create_task, new_task())
    assert order.index(events.RESERVATION_CREATED) < order.index(events.RESERVATION_ACCEPTED)


def test_the_engine_is_woken_at_its_deadline_and_not_before():
    clock, host, workspace = hosted()
    host.do(workspace, workspace.engine.create_task, new_task(timeout=30))
    task = workspace.engine.tasks[0]
    clock.advance(29.9)
    assert task.status == "pending"
    clock.advance(0.1)
    assert task.status == "canceled"


def test_an_earlier_deadline_moves_the_waking_forward():
    clock, host, workspace = hosted()
    host.do(workspace, workspace.engine.create_task, new_task(timeout=100))
    host.do(workspace, workspace.engine.create_task, new_task(timeout=10))
    clock.advance(10)
    assert workspace.engine.tasks[1].status == "canceled"
    clock.advance(90)
    assert workspace.engine.tasks[0].status == "canceled"


def test_what_was_due_before_a_refused_input_is_still_told():
    clock, host, workspace = hosted()
    host.do(workspace, workspace.engine.create_task, new_task(timeout=10))
    heard = []
    host.subscribe(lambda happening: heard.extend(event[events.KIND] for event in happening.events))
    host.sleep()
    clock.advance(11)
    with pytest.raises(InvalidInput):
        host.do(workspace, workspace.engine.create_workflow, NewWorkflow(name="x", configuration="{"))
    assert heard == [events.TASK_CANCELED]


def test_asleep_it_wakes_no_engine_and_awake_again_it_catches_up():
    clock, host, workspace = hosted()
    host.do(workspace, workspace.engine.create_task, new_task(timeout=10))
    host.sleep()
    clock.advance(20)
    assert workspace.engine.tasks[0].status == "pending"
    host.wake()
    assert workspace.engine.tasks[0].status == "canceled"
    assert workspace.engine.tasks[0].ended == workspace.engine.tasks[0].created + 10


def test_a_closed_workspace_is_gone_says_so_and_wakes_nobody():
    clock, host, workspace = hosted()
    host.do(workspace, workspace.engine.create_task, new_task(timeout=10))
    heard = []
    host.subscribe(lambda happening: heard.extend(event[events.KIND] for event in happening.events))
    host.close(workspace)
    clock.advance(20)
    assert heard == [events.WORKSPACE_DELETED]
    with pytest.raises(UnknownResource):
        host.workspace(workspace.account, workspace.sid)


def test_a_workspaces_sid_is_never_given_twice():
    host = Host(ManualClock(), seed=1)
    account = Accounts(seed=1).add()
    first = host.open(account, "one", plain_workspace)
    host.close(first)
    assert host.open(account, "two", plain_workspace).sid != first.sid


def test_the_seed_decides_every_sid():
    sids = []
    for seed in (1, 1, 2):
        host = Host(ManualClock(), seed)
        workspace = host.open(Accounts(seed).add(), "Flex", flex_workspace)
        sids.append([workspace.sid, *(workspace.engine.sids.sid("WA", each) for each in workspace.engine.activities)])
    assert sids[0] == sids[1]
    assert not set(sids[0]) & set(sids[2])
