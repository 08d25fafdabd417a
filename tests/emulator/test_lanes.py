"""Lanes: order, bounds, batches, tries and losses, with a receiver that can be told to stall. No socket."""

import asyncio

from flexsim.emulator.lanes import Delivery, Lanes, Route
from flexsim.emulator.outbound import Answer
from flexsim.errors import TargetUnreachable


class Gate:
    """Takes what is sent once it is open; answers as told."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.taken = []
        self.open = asyncio.Event()
        self.open.set()

    async def send(self, workspace, items):
        await self.open.wait()
        self.taken.append((workspace.sid, list(items)))
        answer = self.answers.pop(0) if self.answers else 200
        if answer is None:
            raise TargetUnreachable("no answer")
        return Answer(status=answer, content_type="", body=b"")


def lanes_to(site, gate, **how):
    delivery = Delivery(**({"answer_within": 1, "first_pause": 0.001} | how))
    return Lanes(site.host, site.alerts, Route(send=gate.send, what=lambda _, item: f"item {item}"), delivery)


async def drained(lanes):
    while senders := lanes.senders():
        await asyncio.gather(*senders)


def test_items_of_a_workspace_go_one_after_the_other(site):
    async def scenario():
        gate = Gate(503, None, 200)
        lanes = lanes_to(site, gate)
        for item in "abc":
            lanes.put(site.workspace, item)
        await drained(lanes)
        assert [items for _, items in gate.taken] == [["a"], ["a"], ["a"], ["b"], ["c"]]
        assert lanes.counts() == {"sent": 3, "waiting": 0, "lost": 0}

    asyncio.run(scenario())


def test_a_stalled_receiver_costs_the_oldest_and_each_loss_is_counted_and_named(site):
    async def scenario():
        gate = Gate()
        gate.open.clear()
        lanes = lanes_to(site, gate, bound=4, at_once=2)
        for item in range(2):
            lanes.put(site.workspace, item)
        await asyncio.sleep(0)  # the first two are underway now
        for item in range(2, 9):
            lanes.put(site.workspace, item)
        assert lanes.counts() == {"sent": 0, "waiting": 4, "lost": 5}
        gate.open.set()
        await drained(lanes)
        assert [items for _, items in gate.taken] == [[0, 1], [7, 8]]
        assert lanes.counts() == {"sent": 4, "waiting": 0, "lost": 5}
        messages = [each["message"] for each in site.alerts.listed()]
        assert messages[0] == "lost: item 2: more than 4 wait"
        assert len(messages) == 5

    asyncio.run(scenario())


def test_a_stalled_workspace_delays_no_other(site):
    async def scenario():
        other = site.open(site.account)
        gate = Gate()
        gate.open.clear()
        lanes = lanes_to(site, gate)
        lanes.put(site.workspace, "stalled")
        await asyncio.sleep(0)
        gate.open = asyncio.Event()
        gate.open.set()
        lanes.put(other, "free")
        await asyncio.sleep(0.01)
        assert gate.taken == [(other.sid, ["free"])]
        assert lanes.waiting == 1
        await lanes.stop()

    asyncio.run(scenario())


def test_what_comes_together_goes_together_and_a_full_post_does_not_wait(site):
    async def scenario():
        gate = Gate()
        lanes = lanes_to(site, gate, at_once=3, company=60)
        lanes.put(site.workspace, 1)
        await asyncio.sleep(0)
        lanes.put(site.workspace, 2)
        assert gate.taken == []
        lanes.put(site.workspace, 3)
        await asyncio.sleep(0.01)
        assert [items for _, items in gate.taken] == [[1, 2, 3]]
        await lanes.stop()

    asyncio.run(scenario())


def test_a_post_that_is_not_full_goes_when_its_time_is_up(site):
    async def scenario():
        gate = Gate()
        lanes = lanes_to(site, gate, at_once=3, company=0.01)
        lanes.put(site.workspace, 1)
        lanes.put(site.workspace, 2)
        await drained(lanes)
        assert [items for _, items in gate.taken] == [[1, 2]]

    asyncio.run(scenario())


def test_a_batch_that_is_not_taken_is_lost_whole(site):
    async def scenario():
        lanes = lanes_to(site, Gate(404), at_once=3)
        for item in range(3):
            lanes.put(site.workspace, item)
        await drained(lanes)
        assert lanes.counts() == {"sent": 0, "waiting": 0, "lost": 3}
        assert site.alerts.listed()[2]["message"] == "lost: item 2: answered 404"

    asyncio.run(scenario())


def test_what_is_put_without_an_event_loop_goes_once_there_is_one(site):
    gate = Gate()
    lanes = lanes_to(site, gate, at_once=2, company=0.01)
    lanes.put(site.workspace, 1)
    assert lanes.counts() == {"sent": 0, "waiting": 1, "lost": 0}

    async def go_on():
        lanes.resume()
        await drained(lanes)

    asyncio.run(go_on())
    assert [items for _, items in gate.taken] == [[1]]


def test_a_reset_drops_what_waits_and_counts_from_nothing(site):
    async def scenario():
        gate = Gate()
        lanes = lanes_to(site, gate)
        lanes.put(site.workspace, 1)
        await drained(lanes)
        gate.open.clear()
        lanes.put(site.workspace, 2)
        await asyncio.sleep(0)
        lanes.reset()
        gate.open.set()
        lanes.put(site.workspace, 3)
        await drained(lanes)
        assert [items for _, items in gate.taken] == [[1], [3]]
        assert lanes.counts() == {"sent": 1, "waiting": 0, "lost": 0}

    asyncio.run(scenario())
