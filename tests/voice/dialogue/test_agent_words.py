"""How an agent asks, reads back and tells."""

import pytest

from flexsim.randomness import Randomness
from flexsim.voice.dialogue import agent_words
from flexsim.voice.dialogue.language import Wording
from flexsim.voice.dialogue.languages import LANGUAGES
from flexsim.voice.dialogue.meaning import understand
from flexsim.voice.dialogue.task import Task
from flexsim.voice.dialogue.tools import for_agent
from flexsim.voice.ports import Tool

TOOLS = {each.name: each for domain in ("banking", "insurance") for each in for_agent(domain)}
WEATHER = Tool(
    name="get_weather", description="", parameters={"properties": {"city": {"type": "string"}}, "required": ["city"]}
)


@pytest.fixture
def wording():
    return Wording(LANGUAGES["en"], Randomness(1).generator("words"))


def test_name_and_birthday_are_asked_for_together_but_not_after_half_an_answer(wording):
    task = Task(TOOLS["verify_identity"])
    assert agent_words.together(task, task.missing(), wording) == ["name", "date_of_birth"]
    task.halves["name"] = "Maria"
    assert agent_words.together(task, task.missing(), wording) == ["name"]


def test_half_of_a_number_is_read_back_and_the_whole_is_asked_for(wording):
    task = Task(TOOLS["verify_identity"], halves={"policy_number": "4 0"})
    assert agent_words.ask(wording, task, ["policy_number"]).startswith(
        "I only got 4 0. Could you give me all 8 digits"
    )
    assert task.halves == {}


def test_an_unknown_argument_is_asked_for_by_its_name(wording):
    assert "city" in agent_words.ask(wording, Task(WEATHER), ["city"])


def test_what_is_read_back_holds_every_value(wording):
    task = Task(TOOLS["transfer_funds"], {"amount": 250, "from_account": "checking", "to_account": "savings"})
    found = understand(agent_words.confirm(wording, task, {}), "en")
    assert found.amounts == (250,)
    assert {"confirm", "value.checking", "value.savings"} <= found.shows


def test_foreign_results_are_told_by_their_names(wording):
    text = agent_words.told(wording, Task(WEATHER, {"city": "Paris"}), {"temperature": 21, "sky": "clear"})
    assert "temperature 21, sky clear" in text


def test_refusals_say_why_even_where_the_language_has_no_phrase_for_it(wording):
    assert "1000 dollars" in agent_words.refused(wording, {"refused": "over_limit", "limit": 1000})
    assert "too late today" in agent_words.refused(wording, {"refused": "too_late_today"})
