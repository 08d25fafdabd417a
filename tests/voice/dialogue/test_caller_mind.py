"""The caller's side of a conversation, line by line."""

from dataclasses import replace

import pytest

from flexsim.randomness import Randomness
from flexsim.voice.dialogue.callers import caller
from flexsim.voice.dialogue.instructions import for_caller
from flexsim.voice.dialogue.languages import LANGUAGES
from flexsim.voice.dialogue.meaning import understand
from flexsim.voice.dialogue.minds import make_mind
from flexsim.voice.dialogue.scenarios import scenario
from flexsim.voice.dialogue.tools import for_caller as functions
from flexsim.voice.ports import Heard, InterjectionKind, ToolResult

PLAIN = {"clarity": 1.0, "tech_comfort": 10, "tendency_to_interrupt": 0.0, "patience": 8}


class Caller:
    """A caller's mind, and what one says to it."""

    def __init__(self, seed=1, about="lost-card", goal=None, **persona):
        somebody = caller("typical")
        somebody = replace(somebody, persona=replace(somebody.persona, **{**PLAIN, **persona}))
        found = scenario(about)
        found = replace(found, goal=replace(found.goal, **(goal or {})))
        self.mind = make_mind(for_caller(somebody, found), functions(), Randomness(seed).generator("caller"))

    def hears(self, text, *, complete=True):
        return self.mind.reply([Heard(text=text, complete=complete)])

    def misses(self):
        return self.mind.reply([Heard(text="", understood=False)])


def shows(reply):
    return understand(reply.text, "en").shows


def test_it_says_why_it_calls_when_it_is_greeted():
    assert "skill.replace_card" in shows(Caller().hears("Northwind Bank, how can I help you?"))


def test_it_answers_all_that_it_is_asked_at_once():
    found = understand(Caller().hears("What is your full name, and what is your date of birth?").text, "en")
    assert "Maria Lopez" in found.text
    assert found.dates == ("1984-03-12",)


def test_it_says_yes_to_what_is_right_and_corrects_what_is_not():
    mind = Caller(about="transfer")
    assert "yes" in shows(mind.hears("So that is 250 dollars from checking to savings. Is that right?"))
    wrong = mind.hears("So that is 520 dollars from checking to savings. Is that right?")
    assert "no" in shows(wrong)
    assert "250 dollars" in wrong.text


def test_it_waits_in_silence_where_it_is_told_to():
    assert Caller().hears("One moment, please.").text == ""


def test_it_does_not_wait_for_a_human_who_is_not_free():
    waits = "I'll connect you to a colleague now. Please stay on the line. One moment, please."
    assert Caller().hears(waits).text == ""
    assert Caller().hears(f"{waits} I'm sorry, no colleague is free at the moment.").text


def test_that_it_is_there_it_says_once_before_what_it_said():
    mind = Caller()
    first = mind.hears("What is your date of birth?").text
    for _ in range(3):
        reply = mind.hears("Hello, are you still there?")
        assert "here" in shows(reply)
        assert reply.text.endswith(first)
        assert len(reply.text) < len(first) + 30


def test_it_asks_for_everything_that_it_also_wants_and_then_says_that_is_all():
    mind = Caller()
    mind.hears("How can I help you?")
    said = [mind.hears("Your gold card is blocked now. Is there anything else I can do for you?")]
    said += [mind.hears("I see. Is there anything else I can do for you?") for _ in range(3)]
    cues = ["topic.delivery_time", "topic.security", "skill.list_transactions", "done"]
    assert [cue in shows(reply) for cue, reply in zip(cues, said, strict=True)] == [True] * 4


def test_at_goodbye_it_hangs_up_and_says_whether_it_got_what_it_wanted():
    mind = Caller()
    mind.hears("How can I help you?")
    assert mind.hears("Goodbye!").calls[0].arguments == {"reason": "gave_up"}
    mind = Caller()
    mind.hears("Your gold card is blocked now.")
    reply = mind.hears("Goodbye!")
    assert reply.calls[0].arguments == {"reason": "finished"}
    assert mind.hears("Hello?").text == ""


def test_what_it_did_not_understand_it_asks_again_until_its_patience_is_out():
    mind = Caller(patience=3)
    replies = [mind.misses() for _ in range(4)]
    assert ["repeat" in shows(each) for each in replies[:3]] == [True] * 3
    assert shows(replies[3]) & {"human", "stop"}


@pytest.mark.parametrize("patience", [1, 4, 10])
def test_the_more_patience_the_later_it_is_out(patience):
    mind = Caller(patience=patience)
    count = 0
    while "repeat" in shows(mind.misses()):
        count += 1
    assert count == patience


