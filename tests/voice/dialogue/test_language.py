"""Phrases are composed, varied, tidy, and drawn by the generator that was handed in."""

import itertools

from flexsim.randomness import Randomness
from flexsim.voice.dialogue.language import Wording, alternatives, by_side, composed, digits, tidy
from flexsim.voice.dialogue.languages import LANGUAGES

ENGLISH = LANGUAGES["en"]


def wording(seed=1, tone=""):
    return Wording(ENGLISH, Randomness(seed).generator("words"), tone)


def test_a_template_is_its_fixed_parts_and_its_choices():
    assert alternatives("[Hi|Hello], {name}") == (("",), ("Hi", "Hello"), (", {name}",))


def test_every_choice_comes_in_time():
    draws = Randomness(1).generator("words")
    found = {composed("[Hi|Hello|Hey][|, {name}].", draws, {"name": "Ava"}) for _ in range(200)}
    assert found == {f"{word}{name}." for word in ("Hi", "Hello", "Hey") for name in ("", ", Ava")}


def test_the_same_seed_says_the_same():
    assert [wording().say("caller.yes") for _ in range(5)] == [wording().say("caller.yes") for _ in range(5)]


def test_no_template_comes_twice_running_where_there_is_another():
    found = wording()
    said = [found.say("agent.unknown_topic")[:5] for _ in range(20)]
    assert all(one != other for one, other in itertools.pairwise(said))


def test_a_tone_has_phrases_of_its_own_where_there_are_any():
    assert wording(tone="cross").say("caller.gave_up") in ENGLISH.phrases["caller.gave_up/cross"]
    assert wording(tone="cross").say("caller.okay") in ENGLISH.phrases["caller.okay"]


def test_what_has_no_phrase_is_said_in_general_words():
    assert "shoe size" in wording().or_else("agent.ask.shoe_size", "agent.ask.*", slot="shoe size")


def test_texts_are_tidy():
    assert tidy("  hello ,  world . ") == "Hello, world."
    assert digits("44-12") == "4 4 1 2"


def test_lists_are_said_as_lists():
    assert ENGLISH.listed(["a"]) == "a"
    assert ENGLISH.listed(["a", "b", "c"]) == "a, b and c"
    assert ENGLISH.listed_or(["a", "b"]) == "a or b"
    assert ENGLISH.listed_or([]) == ""


def test_sides_have_their_phrases_apart():
    assert by_side(agent={"yes": ("A",)}, caller={"yes": ("C",)}) == {"agent.yes": ("A",), "caller.yes": ("C",)}
