"""Activities, task channels, task queues and workflows, as every TaskRouter holds them."""

from flexsim.taskrouter.port import WorkflowChanges

NOWHERE = "0" * 32


def test_a_flex_workspace_has_these_activities_channels_and_this_queue(conform):
    async def scenario(centre):
        router = centre.router
        return await router.activities(), await router.task_channels(), await router.task_queues()

    activities, channels, queues = conform(scenario)
    available = {activity.name: activity.available for activity in activities}
    assert {"Offline": False, "Available": True, "Unavailable": False}.items() <= available.items()
    assert {"default", "voice", "chat", "sms", "video"} <= {channel.unique_name for channel in channels}
    assert "1==1" in {queue.target_workers.replace(" ", "") for queue in queues if queue.name == "Everyone"}


def test_an_activity_is_created_listed_and_deleted(conform):
    async def scenario(centre):
        made = await centre.router.create_activity(centre.name("Lunch"), available=False)
        listed = await centre.router.activities()
        await centre.router.delete_activity(made.sid)
        return made, listed, await centre.router.activities()

    made, with_it, without_it = conform(scenario)
    assert made in with_it
    assert made.name == "conformance_Lunch"
    assert made.available is False
    assert made.sid not in {each.sid for each in without_it}


def test_a_task_channel_is_created_listed_and_deleted(conform):
    async def scenario(centre):
        made = await centre.router.create_task_channel("conformance_fax", name=centre.name("Fax"))
        listed = await centre.router.task_channels()
        await centre.router.delete_task_channel(made.sid)
        return made, listed, await centre.router.task_channels()

    made, with_it, without_it = conform(scenario)
    assert made in with_it
    assert (made.unique_name, made.name) == ("conformance_fax", "conformance_Fax")
    assert made.sid not in {each.sid for each in without_it}


def test_a_task_queue_keeps_its_sid_when_changed(conform):
    async def scenario(centre):
        made = await centre.queue(target_workers="routing.skills HAS 'Sales'")
        changed = await centre.router.update_task_queue(made.sid, target_workers="level > 2")
        listed = await centre.router.task_queues()
        await centre.router.delete_task_queue(made.sid)
        return made, changed, listed, await centre.router.task_queues()

    made, changed, with_it, without_it = conform(scenario)
    assert made.target_workers == "routing.skills HAS 'Sales'"
    assert (changed.sid, changed.name, changed.target_workers) == (made.sid, made.name, "level > 2")
    assert changed in with_it
    assert made.sid not in {each.sid for each in without_it}


def test_a_worker_expression_that_does_not_parse_is_refused(conform, refused):
    async def scenario(centre):
        async with refused(400, 20001):
            await centre.queue(target_workers="routing.skills HAS")
        return await centre.router.task_queues()

    assert "conformance_queue" not in {queue.name for queue in conform(scenario)}


def test_a_workflow_holds_its_configuration_address_and_timeout(conform):
    async def scenario(centre):
        queue = await centre.queue()
        routing = {
            "task_routing": {
                "filters": [
                    {
                        "filter_friendly_name": "Sales Filter",
                        "expression": "product == 'Sales'",
                        "targets": [{"queue": queue.sid, "timeout": 300}],
                    }
                ],
                "default_filter": {"queue": queue.sid},
            }
        }
        changes = WorkflowChanges(
            configuration=routing, assignment_url="https://example.com/reservation", reservation_timeout=30
        )
        made = await centre.router.create_workflow(centre.name("workflow"), changes)
        listed = next(each for each in await centre.router.workflows() if each.sid == made.sid)
        return routing, made, listed

    routing, made, listed = conform(scenario)
    assert made.configuration["task_routing"] == routing["task_routing"]
    assert (made.assignment_url, made.reservation_timeout) == ("https://example.com/reservation", 30)
    assert listed == made


def test_a_workflow_without_address_and_timeout_has_none_and_120_seconds(conform):
    async def scenario(centre):
        return await centre.workflow(await centre.queue())

    made = conform(scenario)
    assert (made.assignment_url, made.reservation_timeout) == (None, 120)


def test_changing_one_thing_of_a_workflow_leaves_the_others(conform):
    async def scenario(centre):
        made = await centre.workflow(await centre.queue())
        changes = WorkflowChanges(assignment_url="https://example.com/other")
        return made, await centre.router.update_workflow(made.sid, changes)

    made, changed = conform(scenario)
    assert changed.sid == made.sid
    assert changed.assignment_url == "https://example.com/other"
    assert (changed.configuration, changed.reservation_timeout) == (made.configuration, made.reservation_timeout)


def test_a_workflow_to_a_queue_that_is_not_there_is_refused(conform, refused):
    async def scenario(centre):
        routing = {"task_routing": {"filters": [], "default_filter": {"queue": f"WQ{NOWHERE}"}}}
        async with refused(400, 20001):
            await centre.router.create_workflow(centre.name("astray"), WorkflowChanges(configuration=routing))

    conform(scenario)


def test_lists_are_whole_however_many_there_are(conform):
    async def scenario(centre):
        made = [await centre.queue(f"queue_{number}") for number in range(5)]
        return made, await centre.router.task_queues()

    made, listed = conform(scenario)
    names = [queue.name for queue in listed if queue.name.startswith("conformance")]
    assert sorted(names) == [queue.name for queue in made]


def test_what_is_not_there_is_404(conform, refused):
    async def scenario(centre):
        router = centre.router
        async with refused(404, 20404):
            await router.delete_activity(f"WA{NOWHERE}")
        async with refused(404, 20404):
            await router.update_task_queue(f"WQ{NOWHERE}", target_workers="1==1")
        async with refused(404, 20404):
            await router.delete_workflow(f"WW{NOWHERE}")
        async with refused(404, 20404):
            await router.delete_worker(f"WK{NOWHERE}")
        async with refused(404, 20404):
            await router.task(f"WT{NOWHERE}")

    conform(scenario)
