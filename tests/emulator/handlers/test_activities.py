"""Activities over REST."""


def test_an_activity_is_made_read_renamed_and_deleted(site):
    made = site.made("/Activities", FriendlyName="Lunch", Available="false")
    assert (made["friendly_name"], made["available"]) == ("Lunch", False)
    renamed = site.post(f"/Activities/{made['sid']}", FriendlyName="Dinner")
    assert (renamed.status, renamed["friendly_name"]) == (200, "Dinner")
    assert site.get(f"/Activities/{made['sid']}")["friendly_name"] == "Dinner"
    assert site.delete(f"/Activities/{made['sid']}").status == 204
    assert site.get(f"/Activities/{made['sid']}").status == 404


def test_available_is_true_for_true_1_and_yes_and_cannot_change_afterwards(site):
    made = site.made("/Activities", FriendlyName="Chatting", Available="yes")
    assert made["available"] is True
    answer = site.post(f"/Activities/{made['sid']}", Available="false")
    assert (answer.status, answer["available"]) == (200, True)


def test_activities_are_found_by_name_and_by_availability(site):
    assert [each["friendly_name"] for each in site.listed("/Activities", Available="true")] == ["Available"]
    assert [each["friendly_name"] for each in site.listed("/Activities", FriendlyName="Break")] == ["Break"]
    assert site.listed("/Activities", FriendlyName="break") == []


def test_an_activity_in_use_is_not_deleted(site):
    site.worker(activity="Break")
    for name in ("Break", "Offline"):
        answer = site.delete(f"/Activities/{site.activity(name)}")
        assert (answer.status, answer["code"]) == (400, 20001)


def test_a_name_that_is_taken_or_missing_is_refused(site):
    assert site.post("/Activities", FriendlyName="Break").status == 400
    assert site.post("/Activities").status == 400
    assert site.post(f"/Activities/{site.activity('Break')}", FriendlyName="").status == 400


def test_a_workspace_has_at_most_100_activities(site):
    for number in range(100 - len(site.listed("/Activities"))):
        site.made("/Activities", FriendlyName=f"a{number}")
    answer = site.post("/Activities", FriendlyName="one too many")
    assert (answer.status, answer["code"]) == (400, 20001)
