"""Workers: who they are, what they are doing, and how much they can take."""

from flexsim.taskrouter.port import WorkerChanges


def test_a_new_worker_is_offline_and_carries_its_attributes(conform):
    attributes = {
        "routing": {"skills": ["Sales"], "levels": {"Sales": 3}},
        "full_name": "Zoë O'Neil",
        "n": 1.5,
        "x": None,
    }

    async def scenario(centre):
        made = await centre.worker(**attributes)
        listed = next(each for each in await centre.router.workers() if each.sid == made.sid)
        return made, listed, await centre.activity("Offline")

    made, listed, offline = conform(scenario)
    assert made.name == "conformance_worker"
    assert made.attributes == {"conformance": "yes", **attributes}
    assert (made.activity_sid, made.available) == (offline, False)
    assert listed == made


def test_names_of_workers_are_unique_ignoring_case(conform, refused):
    async def scenario(centre):
        await centre.worker("Ann")
        async with refused(400, 20001):
            await centre.worker("ann")

    conform(scenario)


def test_a_worker_changes_activity_and_keeps_the_rest(conform):
    async def scenario(centre):
        made = await centre.worker(level=1)
        return made, await centre.set_activity(made.sid, "Available")

    made, changed = conform(scenario)
    assert changed.available
    assert (changed.sid, changed.name, changed.attributes) == (made.sid, made.name, made.attributes)


def test_attributes_are_replaced_as_a_whole(conform):
    async def scenario(centre):
        made = await centre.worker(level=1)
        return made, await centre.router.update_worker(made.sid, WorkerChanges(attributes={"conformance": "yes"}))

    made, changed = conform(scenario)
    assert changed.attributes == {"conformance": "yes"}
    assert changed.activity_sid == made.activity_sid


def test_a_worker_has_a_channel_of_capacity_1_for_every_task_channel(conform):
    async def scenario(centre):
        made = await centre.worker()
        await centre.router.create_task_channel("conformance_fax", name=centre.name("Fax"))
        later = await centre.worker("later")
        router = centre.router
        return await router.worker_channels(made.sid), await router.worker_channels(later.sid)

    before, after = conform(scenario)
    assert {channel.channel: channel.capacity for channel in before}.items() >= {"voice": 1, "chat": 1}.items()
    assert {channel.channel for channel in after} >= {"conformance_fax", "voice", "chat"}


def test_a_capacity_is_set_by_the_channels_unique_name(conform):
    async def scenario(centre):
        made = await centre.worker()
        await centre.router.set_capacity(made.sid, "chat", 4)
        await centre.router.set_capacity(made.sid, "voice", 0)
        return await centre.router.worker_channels(made.sid)

    capacities = {channel.channel: channel.capacity for channel in conform(scenario)}
    assert (capacities["chat"], capacities["voice"], capacities["sms"]) == (4, 0, 1)


def test_a_channel_that_is_not_there_has_no_capacity(conform, refused):
    async def scenario(centre):
        made = await centre.worker()
        async with refused(404):
            await centre.router.set_capacity(made.sid, "telegraph", 1)

    conform(scenario)


def test_a_deleted_worker_is_gone_and_its_name_free(conform):
    async def scenario(centre):
        made = await centre.worker()
        await centre.router.delete_worker(made.sid)
        return made, await centre.worker()

    made, again = conform(scenario)
    assert made.sid != again.sid


def test_logging_out_with_rejection_gives_an_undecided_task_back(conform):
    async def scenario(centre):
        queue = await centre.queue()
        workflow = await centre.workflow(queue)
        worker = await centre.worker(available=True)
        task = await centre.task(workflow)
        await centre.reservation(task)
        await centre.set_activity(worker.sid, "Offline", reject_pending=True)
        rejected = await centre.reservation(task, "rejected")
        return worker, rejected, await centre.status(task, "pending")

    worker, rejected, task = conform(scenario)
    assert rejected.worker_sid == worker.sid
    assert task.queue == "conformance_queue"
