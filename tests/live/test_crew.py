import asyncio

import pytest

from flexsim.errors import TargetRefused, TargetUnreachable
from flexsim.live.crew import Job, is_over
from flexsim.people.actions import ChangeActivity
from flexsim.people.events import Work
from flexsim.taskrouter.port import TaskChanges

LONG = 900.0


@pytest.mark.parametrize(
    ("error", "over"),
    [
        (TargetRefused("not assigned", status=400, code=20001), True),
        (TargetRefused("purged", status=404, code=20404), True),
        (TargetRefused("rescinded", status=410, code=None), True),
        (TargetRefused("who are you", status=401, code=20003), False),
        (TargetRefused("broken", status=500, code=20500), False),
        (TargetUnreachable("away"), False),
    ],
)
def test_wrong_state_purged_and_rescinded_mean_that_it_is_over(error, over):
    assert is_over(error) is over


def test_an_offer_heard_of_twice_is_accepted_once(run):
    async def scenario(centre):
        async with centre.agents() as agents:
            member = next(iter(agents._crew.members.values()))
            job = Job(
                member=member,
                work=Work(reservation="WR1", task="WT1", contact="CX1"),
                values={},
                age=3.0,
                since=centre.clock.now(),
            )
            return agents._crew.take(job), agents._crew.take(job), agents.counts.offered

    assert run(scenario) == (True, False, 1)


def test_a_task_that_is_offered_again_is_let_go_by_the_agent_who_had_it(run):
    async def scenario(centre):
        async with centre.agents() as agents:
            first, second, _ = agents._crew.members.values()
            for number, member in enumerate((first, second)):
                work = Work(reservation=f"WR{number}", task="WT1", contact="CX1")
                agents._crew.take(Job(member=member, work=work, values={}, age=3.0, since=centre.clock.now()))
            held = [member.agent.open_count for member in (first, second)]
            centre.port.calls.clear()
            await centre.pass_time(LONG)
            return held, agents.counts.already_over, centre.port.calls.count("update_task")

    held, over, updates = run(scenario)
    assert held == [0, 1]
    assert over == 2  # the first when the second was offered it; the second because the task does not exist
    assert updates <= 2


def test_what_one_agent_does_is_done_in_order(run):
    async def scenario(centre):
        async with centre.agents() as agents:
            member = next(iter(agents._crew.members.values()))
            for name in ("Break", "Unavailable", "Break", "Available"):
                agents._crew.perform(member, [ChangeActivity(activity=name)])
            await agents._crew.settled()
            return (await centre.activities())[member.name], agents.counts.activity_changes

    assert run(scenario) == ("Available", 3 + 4)


def test_an_activity_that_the_worker_is_shown_in_already_is_not_asked_for(run):
    async def scenario(centre):
        async with centre.agents() as agents:
            member = next(iter(agents._crew.members.values()))
            centre.port.calls.clear()
            await agents._crew.move(member, "Available")
            return centre.port.calls.count("update_worker")

    assert run(scenario) == 0


def test_a_task_that_is_in_wrap_up_before_we_say_so_is_completed_all_the_same(run):
    async def scenario(centre):
        async with centre.agents() as agents:
            task = await centre.new_task()
            await centre.quiet()
            await centre.port.update_task(
                task.sid, TaskChanges(status="wrapping", reason="a try whose answer was lost")
            )
            while agents.in_hand:
                await centre.pass_time(5)
            return await centre.status(task), agents.counts

    status, counts = run(scenario)
    assert status == "completed"
    assert (counts.completed, counts.already_over) == (1, 0)


def test_a_task_that_is_completed_by_somebody_else_is_over_at_wrap_up(run):
    async def scenario(centre):
        async with centre.agents(sweep_every=LONG) as agents:
            task = await centre.new_task()
            await centre.quiet()
            await centre.port.update_task(task.sid, TaskChanges(status="completed", reason="a supervisor"))
            while agents.in_hand:
                await centre.pass_time(5)
            return (await centre.port.task(task.sid)).reason, agents.counts

    reason, counts = run(scenario)
    assert reason == "a supervisor"
    assert (counts.completed, counts.already_over) == (0, 1)


def test_requests_that_do_not_end_are_given_up_when_standing_down(run):
    async def scenario(centre):
        agents = centre.agents()
        await agents.start()
        crew = agents._crew
        update = centre.port.update_worker
        begun = asyncio.Event()

        async def never(*_):
            begun.set()
            await asyncio.Event().wait()

        centre.port.update_worker = never
        crew.perform(next(iter(crew.members.values())), [ChangeActivity(activity="Break")])
        await begun.wait()
        await crew.stand_down(0.05)
        centre.port.update_worker = update
        await agents.stop()
        return await centre.activities()

    assert set(run(scenario).values()) == {"Offline"}


def test_where_nobody_answers_logging_out_is_tried_once_and_not_for_everybody(run):
    async def scenario(centre):
        agents = centre.agents()
        await agents.start()
        centre.port.down = {"update_worker"}
        centre.port.calls.clear()
        await agents.stop()
        return centre.port.calls.count("update_worker"), centre.said[-1]

    tries, said = run(scenario)
    assert tries == 1
    assert said.startswith("3 agents could not be logged out")
