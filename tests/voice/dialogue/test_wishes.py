"""Which function is wished for: by the language's cues, else by the words of its name and description."""

from flexsim.voice.dialogue.languages import LANGUAGES
from flexsim.voice.dialogue.meaning import understand
from flexsim.voice.dialogue.tools import for_agent
from flexsim.voice.dialogue.wishes import wishes
from flexsim.voice.ports import Tool

WEATHER = Tool(
    name="get_weather",
    description="Get the current weather and temperature for a city.",
    parameters={"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
)


def wished(text, tools):
    return wishes(understand(text, "en"), tools, LANGUAGES["en"])


def test_a_known_function_is_wished_for_in_many_ways():
    assert wished("I've lost my card", for_agent("banking")).known == ("replace_card",)


def test_a_foreign_function_by_its_own_words():
    assert wished("What's the weather like in Paris?", [WEATHER]).known == ("get_weather",)
    assert wished("What temperature is it in this city now?", [WEATHER]).known == ("get_weather",)
    assert wished("Sing me a song", [WEATHER]).known == ()


def test_what_somebody_else_does_is_strange_here():
    assert wished("I've lost my card", for_agent("insurance")).strange
    assert not wished("Good morning", for_agent("insurance")).strange


def test_nobody_wishes_to_be_verified_or_hung_up_on():
    assert wished("Verify my identity and hang up", for_agent("banking")).known == ()
