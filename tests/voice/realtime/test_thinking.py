"""A mind is made once, told everything once, and made anew where it is to be somebody else."""

from flexsim.randomness import Randomness
from flexsim.voice.ports import Heard, Tool, Written
from flexsim.voice.realtime.configuration import Configuration
from flexsim.voice.realtime.thinking import Thinking
from tests.voice.realtime.company import Script

F = Tool(name="f", description="", parameters={})


def thinking(mind, seed=1, name="a"):
    return Thinking(mind.make, Randomness(seed), name)


def test_news_is_told_once_in_order_and_not_where_it_was_taken_back():
    mind = Script()
    found = thinking(mind)
    for item_id, news in (("1", Heard(text="One.")), ("2", Written(text="Two.")), ("3", Heard(text="Three."))):
        found.tell(item_id, news)
    found.forget("2")
    found.ask()
    found.ask()
    assert mind.told == [[Heard(text="One."), Heard(text="Three.")], []]


def test_the_same_instructions_are_the_same_mind():
    mind = Script()
    found = thinking(mind)
    for configuration in (
        Configuration(instructions="Be kind.", tools=(F,)),
        Configuration(instructions="Be kind.", tools=(F,), voice="echo"),
    ):
        found.set(configuration)
        found.ask()
    assert [made[:2] for made in mind.made] == [("Be kind.", (F,))]
    found.set(Configuration(instructions="Be kind."))
    found.overhear()
    assert len(mind.made) == 2


def test_who_is_asked_aside_knows_nothing_and_changes_nothing():
    mind = Script()
    found = thinking(mind)
    found.tell("1", Heard(text="One."))
    found.ask_aside(Configuration(instructions="Judge."), [Written(text="Two.")])
    found.ask()
    assert mind.told == [[Written(text="Two.")], [Heard(text="One.")]]
    assert [made[0] for made in mind.made] == ["Judge.", ""]


def test_every_mind_has_a_generator_of_its_own():
    draws = set()
    for seed, name in ((1, "a"), (1, "b"), (2, "a")):
        mind = Script()
        found = thinking(mind, seed, name)
        found.ask()
        found.ask_aside(Configuration(), [])
        draws |= {made[2] for made in mind.made}
    assert len(draws) == 6
