"""A TaskRouter's workers, seen on sockets: the same states, and calls with the contacts' own ids."""

import asyncio

from flexsim.clock import WallClock
from flexsim.deployment.client import Credentials, connect
from flexsim.emulator.server import LocalTaskRouter
from flexsim.load.behaviour import Mode, merged
from flexsim.load.bridge import Mirror, profiles_of
from flexsim.load.swarm import Swarm, SwarmOptions
from flexsim.load.target import Target
from flexsim.people.contact import CONTACT
from flexsim.taskrouter.port import NewTask, TaskChanges, WorkerChanges, WorkflowChanges
from tests.load.centre import QUICK, backend, until


async def a_centre(port):
    """A queue for everybody, one worker on it and one who is away."""
    activities = {each.name: each for each in await port.activities()}
    queue = await port.create_task_queue("Everybody", target_workers="1==1")
    configuration = {"task_routing": {"filters": [], "default_filter": {"queue": queue.sid}}}
    workflow = await port.create_workflow("All", WorkflowChanges(configuration=configuration))
    at_work = next(each for each in activities.values() if each.available)
    first = await port.create_worker("w1", attributes={"routing": {"skills": ["Cards", "Loans"]}, "location": "boston"})
    await port.create_worker("w2", attributes={})
    await port.update_worker(first.sid, WorkerChanges(activity_sid=at_work.sid))
    return workflow, first


async def reserved(port, task):
    while not (found := await port.task_reservations(task.sid)):  # noqa: ASYNC110 -- the port tells no events
        await asyncio.sleep(0.01)
    return found[0]


def test_a_contact_is_seen_on_the_socket_from_answer_to_wrap_up():
    async def scenario(router):
        way_in = Credentials(
            account_sid=router.account_sid,
            auth_token=router.auth_token,
            workspace_sid=router.workspace_sid,
            base_url=router.base_url,
        )
        async with connect(way_in) as port, backend() as (found, url):
            workflow, _ = await a_centre(port)
            profiles = profiles_of(await port.workers())
            assert [(each.agent_id, each.department, each.location) for each in profiles] == [
                ("w1", "Cards", "boston"), ("w2", "none", "remote"),
            ]  # fmt: skip
            behaviour = merged(QUICK, {"mode": Mode.CALL_DRIVEN.value})
            swarm = Swarm(profiles, Target(url=url), behaviour, WallClock(1.0), SwarmOptions(seed=1))
            await swarm.scale(2)
            mirror = Mirror(port, swarm)
            await mirror.look()
            await until(lambda: found.registry.by_state() == {"available": 1, "offline": 1})
            task = await port.create_task(
                NewTask(workflow_sid=workflow.sid, channel="default", attributes={CONTACT: "CX7"})
            )
            reservation = await reserved(port, task)
            await port.update_reservation(task.sid, reservation.sid, "accepted")
            await mirror.look()
            await mirror.look()
            await until(lambda: found.registry.agents["w1"].state == "on_call")
            assert [each.call_id for each in swarm.agents()] == ["CX7", None]
            await port.update_task(task.sid, TaskChanges(status="wrapping"))
            await mirror.look()
            await until(lambda: found.registry.agents["w1"].state == "after_call_work")
            await port.update_task(task.sid, TaskChanges(status="completed"))
            await mirror.look()
            await until(lambda: found.registry.agents["w1"].state == "available")
            assert swarm.tally.sent["call_complete"] == found.ledger.received["call_complete"] == 1
            assert next(iter(swarm.agents())).done.total_calls == 1
            await swarm.stop()

    with LocalTaskRouter(port=0) as router:
        asyncio.run(scenario(router))
