"""Every phrase of every language is understood as what it says, in all its variants, and as nothing else that matters."""

import itertools
import re
from collections import defaultdict

import pytest

from flexsim.voice.dialogue.agents import agent, names
from flexsim.voice.dialogue.language import alternatives, tidy
from flexsim.voice.dialogue.languages import LANGUAGES, language_of
from flexsim.voice.dialogue.meaning import understand
from flexsim.voice.dialogue.values import say

SKILLS = ("replace_card", "get_balance", "transfer_funds", "list_transactions", "file_claim", "get_claim")
SLOTS = (
    "name", "date_of_birth", "card_last_four", "policy_number", "claim_number", "card", "reason", "account",
    "from_account", "to_account", "amount", "kind", "date", "description", "injured",
)  # fmt: skip

# Of which somebody may say only a part.
HALVES = ("name", "date_of_birth", "card_last_four", "policy_number", "claim_number", "date")

# What a phrase must show, by its key without the side and the tone.
SHOWS = {
    "agent": {
        "greeting": "greeting", "greeting.plain": "greeting", "help": "greeting", "more": "more",
        "hold": "hold", "hold.still": "hold", "failed.again": "hold",
        "change": "change", "failed": "failed", "handover.failed": "failed", "else": "else", "repeat": "repeat", "unknown_topic": "unknown_topic",
        "still_there": "still_there", "cannot": "cannot", "locked": "cannot", "not_verified": "not_verified",
        "offer_human": "offer_human", "handover": "handover", "bye": "bye", "bye.plain": "bye", "bye.unfinished": "bye",
        "nobody": "bye", "back_channel": "back_channel", "confirm.*": "confirm", "told.*": "told",
        "injured.true": "somebody_hurt", "injured.false": "nobody_hurt",
        **{f"confirm.{each}": "confirm" for each in ("replace_card", "transfer_funds", "file_claim")},
        **{f"told.{each}": f"told.{each}" for each in SKILLS},
        **{f"refused.{each}": "refused" for each in ("over_limit", "insufficient_funds", "not_found", "*")},
    },
    "caller": {
        "yes": "yes", "correct": "no", "repeat": "repeat", "explain": "explain", "here": "here",
        "human": "human", "problem.transfer_to_human": "human", "accept_human": "yes", "decline_human": "no",
        "done": "done", "bye": "bye", "gave_up": "stop", "out_of_turns": "stop", "interrupt": "impatient",
        "back_channel": "back_channel", "okay": "back_channel", "unknown": "unknown", "half.digits": "unsure",
        "half.*": "unsure", "half.date_of_birth": "month", "half.date": "month", "still_there": "still_there",
        "hello": "still_there", "answer.reason": "value.lost", "nobody_hurt": "nobody_hurt", "somebody_hurt": "somebody_hurt",
        **{f"problem.{each}": f"skill.{each}" for each in SKILLS},
        **{f"ask.skill.{each}": f"skill.{each}" for each in ("list_transactions", "get_balance")},
        **{f"ask.topic.{each}": f"topic.{each}" for each in (
            "delivery_time", "security", "fee", "transfer_time", "limit", "next_steps", "rental_car", "deductible",
            "documents", "payout_time", "hours",
        )},
    },
}  # fmt: skip
# What nothing else on that side may show, since it would end or turn the conversation.
ONLY = {
    "agent": ("bye", "handover", "offer_human", "cannot", "refused", "failed", "confirm", "repeat", "still_there", "change", "else", "not_verified", "impatient"),
    "caller": ("human", "stop", "repeat", "explain", "impatient"),
}  # fmt: skip
FACTS = {
    "company": "Northwind Bank", "agent": "Ava", "first": "Maria", "card": "gold", "account": "checking",
    "from_account": "checking", "to_account": "savings", "kind": "car", "reason": "lost",
    "date": "2026-11-21", "days": "5", "amount": "250", "balance": "517.25", "limit": "1000",
    "claim_number": "143947", "status": "in_review", "address": "42 Maple Street, Springfield",
}  # fmt: skip
WORDS = {
    "transactions": "12 to Corner Market", "description": "a dent", "why": "closed", "values": "city Paris",
    "rest": "abc", "meaning": "abc", "got": "4 4", "count": "4", "goal": "something else", "options": "",
}  # fmt: skip


