import dataclasses

from flexsim.taskrouter.port import WorkflowChanges


def test_an_offer_that_may_still_be_on_its_way_is_left_alone(run):
    async def scenario(centre):
        async with centre.agents() as agents:
            nobody = WorkflowChanges(assignment_url="http://127.0.0.1:9/reservation")
            await centre.port.update_workflow((await centre.workflow()).sid, nobody)
            await centre.new_task()
            await centre.quiet()
            await agents.sweep()
            early = agents.counts.found_under_way
            await centre.pass_time(12)
            await agents.sweep()
            return early, agents.counts.found_under_way

    assert run(scenario) == (0, 1)


def test_what_is_in_hand_is_not_picked_up_again(run):
    async def scenario(centre):
        async with centre.agents() as agents:
            await centre.new_task()
            await centre.pass_time(20)
            await agents.sweep()
            return agents.in_hand, agents.counts.found_under_way

    assert run(scenario) == (1, 0)


def test_tasks_of_another_brand_are_not_looked_at(run, configuration):
    async def scenario(centre):
        async with centre.agents() as agents:
            centre._customers._domain = dataclasses.replace(configuration.domain, brand="Elsewhere")
            task = await centre.new_task()
            await centre.quiet()
            await centre.pass_time(12)
            await agents.sweep()
            return await centre.status(task), agents.counts

    status, counts = run(scenario)
    assert status != "assigned"  # it was offered to our workers, who did not take it
    assert (counts.accepted, counts.found_under_way) == (0, 0)
    assert counts.not_ours > 0


def test_a_list_that_is_older_than_our_change_moves_nobody(run):
    async def scenario(centre):
        async with centre.agents() as agents:
            workers = await agents._recovery.find_workers()
            asked = centre.clock.now()
            await centre.pass_time(1)
            member = agents._crew.members[workers[0].sid]
            await agents._crew.move(member, "Break")
            agents._recovery.compare_activities(workers, asked)
            return member.shown == (await agents._recovery.find_workers())[0].activity_sid

    assert run(scenario)


def test_our_workers_come_in_the_order_of_their_names_and_others_not_at_all(run):
    async def scenario(centre):
        async with centre.agents() as agents:
            await centre.port.create_worker("Agent_000a", attributes={"flexsim": "Elsewhere"})
            return [worker.name for worker in await agents._recovery.find_workers()]

    assert run(scenario) == ["Agent_000", "Agent_001", "Agent_002"]
