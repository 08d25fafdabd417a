"""The agent's side of a conversation, line by line."""

import json

import pytest

from flexsim.randomness import Randomness
from flexsim.voice.dialogue.agents import agent
from flexsim.voice.dialogue.instructions import for_agent
from flexsim.voice.dialogue.meaning import understand
from flexsim.voice.dialogue.minds import make_mind
from flexsim.voice.dialogue.tools import for_agent as functions
from flexsim.voice.ports import Heard, InterjectionKind, Tool, ToolResult, Written

WEATHER = Tool(
    name="get_weather",
    description="Get the current weather for a city.",
    parameters={"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
)


class Desk:
    """An agent's mind, and what one says to it."""

    def __init__(self, seed=1, instructions=None, tools=None):
        text = for_agent(agent("banking")) if instructions is None else instructions
        self.mind = make_mind(
            text, functions("banking") if tools is None else tools, Randomness(seed).generator("agent")
        )

    def begins(self):
        return self.mind.reply([])

    def hears(self, text, *, complete=True):
        return self.mind.reply([Heard(text=text, complete=complete)])

    def misses(self):
        return self.mind.reply([Heard(text="", understood=False)])

    def gets(self, name, output):
        return self.mind.reply([ToolResult(name=name, output=json.dumps(output))])

    def verified(self):
        self.begins()
        self.hears("I'd like to know the balance of my checking account")
        self.hears("My name is Maria Lopez. I was born on March 12th, 1984.")
        assert self.hears("It ends in 4 4 1 2").calls[0].arguments == {
            "name": "Maria Lopez", "date_of_birth": "1984-03-12", "card_last_four": "4412",
        }  # fmt: skip
        return self.gets("verify_identity", {"verified": True, "customer": "Maria Lopez"})


def shows(reply):
    return understand(reply.text, "en").shows


def test_it_greets_for_its_company():
    assert "Northwind Bank" in Desk().begins().text


def test_a_balance_from_hello_to_goodbye():
    desk = Desk()
    call = desk.verified().calls[0]
    assert (call.name, call.arguments) == ("get_balance", {"account": "checking"})
    told = desk.gets("get_balance", {"account": "checking", "balance": 517.25})
    assert "517 dollars and 25 cents" in told.text
    assert "else" in shows(told)
    last = desk.hears("No, that's all, thank you.")
    assert "bye" in shows(last)
    assert last.calls[0].arguments == {"reason": "finished"}
    assert desk.gets("hang_up", {"status": "ended"}).text == ""


def test_what_it_did_not_understand_it_asks_again_then_offers_a_human_then_ends():
    desk = Desk()
    desk.begins()
    replies = [desk.misses() for _ in range(6)]
    assert "repeat" in shows(replies[0])
    assert "offer_human" in shows(replies[2])
    assert replies[5].calls[0].name == "hang_up"


def test_it_repeats_itself_when_asked():
    desk = Desk()
    greeting = desk.begins()
    assert desk.hears("Could you repeat that?").text == greeting.text


def test_that_it_did_not_understand_is_nothing_to_repeat():
    desk = Desk()
    greeting = desk.begins()
    desk.misses()
    assert desk.hears("Could you repeat that?").text == greeting.text


def test_what_was_cut_off_is_told_again():
    desk = Desk()
    desk.verified()
    told = desk.gets("get_balance", {"account": "checking", "balance": 517.25})
    desk.mind.cut_off(" ".join(told.text.split()[:3]))
    assert "517 dollars and 25 cents" in desk.hears("Come on, get to the point.").text


def test_what_was_heard_is_not_told_again():
    desk = Desk()
    desk.verified()
    told = desk.gets("get_balance", {"account": "checking", "balance": 517.25})
    desk.mind.cut_off(told.text)
    assert "517" not in desk.hears("Come on, get to the point.").text


def test_a_mm_hm_is_no_answer():
    desk = Desk()
    desk.begins()
    desk.hears("I'd like to know the balance of my checking account")
    assert set(understand(desk.hears("Mm-hm.").text, "en").asks) & {"name", "date_of_birth"}


def test_it_explains_its_words():
    desk = Desk()
    desk.begins()
    assert "program for the telephone" in desk.hears("What do you mean by the mobile app?").text


def test_it_answers_from_what_it_knows_and_says_what_it_does_not():
    desk = Desk()
    desk.begins()
    assert "1000 dollars a day" in desk.hears("Is there a limit to what I can move in a day?").text
    assert "unknown_topic" in shows(desk.hears("Do I get a rental car?"))


def test_a_correction_of_what_was_read_back_is_taken():
    desk = Desk(tools=[each for each in functions("banking") if each.name != "verify_identity"])
    desk.begins()
    assert "confirm" in shows(desk.hears("Please move 250 dollars from checking to savings"))
    again = desk.hears("No, it should be 520 dollars.")
    assert "520 dollars" in again.text
    call = desk.hears("Yes, that's right.").calls[0]
    assert call.arguments == {"amount": 520, "from_account": "checking", "to_account": "savings"}


def test_a_plain_no_to_what_was_read_back_asks_what_is_wrong():
    desk = Desk(tools=[each for each in functions("banking") if each.name != "verify_identity"])
    desk.begins()
    desk.hears("Please move 250 dollars from checking to savings")
    assert "change" in shows(desk.hears("No, that's not right."))
    assert "520 dollars" in desk.hears("The amount, 520 dollars").text


def test_who_wants_a_human_gets_one():
    desk = Desk()
    desk.begins()
    reply = desk.hears("I want to talk to a human")
    assert reply.calls[0].name == "transfer_to_human"
    assert desk.gets("transfer_to_human", {"status": "connecting"}).text == ""


def in_vain(desk):
    """A human is asked for, and the function that would bring one fails twice."""
    assert desk.hears("I want to talk to a human").calls
    assert desk.gets("transfer_to_human", {"error": "down"}).calls
    return desk.gets("transfer_to_human", {"error": "down"})


def test_a_human_who_is_not_to_be_had_is_sought_once_more_and_then_it_ends():
    desk = Desk()
    desk.begins()
    assert {"failed", "greeting"} <= shows(in_vain(desk))
    last = in_vain(desk)
    assert {"failed", "bye"} <= shows(last)
    assert last.calls[0].arguments == {"reason": "refused"}


def test_a_human_who_was_not_to_be_had_is_not_offered():
    desk = Desk()
    desk.begins()
    in_vain(desk)
    replies = [desk.misses() for _ in range(3)]
    assert not any("offer_human" in shows(each) for each in replies)
    assert replies[2].calls[0].arguments == {"reason": "refused"}


def test_while_a_function_runs_it_asks_for_patience():
    desk = Desk()
    desk.begins()
    desk.hears("I want to talk to a human")
    assert "hold" in shows(desk.hears("Hello?"))


def test_a_call_that_was_lost_with_its_words_is_made_again():
    desk = Desk()
    desk.begins()
    desk.hears("I want to talk to a human")
    desk.mind.cut_off("")
    assert desk.hears("Hello?").calls[0].name == "transfer_to_human"


def test_a_call_that_changes_something_is_read_back_again_before_it_is_made_again():
    desk = Desk(tools=[each for each in functions("banking") if each.name != "verify_identity"])
    desk.begins()
    desk.hears("Please move 250 dollars from checking to savings")
    assert desk.hears("Yes, please.").calls
    desk.mind.cut_off("")
    again = desk.hears("Hello?")
    assert "confirm" in shows(again)
    assert not again.calls
    assert "else" in shows(
        desk.gets("transfer_funds", {"amount": 250, "from_account": "checking", "to_account": "savings"})
    )


def test_into_silence_it_asks_whether_anybody_is_there_and_then_hangs_up():
    desk = Desk()
    desk.begins()
    replies = [desk.mind.reply([]) for _ in range(4)]
    assert "still_there" in shows(replies[0])
    assert replies[3].calls[0].arguments == {"reason": "nobody_there"}


def test_if_hanging_up_got_lost_it_hangs_up_again_without_a_second_goodbye():
    desk = Desk()
    desk.begins()
    desk.hears("Goodbye")
    again = desk.hears("Hello?")
    assert again.text == ""
    assert again.calls[0].name == "hang_up"


def test_what_somebody_else_does_it_cannot():
    desk = Desk()
    desk.begins()
    reply = desk.hears("I need to file a car claim")
    assert {"cannot", "offer_human"} <= shows(reply)


def test_back_channels_come_as_often_as_its_role_says():
    desk = Desk()
    found = [desk.mind.overhear() for _ in range(400)]
    some = [each for each in found if each is not None]
    assert all(each.kind is InterjectionKind.BACK_CHANNEL for each in some)
    assert len(some) == pytest.approx(60, abs=28)  # 0.15 of 400, four deviations


def test_an_assistant_of_nobodys_uses_whatever_functions_it_is_given():
    desk = Desk(instructions="You are a helpful assistant.", tools=[WEATHER])
    asked = desk.mind.reply([Written(text="What's the weather like?")])
    assert "city" in asked.text
    call = desk.mind.reply([Written(text="Paris.")]).calls[0]
    assert (call.name, call.arguments) == ("get_weather", {"city": "Paris"})
    assert "temperature 21" in desk.gets("get_weather", {"temperature": 21}).text


def test_an_assistant_that_cannot_hang_up_talks_on_after_goodbye():
    desk = Desk(instructions="", tools=[])
    assert "bye" in shows(desk.hears("Goodbye"))
    assert desk.hears("Hello again").text


def test_where_both_began_at_once_it_lets_the_caller_go_on():
    def after(*, cut, complete):
        desk = Desk(seed=5)
        desk.begins()
        if cut:
            desk.mind.cut_off("Hel")
        return desk.hears("I have lost", complete=complete).after

    assert after(cut=True, complete=False) > 1.5
    assert after(cut=True, complete=True) < 1.5
    assert after(cut=False, complete=False) < 1.5


def test_what_is_done_already_is_told_and_not_done_again():
    desk = Desk()
    desk.verified()
    told = desk.gets("get_balance", {"account": "checking", "balance": 517.25})
    again = desk.hears("I'd like to know the balance of my checking account")
    assert not again.calls
    assert "517 dollars and 25 cents" in again.text
    assert told.text != again.text
    assert desk.hears("And the balance of my savings account?").calls