def values(code, key):
    language = language_of(code)
    given = {name: say(name, value, language) for name, value in FACTS.items()}
    given |= WORDS | {"term": next(iter(language.terms)), "slot": language.spoken("card_last_four")}
    given["injured"] = language.phrases["agent.injured.false"][0]
    if key.startswith("half.date"):
        given["value"] = language.numbers.say_month("1984-03-12")
    elif key == "half.digits":
        given["value"] = "4 4"
    else:
        given["value"] = language.spoken("lost")
    return given


def said(code, key, template):
    """Every text that a template can give."""
    return [
        tidy("".join(choice).format_map(values(code, key))) for choice in itertools.product(*alternatives(template))
    ]


def phrases(code):
    for full, templates in language_of(code).phrases.items():
        side, _, key = full.partition(".")
        for template in templates:
            for text in said(code, key.partition("/")[0], template):
                yield side, key.partition("/")[0], text


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_phrase_shows_what_it_says(code):
    silent = [
        (side, key, text)
        for side, key, text in phrases(code)
        if key in SHOWS[side] and SHOWS[side][key] not in understand(text, code).shows
    ]
    assert silent == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_phrase_shows_what_would_turn_the_conversation(code):
    keys = defaultdict(set)
    for side, shown in SHOWS.items():
        for key, cue in shown.items():
            keys[side, cue].add(key)
    keys["caller", "human"] |= {"problem.transfer_to_human", "accept_human"}
    keys["agent", "bye"] |= {"nobody"}
    wrong = [
        (side, key, text, cue)
        for side, key, text in phrases(code)
        for cue in ONLY[side]
        if cue in understand(text, code).shows and key not in keys[side, cue]
    ]
    assert wrong == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_question_asks_for_what_it_is_about_and_nothing_else(code):
    for side, key, text in phrases(code):
        if side == "agent" and key.startswith("ask.") and key != "ask.*":
            assert set(understand(text, code).asks) == set(key.removeprefix("ask.").split("+")), text


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("slot", HALVES)
def test_the_name_of_every_slot_is_asked_for_where_half_of_it_was_said(code, slot):
    language = language_of(code)
    if slot not in language.words:
        return
    for template in language.phrases["agent.partial.*"]:
        for choice in itertools.product(*alternatives(template)):
            text = tidy("".join(choice).format(slot=language.spoken(slot)))
            assert slot in understand(text, code).asks, text


@pytest.mark.parametrize("code", LANGUAGES)
def test_half_answers_and_vague_problems_wish_for_nothing(code):
    for side, key, text in phrases(code):
        if side == "caller" and key.startswith(("half.", "vague.")) and key != "half.name":
            assert understand(text, code).of("skill") == (), text


@pytest.mark.parametrize("code", LANGUAGES)
def test_an_interruption_is_no_answer(code):
    for side, key, text in phrases(code):
        if side == "caller" and key == "interrupt":
            assert not understand(text, code).shows & {"yes", "no"}, text


@pytest.mark.parametrize("code", LANGUAGES)
def test_questions_about_topics_are_questions(code):
    for side, key, text in phrases(code):
        if side == "caller" and key.startswith("ask.topic."):
            assert understand(text, code).is_question(), text


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", names())
def test_what_an_agent_may_tell_turns_nothing(code, name):
    for told in agent(name).knowledge[code].values():
        assert not understand(f"{told}.", code).shows & set(ONLY["agent"]), told
        assert understand(f"{told}.", code).asks == (), told


@pytest.mark.parametrize("code", LANGUAGES)
def test_all_languages_have_the_same_phrases_cues_and_words(code):
    english, language = LANGUAGES["en"], LANGUAGES[code]
    assert {each for each in english.phrases if "/" not in each} == {
        each for each in language.phrases if "/" not in each
    }
    assert english.cues.keys() == language.cues.keys()
    assert english.words.keys() <= language.words.keys()


@pytest.mark.parametrize("code", LANGUAGES)
def test_templates_are_well_formed_and_tones_are_those_that_there_are(code):
    for key, templates in LANGUAGES[code].phrases.items():
        assert templates, key
        assert key.partition("/")[2] in {"", "cross", "brisk", "gentle"}
        for template in templates:
            assert re.fullmatch(r"(?:[^\[\]{}]|\[(?:[^\[\]{}]|\{\w+\})*\]|\{\w+\})*", template), template


def test_a_language_is_found_by_its_code_and_english_stands_in_for_others():
    assert language_of("en-GB").code == "en"
    assert language_of("tlh").code == "en"