def test_after_its_turns_it_has_to_go():
    mind = Caller(goal={"max_turns": 3})
    for _ in range(3):
        mind.hears("What is your full name?")
    assert mind.hears("What is your full name?").calls[0].arguments == {"reason": "out_of_turns"}


def test_a_technical_word_is_asked_about_once_by_one_who_does_not_know_it():
    mind = Caller(tech_comfort=1, seed=2)
    told = "You can follow it in the mobile app. Is there anything else I can do for you?"
    replies = [mind.hears(told) for _ in range(3)]
    assert "explain" in shows(replies[0])
    assert not any("explain" in shows(each) for each in replies[1:])


def test_one_who_is_told_that_nobody_can_help_gives_up_or_takes_a_human():
    refused = "I'm sorry, I can't help you with that here. Shall I connect you to a colleague?"
    assert Caller().hears(refused).calls[0].arguments == {"reason": "gave_up"}
    assert "yes" in shows(Caller(about="human").hears(refused))


def test_one_who_wants_none_declines_a_human_while_its_patience_lasts():
    offered = "Would you like to speak to a colleague?"
    assert "no" in shows(Caller().hears(offered))
    mind = Caller(patience=2)
    assert ["yes" in shows(mind.hears(offered)) for _ in range(3)] == [False, False, True]


def test_it_repeats_itself_when_asked():
    mind = Caller()
    first = mind.hears("What is your date of birth?").text
    assert mind.hears("Sorry, I didn't catch that.").text == first


def test_that_it_did_not_understand_is_nothing_to_repeat():
    mind = Caller()
    first = mind.hears("What is your date of birth?").text
    assert "repeat" in shows(mind.misses())
    assert mind.hears("Sorry, I didn't catch that.").text == first


def test_after_it_has_interrupted_it_lets_the_other_speak():
    mind = Caller(tendency_to_interrupt=1.0)
    said = mind.mind.overhear()
    assert said.kind is InterjectionKind.INTERRUPTION
    assert "skill.replace_card" in understand(said.text, "en").shows
    assert mind.hears("Welcome to North", complete=False).text == ""
    assert "impatient" in understand(mind.mind.overhear().text, "en").shows


def test_an_interruption_that_was_never_said_counts_for_nothing():
    mind = Caller(tendency_to_interrupt=1.0)
    mind.mind.overhear()
    assert "skill.replace_card" in shows(mind.hears("How can I help you?"))


def test_what_a_mm_hm_has_cut_off_is_said_again():
    mind = Caller()
    said = mind.hears("What is your date of birth?").text
    mind.mind.cut_off(said[:5])
    assert mind.hears("Mm-hm.").text == said
    assert mind.hears("Mm-hm.").text == ""


def test_what_was_reported_before_it_interrupted_is_not_forgotten():
    mind = Caller(tendency_to_interrupt=1.0)
    mind.hears("How can I help you?")
    mind.mind.overhear()
    mind.hears("Your gold card is blocked now. The new", complete=False)
    assert "topic.delivery_time" in shows(mind.hears("Is there anything else I can do for you?"))


def test_into_silence_it_asks_and_then_hangs_up():
    mind = Caller()
    replies = [mind.mind.reply([]) for _ in range(3)]
    assert "still_there" in shows(replies[0])
    assert replies[2].calls[0].arguments == {"reason": "nobody_there"}


def test_its_own_functions_answers_are_no_news():
    assert Caller().mind.reply([ToolResult(name="hang_up", output="{}")]).text == ""


def test_a_goal_that_no_cue_knows_is_said_in_its_own_words():
    mind = Caller(goal={"primary": "Get my garage door painted", "secondary": ("Choose a colour",)})
    assert "Get my garage door painted" in mind.hears("How can I help you?").text
    assert "Choose a colour" in mind.hears("All done. Is there anything else I can do for you?").text


def test_a_question_that_no_cue_knows_is_answered_from_the_facts():
    mind = Caller()
    assert "42 Maple Street" in mind.hears("What is your address?").text


def test_it_speaks_in_its_tone():
    cross = Caller(traits=("impatient",)).hears("How can I help you?").text
    plain = [
        template
        for key, found in LANGUAGES["en"].phrases.items()
        if key == "caller.problem.replace_card/cross"
        for template in found
    ]
    assert cross in [each.format(card="gold") for each in plain]


def test_what_was_cut_off_where_both_began_at_once_it_says_again_once():
    mind = Caller()
    said = mind.hears("What is your date of birth?").text
    mind.mind.cut_off(said[:5])
    assert mind.hears("Could", complete=False).text == said
    mind.mind.cut_off(said[:5])
    assert mind.hears("Could you", complete=False).text != said
