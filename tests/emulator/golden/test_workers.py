"""Which worker, and how much each can take: ordering, multitasking, multiple reservations, activities."""

import pytest


def test_the_one_who_has_been_longest_without_a_task_goes_first(office):
    """Page *Ordering Workers* and "Core concepts: Routing": longest time since the last assignment, called round robin."""
    flow = office.workflow(default=office.queue())
    for name in ("ann", "bob", "cid"):
        office.worker(name)
        office.pass_time(1)
    order = []
    for _ in range(6):
        task = office.task(flow)
        order += office.holders(task)
        office.decide(task, "accepted")
        office.decide(task, "completed")
        office.pass_time(1)
    assert order == ["ann", "bob", "cid"] * 2


@pytest.mark.parametrize(
    ("order_by", "expected"),
    [("worker.level DESC", ["hi", "lo", "none"]), ("worker.level ASC", ["lo", "hi", "none"])],
)
def test_order_by_a_level_with_those_who_lack_it_last_either_way(office, order_by, expected):
    """Page *Ordering Workers* (twilio.com/docs/taskrouter/order-workers)."""
    flow = office.workflow([{"queue": office.queue(), "order_by": order_by}])
    for name, attributes in (("none", {}), ("lo", {"level": 1}), ("hi", {"level": 9})):
        office.worker(name, **attributes)
    assert [office.holders(office.task(flow))[0] for _ in range(3)] == expected


def test_order_by_several_attributes_then_by_idleness(office):
    """Page *Ordering Workers*: clauses in turn, ties to the longest time since the last task assignment."""
    flow = office.workflow([{"queue": office.queue(), "order_by": "worker.level DESC, worker.cost ASC"}])
    for name, level, cost in (("a", 1, 1), ("b", 2, 5), ("c", 2, 3), ("d", 2, 3)):
        office.worker(name, level=level, cost=cost)
    assert [office.holders(office.task(flow))[0] for _ in range(4)] == ["c", "d", "b", "a"]


def test_order_by_what_is_no_integer_orders_nothing(office):
    """Page *Ordering Workers*: a clause over a non-integer attribute is ignored."""
    flow = office.workflow([{"queue": office.queue(), "order_by": "worker.name DESC"}])
    office.worker("first", name="a")
    office.worker("second", name="z")
    assert office.holders(office.task(flow)) == ["first"]


def channel_of(site, worker, name="chat"):
    return site.get(f"/Workers/{worker}/Channels/{name}").json


def test_the_share_of_capacity_left_is_by_the_formula(office, site):
    """Page *Multitasking*: floor((1 - reservations / capacity) * 100).

    The page's own example, 3 configured and 2 assigned, claims 66; its formula gives 33, and so do we.
    """
    flow = office.workflow(default=office.queue())
    worker = office.worker("ann")
    site.post(f"/Workers/{worker}/Channels/chat", Capacity=3)
    shares = [channel_of(site, worker)["available_capacity_percentage"]]
    for _ in range(3):
        office.accepted(office.task(flow, channel="chat"))
        shares.append(channel_of(site, worker)["available_capacity_percentage"])
    assert shares == [100, 66, 33, 0]
    assert channel_of(site, worker)["assigned_tasks"] == 3


def test_a_reservation_counts_against_capacity_while_it_is_only_offered(office, site):
    """Page *Multitasking*: pending, accepted and wrapping reservations count; assigned_tasks counts accepted ones."""
    flow = office.workflow(default=office.queue())
    worker = office.worker("ann")
    first, second = office.task(flow, channel="chat"), office.task(flow, channel="chat")
    assert (office.status(first), office.status(second)) == ("reserved", "pending")
    channel = channel_of(site, worker)
    assert (channel["assigned_tasks"], channel["available_capacity_percentage"]) == (0, 0)


def test_channels_do_not_block_each_other(office):
    """Page *Multitasking*: capacity is configured per channel."""
    flow = office.workflow(default=office.queue())
    office.worker("ann")
    office.accepted(office.task(flow, channel="voice"))
    assert office.holders(office.task(flow, channel="chat")) == ["ann"]
    assert office.holders(office.task(flow, channel="voice")) == []


def test_one_channel_blocks_another_where_an_expression_says_so(office):
    """Page *Multitasking*: ``worker.channel.voice.assigned_tasks == 0`` in a target keeps chats from those on the telephone."""
    busy = "worker.channel.voice.assigned_tasks == 0"
    flow = office.workflow([{"queue": office.queue(), "expression": busy}])
    office.worker("ann")
    call = office.accepted(office.task(flow, channel="voice"))
    chat = office.task(flow, channel="chat")
    assert office.status(chat) == "pending"
    office.decide(call, "completed")
    assert office.status(chat) == "reserved"


