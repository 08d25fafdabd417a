"""The real ``openai`` client against a server of ours that streams, counts and fails."""

import asyncio
import json
from contextlib import asynccontextmanager

import pytest

from flexsim.clock import ManualClock
from flexsim.errors import ConfigurationError, TargetRefused, TargetUnreachable
from flexsim.randomness import Randomness
from flexsim.workforce.minds.asking import Request
from flexsim.workforce.minds.openai_chat import Limits, OpenAIChat
from tests.workforce.minds.chat_server import SECRET, right_answer, serving

SCHEMA = {
    "type": "object",
    "properties": {
        "text": {"type": "string"},
        "proposals": {"type": "array", "items": {"type": "object", "properties": {"kind": {"enum": ["overtime"]}}}},
    },
}


class Hurried(ManualClock):
    """A clock whose sleepers wake at once; ``slept`` says for how long they meant to."""

    def __init__(self):
        super().__init__()
        self.slept = []

    def call_at(self, moment, callback):
        self.slept.append(moment - self.now())
        waking = super().call_at(moment, callback)
        asyncio.get_running_loop().call_soon(self.advance, moment - self.now())
        return waking


def request(text="Week 1. How are we?"):
    return Request(
        model="m", messages=(("system", "You are."), ("user", text)), schema_name="speech", schema=SCHEMA, temperature=0.5,
        most_tokens=100, seed=3,
    )  # fmt: skip


@asynccontextmanager
async def chatting(**limits):
    clock = Hurried()
    async with serving() as server:
        chat = OpenAIChat(
            server.url, SECRET, Limits(**{"timeout": 5.0, **limits}), clock, Randomness(1).generator("pauses")
        )
        try:
            yield server, chat, clock
        finally:
            await chat.close()


def play(story, **limits):
    async def go():
        async with chatting(**limits) as (server, chat, clock):
            return await story(server, chat, clock)

    return asyncio.run(go())


def test_an_answer_comes_with_the_servers_own_count_of_tokens():
    async def story(server, chat, _):
        answer = await chat.complete(request())
        (asked,) = server.requests
        assert asked == request().canonical()
        assert answer.text == right_answer(asked)
        assert (answer.input_tokens, answer.output_tokens) == (6, len(answer.text) // 4)
        assert server.headers[0]["Authorization"] == f"Bearer {SECRET}"

    play(story)


def test_a_streamed_answer_is_the_same_and_is_heard_as_it_comes():
    async def story(_, chat, __):
        pieces = []
        whole = await chat.complete(request())
        streamed = await chat.complete(request(), pieces.append)
        assert streamed == whole
        assert len(pieces) > 5
        assert "".join(pieces) == whole.text

    play(story)


@pytest.mark.parametrize("fault", ["429", "500", "503", "close", "no-json", "no-choices", "html"])
@pytest.mark.parametrize("streamed", [False, True])
def test_what_may_pass_is_tried_again(fault, streamed):
    async def story(server, chat, clock):
        server.faults = [fault, fault]
        answer = await chat.complete(request(), (lambda _: None) if streamed else None)
        assert answer.text == right_answer(request().canonical())
        assert (len(server.requests), chat.retried, len(clock.slept)) == (3, 2, 2)
        assert 0.3 < clock.slept[0] < 0.7
        assert 0.7 < clock.slept[1] < 1.3

    play(story)


def test_a_server_that_says_when_is_obeyed():
    async def story(server, chat, clock):
        server.faults = ["429-after"]
        await chat.complete(request())
        assert clock.slept == [7.0]

    play(story)


@pytest.mark.parametrize(("fault", "told"), [("401", "does not accept the key (401)"), ("400", "refused (400)")])
def test_what_will_not_pass_is_not_tried_again_and_no_error_holds_the_key(fault, told):
    async def story(server, chat, _):
        server.faults = [fault]
        with pytest.raises(TargetRefused) as failure:
            await chat.complete(request())
        assert told in str(failure.value)
        assert "told to fail" in str(failure.value)
        assert SECRET not in str(failure.value)
        assert len(server.requests) == 1

    play(story)


def test_after_the_last_try_the_server_and_its_answer_are_named():
    async def story(server, chat, _):
        server.faults = ["503"] * 3
        with pytest.raises(TargetRefused, match=r"answered 503 in 3 attempts") as failure:
            await chat.complete(request())
        assert server.url in str(failure.value)
        assert failure.value.status == 503

    play(story, retries=2)


@pytest.mark.parametrize(("fault", "streamed"), [("silence", False), ("silence", True), ("drip", True)])
def test_a_slow_answer_is_given_up_however_it_drips(fault, streamed):
    async def story(server, chat, _):
        server.faults = [fault]
        with pytest.raises(TargetUnreachable, match=r"no answer within 0\.25 s in 1 attempt"):
            await chat.complete(request(), (lambda _: None) if streamed else None)

    play(story, retries=0, timeout=0.25)


def test_a_stream_that_is_cut_off_is_tried_again():
    async def story(server, chat, _):
        server.faults = ["cut"]
        answer = await chat.complete(request(), lambda _: None)
        assert json.loads(answer.text)
        assert len(server.requests) == 2

    play(story)


def test_nobody_there_is_told_in_a_line():
    async def go():
        chat = OpenAIChat(
            "http://127.0.0.1:9/v1", SECRET, Limits(retries=1), Hurried(), Randomness(1).generator("pauses")
        )
        with pytest.raises(TargetUnreachable, match=r"http://127.0.0.1:9/v1 cannot be reached: .* in 2 attempts"):
            await chat.complete(request())
        await chat.close()

    asyncio.run(go())


def test_never_more_requests_at_once_than_allowed():
    async def story(server, chat, _):
        server.pause = 0.01
        await asyncio.gather(*(chat.complete(request(f"{n}")) for n in range(12)))
        assert server.most == 3

    play(story, at_once=3)


def test_tokens_are_estimated_where_a_server_does_not_count():
    async def story(server, chat, _):
        for hear in (None, lambda _: None):
            server.faults = ["no-usage"]
            answer = await chat.complete(request(), hear)
            assert (answer.input_tokens, answer.output_tokens) == (6, len(answer.text) // 4)

    play(story)


def test_a_model_without_a_key_is_refused_before_anything_is_asked():
    with pytest.raises(ConfigurationError, match="OPENAI_API_KEY"):
        OpenAIChat(None, "", Limits(), ManualClock(), Randomness(1).generator("pauses"))
