"""Tasks and reservations: from waiting to their end, one way or another."""

from flexsim.taskrouter.port import NewTask, TaskChanges, WorkflowChanges


async def open_centre(centre, *, workers=1):
    """A queue, a workflow to it and available workers."""
    workflow = await centre.workflow(await centre.queue())
    made = [await centre.worker(f"worker_{number}", available=True) for number in range(workers)]
    return workflow, made


def test_a_task_without_workers_waits_in_its_queue(conform):
    async def scenario(centre):
        workflow = await centre.workflow(await centre.queue())
        made = await centre.task(workflow, topic="Zoë's order")
        return made, await centre.until(lambda: centre.router.task(made.sid), lambda task: task.queue is not None)

    made, task = conform(scenario)
    assert task.sid == made.sid
    assert (task.status, task.queue, task.channel, task.priority) == ("pending", "conformance_queue", "chat", 0)
    assert task.attributes == {"conformance": "yes", "topic": "Zoë's order"}
    assert task.age >= 0
    assert not task.reason


def test_a_task_is_routed_by_the_first_filter_that_it_satisfies(conform):
    async def scenario(centre):
        queues = [await centre.queue(name) for name in ("first", "second", "rest")]
        filters = [
            {
                "filter_friendly_name": queue.name,
                "expression": expression,
                "targets": [{"queue": queue.sid, "priority": priority}],
            }
            for queue, expression, priority in zip(queues, ("x == 1", "x >= 1"), (5, 7), strict=False)
        ]
        routing = {"task_routing": {"filters": filters, "default_filter": {"queue": queues[2].sid}}}
        workflow = await centre.router.create_workflow(centre.name("w"), WorkflowChanges(configuration=routing))
        found = []
        for x in (1, 2, 0):
            made = await centre.task(workflow, x=x)
            seen = await centre.until(lambda: centre.router.task(made.sid), lambda task: task.queue is not None)  # noqa: B023 -- awaited before the next turn
            found.append((seen.queue, seen.priority))
        return found

    assert conform(scenario) == [("conformance_first", 5), ("conformance_second", 7), ("conformance_rest", 0)]


def test_a_priority_and_a_channel_are_as_asked(conform):
    async def scenario(centre):
        workflow = await centre.workflow(await centre.queue())
        task = NewTask(
            workflow_sid=workflow.sid, channel="voice", attributes={"conformance": 1}, priority=9, timeout=600
        )
        return await centre.router.create_task(task)

    made = conform(scenario)
    assert (made.channel, made.priority) == ("voice", 9)


def test_an_available_worker_who_matches_is_reserved(conform):
    async def scenario(centre):
        workflow, (worker,) = await open_centre(centre)
        task = await centre.task(workflow)
        return worker, await centre.reservation(task), await centre.status(task, "reserved")

    worker, reservation, task = conform(scenario)
    assert (reservation.worker_sid, reservation.task_sid) == (worker.sid, task.sid)
    assert reservation.updated > 0


def test_a_task_lives_from_acceptance_through_wrapping_to_completion(conform):
    async def scenario(centre):
        workflow, _ = await open_centre(centre)
        task = await centre.task(workflow)
        reservation = await centre.reservation(task)
        accepted = await centre.router.update_reservation(task.sid, reservation.sid, "accepted")
        assigned = await centre.status(task, "assigned")
        wrapping = await centre.router.update_task(task.sid, TaskChanges(status="wrapping", reason="talked"))
        outcome = TaskChanges(status="completed", reason="all done", attributes={"conformance": "yes", "csat": 5})
        completed = await centre.router.update_task(task.sid, outcome)
        last = await centre.reservation(task, "completed")
        return accepted, assigned, wrapping, completed, last

    accepted, assigned, wrapping, completed, last = conform(scenario)
    assert accepted.status == "accepted"
    assert [assigned.status, wrapping.status, completed.status] == ["assigned", "wrapping", "completed"]
    assert completed.reason == "all done"
    assert completed.attributes == {"conformance": "yes", "csat": 5}
    assert last.sid == accepted.sid


def test_attributes_of_a_completed_task_can_still_be_changed(conform):
    async def scenario(centre):
        workflow, _ = await open_centre(centre)
        task = await centre.assigned(workflow)
        await centre.router.update_task(task.sid, TaskChanges(status="completed", reason="done"))
        changes = TaskChanges(attributes={"conformance": "yes", "late": True})
        return await centre.router.update_task(task.sid, changes)

    task = conform(scenario)
    assert (task.status, task.attributes["late"]) == ("completed", True)