def test_a_capacity_of_none_takes_nothing(office, site):
    """Worker Channel resource: capacity 0 means no new reservations; new workers have 1 on every channel."""
    flow = office.workflow(default=office.queue())
    worker = office.worker("ann")
    assert channel_of(site, worker)["configured_capacity"] == 1
    site.post(f"/Workers/{worker}/Channels/chat", Capacity=0)
    assert office.status(office.task(flow, channel="chat")) == "pending"


def test_a_channel_that_is_not_available_takes_nothing(office, site):
    """Worker Channel resource: ``Available`` false keeps new tasks of that channel away."""
    flow = office.workflow(default=office.queue())
    worker = office.worker("ann")
    site.post(f"/Workers/{worker}/Channels/chat", Available="false")
    task = office.task(flow, channel="chat")
    assert office.status(task) == "pending"
    site.post(f"/Workers/{worker}/Channels/chat", Available="true")
    assert office.status(task) == "reserved"


def test_several_workers_are_asked_at_once_and_the_first_to_accept_has_it(office, site):
    """TaskQueue resource, MaxReservedWorkers: the others are rescinded, and accepting late is 410."""
    flow = office.workflow(default=office.queue(MaxReservedWorkers=2))
    for name in ("ann", "bob", "cid"):
        office.worker(name)
    task = office.task(flow)
    first, second = office.reservations(task)
    assert [first["worker_name"], second["worker_name"]] == ["ann", "bob"]
    site.post(second["url"], ReservationStatus="accepted")
    assert [each["reservation_status"] for each in office.reservations(task)] == ["rescinded", "accepted"]
    assert site.post(first["url"], ReservationStatus="accepted").status == 410


def test_a_round_is_over_only_when_nobody_of_it_is_left(office, site):
    """TaskQueue resource, MaxReservedWorkers: the task is pending again when all reservations ended unaccepted."""
    flow = office.workflow(default=office.queue(MaxReservedWorkers=2))
    office.worker("ann")
    office.worker("bob")
    task = office.task(flow)
    break_ = site.activity("Break")
    first, second = office.reservations(task)
    site.post(first["url"], ReservationStatus="rejected", WorkerActivitySid=break_)
    assert office.status(task) == "reserved"
    site.post(second["url"], ReservationStatus="rejected", WorkerActivitySid=break_)
    assert office.status(task) == "pending"


def test_the_availability_of_an_activity_never_changes(site):
    """Activity resource: ``available`` is fixed at creation; sending it again is answered 200 and ignored (observed)."""
    made = site.made("/Activities", FriendlyName="Lunch", Available="true")
    assert made["available"] is True
    answer = site.post(f"/Activities/{made['sid']}", Available="false")
    assert (answer.status, answer["available"]) == (200, True)


@pytest.mark.parametrize(
    ("value", "available"), [("true", True), ("1", True), ("yes", True), ("no", False), ("x", False)]
)
def test_words_for_an_available_activity(site, value, available):
    """Activity resource: true, 1 and yes mean available, all other values that it is not."""
    assert site.made("/Activities", FriendlyName="Lunch", Available=value)["available"] is available


def test_a_worker_without_an_activity_is_in_the_default_one(site):
    """Worker resource, ``ActivitySid``: absent, the workspace's default activity (a new workspace's is Offline)."""
    made = site.made("/Workers", FriendlyName="ann")
    assert (made["activity_name"], made["available"], made["attributes"]) == ("Offline", False, "{}")


def test_names_of_workers_are_unique_whatever_the_case(site):
    """Worker resource; the message is as observed (reference 1.8)."""
    site.made("/Workers", FriendlyName="Ann")
    answer = site.post("/Workers", FriendlyName="aNN")
    assert (answer.status, answer["code"]) == (400, 20001)
    assert answer["message"] == "Worker with the same friendly name already exists"


def test_leaving_with_pending_reservations_rejects_them_if_told_to(office):
    """Worker resource, ``RejectPendingReservations``: with a move to an activity that is not available."""
    flow = office.workflow(default=office.queue())
    worker = office.worker("ann")
    task = office.task(flow)
    office.move(worker, "Break")
    assert office.holders(task) == ["ann"]
    office.move(worker, "Offline", RejectPendingReservations="true")
    assert [each["reservation_status"] for each in office.reservations(task)] == ["rejected"]
    assert office.status(task) == "pending"


def test_rejecting_pending_reservations_does_not_go_with_an_available_activity(office, site):
    """Worker resource: the flag is only valid if the new activity's availability is false."""
    worker = office.worker("ann", "Offline")
    answer = site.post(f"/Workers/{worker}", ActivitySid=site.activity("Available"), RejectPendingReservations="true")
    assert (answer.status, answer["code"]) == (400, 20001)
