"""Task channels over REST."""


def test_a_channel_is_made_and_found_by_sid_and_by_unique_name(site):
    made = site.made("/TaskChannels", FriendlyName="Letters", UniqueName="letters", ChannelOptimizedRouting="true")
    assert (made["unique_name"], made["channel_optimized_routing"]) == ("letters", True)
    for name in (made["sid"], "letters"):
        assert site.get(f"/TaskChannels/{name}")["sid"] == made["sid"]
    assert site.get("/TaskChannels/nothing").status == 404


def test_an_update_changes_name_and_routing_but_never_the_unique_name(site):
    answer = site.post("/TaskChannels/voice", FriendlyName="Phone", ChannelOptimizedRouting="true", UniqueName="phone")
    assert answer.status == 200
    assert (answer["friendly_name"], answer["unique_name"]) == ("Phone", "voice")
    assert answer["channel_optimized_routing"] is True


def test_a_channel_that_is_made_appears_on_every_worker_and_leaves_again(site):
    worker = site.worker()
    site.made("/TaskChannels", FriendlyName="Letters", UniqueName="letters")
    names = [each["task_channel_unique_name"] for each in site.listed(f"/Workers/{worker['sid']}/Channels")]
    assert names[-1] == "letters"
    assert site.delete("/TaskChannels/letters").status == 204
    assert len(site.listed(f"/Workers/{worker['sid']}/Channels")) == len(names) - 1


def test_a_unique_name_that_is_taken_or_missing_is_refused(site):
    assert site.post("/TaskChannels", FriendlyName="Voice 2", UniqueName="voice").status == 400
    assert site.post("/TaskChannels", FriendlyName="Voice 2").status == 400


def test_a_channel_with_tasks_is_not_deleted(site):
    site.task(TaskChannel="chat")
    assert site.delete("/TaskChannels/chat").status == 400