def test_a_waiting_task_can_be_canceled_and_says_why(conform):
    async def scenario(centre):
        workflow = await centre.workflow(await centre.queue())
        task = await centre.task(workflow)
        return await centre.router.update_task(task.sid, TaskChanges(status="canceled", reason="gave up"))

    task = conform(scenario)
    assert (task.status, task.reason) == ("canceled", "gave up")


def test_a_task_that_was_accepted_cannot_be_canceled_any_more(conform, refused):
    async def scenario(centre):
        workflow, _ = await open_centre(centre)
        task = await centre.assigned(workflow)
        async with refused(400, 20001):
            await centre.router.update_task(task.sid, TaskChanges(status="canceled", reason="gave up"))
        return await centre.router.task(task.sid)

    assert conform(scenario).status == "assigned"


def test_a_task_that_waits_cannot_be_completed(conform, refused):
    async def scenario(centre):
        workflow = await centre.workflow(await centre.queue())
        task = await centre.task(workflow)
        async with refused(400, 20001):
            await centre.router.update_task(task.sid, TaskChanges(status="completed", reason="done"))
        return await centre.router.task(task.sid)

    assert conform(scenario).status == "pending"


def test_a_reservation_is_decided_once(conform, refused):
    async def scenario(centre):
        workflow, _ = await open_centre(centre)
        task = await centre.assigned(workflow)
        reservation = await centre.reservation(task, "accepted")
        async with refused(400, 20001):
            await centre.router.update_reservation(task.sid, reservation.sid, "rejected")

    conform(scenario)


def test_a_rejected_task_goes_to_the_next_worker(conform):
    async def scenario(centre):
        workflow, workers = await open_centre(centre, workers=2)
        task = await centre.task(workflow)
        first = await centre.reservation(task)
        await centre.router.update_reservation(task.sid, first.sid, "rejected")
        second = await centre.reservation(task)
        return workers, first, second

    workers, first, second = conform(scenario)
    assert {first.worker_sid, second.worker_sid} == {worker.sid for worker in workers}


def test_a_worker_at_capacity_gets_nothing_more_until_something_ends(conform):
    async def scenario(centre):
        workflow, (worker,) = await open_centre(centre)
        await centre.router.set_capacity(worker.sid, "chat", 1)
        first = await centre.assigned(workflow)
        second = await centre.task(workflow)
        waiting = await centre.status(second, "pending")
        await centre.router.update_task(first.sid, TaskChanges(status="completed", reason="done"))
        return waiting, await centre.reservation(second)

    waiting, reservation = conform(scenario)
    assert reservation.task_sid == waiting.sid


def test_tasks_of_higher_priority_go_first(conform):
    async def scenario(centre):
        workflow = await centre.workflow(await centre.queue())
        for priority in (0, 5, 3):
            await centre.router.create_task(
                NewTask(workflow_sid=workflow.sid, channel="chat", attributes={"conformance": 1}, priority=priority)
            )
        await centre.worker(available=True)
        found = await centre.until(
            lambda: centre.router.tasks(matching="conformance == 1", statuses=("reserved",)),
            lambda seen: len(seen) == 1,
        )
        return found[0].priority

    assert conform(scenario) == 5


def test_tasks_are_listed_by_attribute_and_status(conform):
    async def scenario(centre):
        workflow = await centre.workflow(await centre.queue())
        ours = [await centre.task(workflow, flexsim="Conformance's") for _ in range(3)]
        await centre.task(workflow, flexsim="Another")
        await centre.router.update_task(ours[0].sid, TaskChanges(status="canceled", reason="gave up"))
        matching = 'flexsim == "Conformance\'s"'
        router = centre.router
        found = await centre.until(lambda: router.tasks(matching=matching), lambda seen: len(seen) == 3)
        waiting = await router.tasks(matching=matching, statuses=("pending", "reserved"))
        ended = await router.tasks(matching=matching, statuses=("canceled",))
        return ours, found, waiting, ended

    ours, found, waiting, ended = conform(scenario)
    assert {task.sid for task in found} == {task.sid for task in ours}
    assert {task.sid for task in waiting} == {task.sid for task in ours[1:]}
    assert [task.sid for task in ended] == [ours[0].sid]


def test_a_deleted_task_is_gone_whatever_it_was_doing(conform, refused):
    async def scenario(centre):
        workflow, _ = await open_centre(centre)
        task = await centre.assigned(workflow)
        await centre.router.delete_task(task.sid)
        async with refused(404, 20404):
            await centre.router.task(task.sid)
        return await centre.reservation(await centre.task(workflow))

    assert conform(scenario).status == "pending"


def test_a_queue_with_waiting_tasks_cannot_be_deleted(conform, refused):
    async def scenario(centre):
        queue = await centre.queue()
        await centre.task(await centre.workflow(queue))
        async with refused(400, 20001):
            await centre.router.delete_task_queue(queue.sid)

    conform(scenario)
