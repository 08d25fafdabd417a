"""The mind that asks a model: in parallel, checked, repaired once, counted."""

import asyncio
import json

import pytest

from flexsim.clock import ManualClock
from flexsim.errors import AnswerRefused, TargetRefused
from flexsim.randomness import Randomness
from flexsim.workforce.memory.listed import ListedMemories
from flexsim.workforce.minds.asking import Answer
from flexsim.workforce.minds.llm import LlmMind, Model
from flexsim.workforce.minds.openai_chat import Limits, OpenAIChat
from flexsim.workforce.minds.prices import Price
from flexsim.workforce.turns.engine import TurnEngine
from flexsim.workforce.turns.opening import open_session
from tests.workforce.making import CENTRE, SCENARIO, proposal, role_named, view
from tests.workforce.minds.chat_server import SECRET, right_answer, serving

MODEL = Model(name="m", price=Price(tokens_in=1.0, tokens_out=10.0))


class Scripted:
    """A chat that answers as it is told, in order, and then right."""

    def __init__(self, *texts):
        self.texts = list(texts)
        self.requests = []
        self.open = self.most = 0

    async def complete(self, request, pieces=None):
        self.requests.append(request)
        self.open += 1
        self.most = max(self.most, self.open)
        await asyncio.sleep(0)
        self.open -= 1
        text = self.texts.pop(0) if self.texts else right_answer(request.canonical())
        if isinstance(text, Exception):
            raise text
        for at in range(0, len(text), 7):
            if pieces:
                pieces(text[at : at + 7])
        return Answer(text=text, input_tokens=100, output_tokens=20)


def propose(chat, *names, hearing=None):
    return asyncio.run(LlmMind(chat, MODEL, hearing).propose([view(role_named(name)) for name in names]))


def test_a_wave_is_asked_at_the_same_time_and_answers_in_order():
    chat = Scripted()
    found = propose(chat, "product", "engineering", "design")
    assert [each.role for each in found] == ["product", "engineering", "design"]
    assert chat.most == 3
    assert found[0].proposals[0].kind == "delay_release"


@pytest.mark.parametrize(
    "bad",
    ["", "I think we should hire.", '{"text": "x"}', '{"text": "x", "to": [], "proposals": [{"kind": "buy_a_boat", "amount": 1, "reason": ""}]}',
     '{"text": "x", "to": ["nobody"], "proposals": []}', '{"text": "x", "to": [], "proposals": [{"kind": "overtime", "amount": NaN, "reason": ""}]}',
     "[" * 5000],
)  # fmt: skip
def test_what_cannot_be_used_is_repaired_once(bad):
    chat = Scripted(bad)
    (found,) = propose(chat, "support")
    first, second = chat.requests
    assert second.messages[:2] == first.messages
    assert second.messages[2] == ("assistant", bad)
    assert second.messages[3][1].startswith("That cannot be used: ")
    assert found.text
    assert (found.usage.calls, found.usage.input_tokens, found.usage.output_tokens) == (2, 200, 40)


def test_and_then_it_is_refused_with_what_it_said():
    with pytest.raises(
        AnswerRefused,
        match=r"m answered twice, as support in week 1, what cannot be used: it is not JSON: .*; it said: never",
    ):
        propose(Scripted("no", "never"), "support")


def test_a_fenced_answer_is_read_and_an_amount_is_held_within_its_limits():
    text = json.dumps(
        {"text": "x", "to": ["ceo", "ceo"], "proposals": [{"kind": "overtime", "amount": 900, "reason": "much"}]}
    )
    (found,) = propose(Scripted(f"```json\n{text}\n```"), "support")
    assert (found.recipients, found.proposals[0].amount) == (("ceo",), 8.0)


def test_an_error_of_one_ends_the_wave_with_that_error():
    failure = TargetRefused("no", status=401)
    with pytest.raises(TargetRefused) as raised:
        propose(Scripted(failure), "product", "engineering")
    assert raised.value is failure


def test_positions_are_about_others_proposals_by_their_number():
    chat = Scripted()
    table = [proposal("hire_support", role="support"), proposal("marketing", 20, role="sales")]
    support, sales = asyncio.run(
        LlmMind(chat, MODEL).weigh([view(role_named("support")), view(role_named("sales"))], table)
    )
    assert [each.proposal.kind for each in support.positions] == ["marketing"]
    assert [each.proposal.kind for each in sales.positions] == ["hire_support"]
    assert support.recipients == ("sales",)


def test_who_has_nothing_of_others_to_weigh_is_not_asked():
    chat = Scripted()
    asyncio.run(LlmMind(chat, MODEL).weigh([view(role_named("support"))], [proposal("overtime")]))
    assert chat.requests == []


def test_what_is_said_is_heard_while_it_comes():
    heard = []
    (found,) = propose(Scripted(), "support", hearing=lambda role, text: heard.append((role, text)))
    assert {role for role, _ in heard} == {"support"}
    texts = [text for _, text in heard]
    assert texts[-1] == found.text
    assert all(found.text.startswith(text) for text in texts)
    assert len(set(texts)) > 3


def test_cost_is_tokens_times_price():
    (found,) = propose(Scripted(), "support")
    assert found.usage.dollars == pytest.approx((100 * 1.0 + 20 * 10.0) / 1e6)


def test_a_whole_turn_by_the_real_client_over_the_network():
    async def go():
        async with serving() as server:
            server.faults = ["500", lambda _: "rubbish", "429"]
            chat = OpenAIChat(server.url, SECRET, Limits(at_once=4), Woken(), Randomness(1).generator("pauses"))
            session = open_session(SCENARIO, seed=1, mind="llm")
            engine = TurnEngine(LlmMind(chat, MODEL, lambda *_: None), centre=CENTRE)
            turns, memories = [], ListedMemories()
            for _ in range(2):
                turns.append(await engine.next_turn(session, turns, memories))
                memories.add(turns[-1].memories)
            await chat.close()
            return server, turns

    server, turns = asyncio.run(go())
    assert [len(turn.messages) for turn in turns] == [15, 15]
    assert turns[0].usage.calls == 15  # 7 speak, 7 weigh, one answer was rubbish
    assert any(each.accepted for each in turns[0].decisions)
    assert server.most <= 4
    assert "Week 1:" in server.requests[-1]["messages"][1]["content"]


class Woken(ManualClock):
    def call_at(self, moment, callback):
        waking = super().call_at(moment, callback)
        asyncio.get_running_loop().call_soon(self.advance, moment - self.now())
        return waking
