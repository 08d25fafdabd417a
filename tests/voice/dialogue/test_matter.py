"""What an agent has in hand moves on with what is said and with what functions give."""

import json

import pytest

from flexsim.randomness import Randomness
from flexsim.voice.dialogue.language import Wording
from flexsim.voice.dialogue.languages import LANGUAGES
from flexsim.voice.dialogue.matter import MOST_TRIES, STUCK, Matter, parsed
from flexsim.voice.dialogue.meaning import understand
from flexsim.voice.dialogue.tools import for_agent
from flexsim.voice.dialogue.turn import Turn
from flexsim.voice.ports import ToolResult


@pytest.fixture
def matter():
    found = Matter(for_agent("banking"), Wording(LANGUAGES["en"], Randomness(1).generator("words")), identify=True)
    found.take_wishes(understand("I'd like to know the balance of my checking account", "en"), Turn())
    return found


def gave(matter, output):
    turn = Turn()
    matter.take_result(ToolResult(name=matter.flying.name, output=json.dumps(output)), turn)
    return turn


def advanced(matter):
    turn = Turn()
    matter.advance(turn)
    return turn


def identified(matter):
    matter.present().values.update(name="A B", date_of_birth="1990-01-01", card_last_four="4412")
    advanced(matter)
    return gave(matter, {"verified": True, "customer": "Ann Bee"})


def test_who_calls_is_asked_first_and_why_is_said_once(matter):
    assert matter.present().tool.name == "verify_identity"
    first, second = advanced(matter), advanced(matter)
    assert len(first.parts) == 2
    assert len(second.parts) == 1
    assert matter.asked == ["name", "date_of_birth"]


def test_then_it_does_what_was_wished_for_and_tells(matter):
    assert "Ann" in identified(matter).text
    call = advanced(matter).calls[0]
    assert (call.name, call.arguments) == ("get_balance", {"account": "checking"})
    assert "517 dollars" in gave(matter, {"account": "checking", "balance": 517}).told[0]
    assert matter.served
    assert matter.present() is None


def test_a_second_wish_waits_for_the_first(matter):
    matter.take_wishes(understand("Were there any charges on my checking account?", "en"), Turn())
    identified(matter)
    advanced(matter)
    gave(matter, {"account": "checking", "balance": 517})
    assert matter.present().tool.name == "list_transactions"


def test_what_fails_is_tried_once_more_and_then_given_up(matter):
    identified(matter)
    for _ in range(MOST_TRIES):
        assert advanced(matter).calls
        gave(matter, {"error": "down"})
    assert matter.present() is None
    assert matter.nothing == STUCK


def test_what_is_refused_is_told_and_not_tried_again(matter):
    identified(matter)
    advanced(matter)
    assert gave(matter, {"refused": "not_found", "account": "checking"}).told
    assert matter.present() is None


def test_who_is_not_known_after_all_attempts_is_locked_out(matter):
    matter.present().values.update(name="A B", date_of_birth="1990-01-01", card_last_four="0000")
    advanced(matter)
    gave(matter, {"refused": "no_match", "attempts_left": 1})
    assert matter.present().missing() == ["name", "date_of_birth", "card_last_four"]
    matter.present().values.update(name="A B", date_of_birth="1990-01-01", card_last_four="0000")
    advanced(matter)
    gave(matter, {"refused": "locked", "attempts_left": 0})
    assert matter.locked
    assert matter.present() is None


def test_nothing_that_changes_something_is_called_before_it_was_read_back():
    found = Matter(for_agent("banking"), Wording(LANGUAGES["en"], Randomness(1).generator("words")), identify=False)
    found.take_wishes(understand("Move 250 dollars from checking to savings", "en"), Turn())
    assert not advanced(found).calls
    assert found.pending == "confirm"
    found.present().confirmed = True
    assert advanced(found).calls[0].name == "transfer_funds"


def test_a_human_comes_before_everything_else(matter):
    assert matter.hand_over()
    assert advanced(matter).calls[0].name == "transfer_to_human"
    gave(matter, {"status": "connecting"})
    assert matter.handed_over


def test_an_answer_of_another_function_is_ignored(matter):
    turn = Turn()
    matter.take_result(ToolResult(name="hang_up", output="{}"), turn)
    assert turn.text == ""


@pytest.mark.parametrize(
    ("output", "found"), [('{"a": 1}', {"a": 1}), ("[1]", {"result": [1]}), ("oops", {"result": "oops"})]
)
def test_any_output_is_an_object(output, found):
    assert parsed(output) == found
