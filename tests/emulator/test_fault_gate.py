"""Faults carried out: requests that wait, are answered with an error or hung up on; callbacks lost or late."""

import asyncio

import orjson
import pytest

from flexsim.emulator.fault_gate import FaultGate, FaultySender
from flexsim.emulator.faults import Faults, Rule
from flexsim.emulator.outbound import Answer, Post
from flexsim.errors import TargetUnreachable

POST = Post(url="http://127.0.0.1:1/events", form={}, token="t", timeout=5.0)


class Served:
    """An application behind a gate with these rules, and what happens to one request."""

    def __init__(self, *rules):
        self.processed = 0
        self.hung_up = []
        self.sent = []
        self.waited = 0.0
        faults = Faults(1)
        faults.set(rules)
        self.gate = FaultGate(self.app, faults, self.hung_up.append)

    async def app(self, scope, receive, send):
        self.processed += 1
        await send({"type": "http.response.start", "status": 201, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    def ask(self, path="/v1/Workspaces", **scope):
        async def receive():
            return {"type": "http.disconnect"}

        async def send(message):
            self.sent.append(message)

        async def exchange():
            loop = asyncio.get_running_loop()
            began = loop.time()
            full = {"type": "http", "method": "GET", "path": path, "client": ("127.0.0.1", 5)} | scope
            await self.gate(full, receive, send)
            self.waited = loop.time() - began

        asyncio.run(exchange())
        return self

    @property
    def status(self):
        return self.sent[0]["status"]


def test_what_no_rule_strikes_is_passed_on():
    served = Served(Rule(fault="drop", path="/v1/Other")).ask()
    assert (served.processed, served.status, served.hung_up) == (1, 201, [])


@pytest.mark.parametrize("status", [429, 500, 503, 418])
def test_an_error_that_was_asked_for_has_twilios_form_and_nothing_is_processed(status):
    served = Served(Rule(fault="status", status=status, retry_after=7)).ask()
    assert (served.processed, served.status) == (0, status)
    assert (b"retry-after", b"7") in served.sent[0]["headers"]
    document = orjson.loads(served.sent[1]["body"])
    assert (document["status"], document["code"]) == (status, 20000 + status)
    assert (b"content-length", b"%d" % len(served.sent[1]["body"])) in served.sent[0]["headers"]


def test_without_retry_after_none_is_sent():
    served = Served(Rule(fault="status", status=500)).ask()
    assert "retry-after" not in str(served.sent[0]["headers"])


def test_an_answer_can_be_replaced_after_the_request_was_processed():
    served = Served(Rule(fault="status", status=500, processed=True)).ask()
    assert (served.processed, served.status, len(served.sent)) == (1, 500, 2)


def test_a_dropped_request_is_hung_up_on_without_a_byte():
    served = Served(Rule(fault="drop")).ask()
    assert (served.processed, served.hung_up, served.sent) == (0, [("127.0.0.1", 5)], [])
    served = Served(Rule(fault="drop", processed=True)).ask()
    assert (served.processed, served.hung_up, served.sent) == (1, [("127.0.0.1", 5)], [])


def test_a_request_waits_and_is_then_processed():
    served = Served(Rule(fault="latency", seconds=0.02)).ask()
    assert (served.processed, served.status) == (1, 201)
    assert served.waited >= 0.02


def test_controls_and_web_sockets_are_never_struck():
    assert Served(Rule(fault="drop")).ask("/_flexsim/faults").processed == 1
    assert Served(Rule(fault="drop")).ask(type="websocket").processed == 1


class Taken:
    """A sender that takes every post."""

    def __init__(self):
        self.posts = []

    async def send(self, post):
        self.posts.append(post)
        return Answer(status=200, content_type="application/json", body=b"{}")


def sending(*rules, kind="event"):
    taken, faults = Taken(), Faults(1)
    faults.set(rules)
    return FaultySender(taken, faults, kind), taken, faults


def test_a_dropped_callback_is_not_sent_and_counts_as_unanswered():
    sender, taken, faults = sending(Rule(fault="callback_drop", callback="event"))
    with pytest.raises(TargetUnreachable, match=r"no answer from http://127\.0\.0\.1:1/events"):
        asyncio.run(sender.send(POST))
    assert taken.posts == []
    assert faults.listed()[0]["struck"] == 1


def test_a_callback_of_the_other_kind_is_sent():
    sender, taken, _ = sending(Rule(fault="callback_drop", callback="event"), kind="assignment")
    assert asyncio.run(sender.send(POST)).status == 200
    assert taken.posts == [POST]


def test_a_late_callback_is_sent_later():
    sender, taken, _ = sending(Rule(fault="callback_latency", seconds=0.02))

    async def sent():
        loop = asyncio.get_running_loop()
        began = loop.time()
        await sender.send(POST)
        return loop.time() - began

    assert asyncio.run(sent()) >= 0.02
    assert taken.posts == [POST]
