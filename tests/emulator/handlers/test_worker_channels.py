"""A worker's channels over REST."""


def test_a_new_worker_can_take_one_task_on_every_channel(site):
    worker = site.worker()
    rows = site.listed(f"/Workers/{worker['sid']}/Channels")
    assert [each["task_channel_unique_name"] for each in rows] == ["default", "voice", "chat", "sms", "video", "email"]
    assert {(each["configured_capacity"], each["available"], each["assigned_tasks"]) for each in rows} == {(1, True, 0)}
    assert {each["available_capacity_percentage"] for each in rows} == {100}
    assert len({each["sid"] for each in rows}) == 6


def test_a_channel_is_found_by_its_own_sid_by_its_task_channels_and_by_name(site):
    worker = site.worker()
    chat = site.listed(f"/Workers/{worker['sid']}/Channels")[2]
    for name in (chat["sid"], chat["task_channel_sid"], "chat"):
        assert site.get(f"/Workers/{worker['sid']}/Channels/{name}").json == chat
    assert site.get(f"/Workers/{worker['sid']}/Channels/letters").status == 404


def test_one_workers_channel_is_not_found_at_another(site):
    ann, bob = site.worker("ann"), site.worker("bob")
    chat = site.listed(f"/Workers/{ann['sid']}/Channels")[2]
    assert site.get(f"/Workers/{bob['sid']}/Channels/{chat['sid']}").status == 404


def test_capacity_and_availability_change_and_the_percentage_follows_the_load(site):
    worker = site.worker()
    address = f"/Workers/{worker['sid']}/Channels/chat"
    assert site.post(address, Capacity="3")["configured_capacity"] == 3
    task = site.task(TaskChannel="chat")
    (reservation,) = site.listed(f"/Tasks/{task['sid']}/Reservations")
    assert (site.get(address)["assigned_tasks"], site.get(address)["available_capacity_percentage"]) == (0, 66)
    site.post(reservation["url"], ReservationStatus="accepted")
    assert site.get(address)["assigned_tasks"] == 1
    assert site.post(address, Available="false")["available"] is False
    assert site.post(address, Capacity="0")["available_capacity_percentage"] == 0


def test_a_capacity_that_is_no_whole_number_from_0_is_refused(site):
    worker = site.worker()
    for capacity in ("-1", "x", "1.5"):
        assert site.post(f"/Workers/{worker['sid']}/Channels/chat", Capacity=capacity).status == 400


def test_a_workers_channels_are_paged(site):
    worker = site.worker()
    first = site.get(f"/Workers/{worker['sid']}/Channels?PageSize=4")
    rest = site.get(first["meta"]["next_page_url"])
    assert [each["task_channel_unique_name"] for each in rest["channels"]] == ["video", "email"]
