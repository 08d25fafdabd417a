"""A task learns its arguments from what is said, and knows what is missing."""

from flexsim.voice.dialogue.languages import LANGUAGES
from flexsim.voice.dialogue.meaning import understand
from flexsim.voice.dialogue.task import Task
from flexsim.voice.dialogue.tools import for_agent
from flexsim.voice.ports import Tool

TOOLS = {each.name: each for each in for_agent("banking")}


def take(task, text, *asked, again=False):
    return task.take(understand(text, "en"), LANGUAGES["en"], asked, again=again)


def test_it_takes_all_that_is_in_a_sentence():
    task = Task(TOOLS["transfer_funds"])
    assert take(task, "Move 250 dollars from checking to savings") == ["amount", "from_account", "to_account"]
    assert task.missing() == []
    assert task.must_be_read_back()


def test_what_is_known_changes_only_where_it_is_corrected():
    task = Task(TOOLS["get_balance"], {"account": "checking"})
    assert take(task, "savings") == []
    assert take(task, "No, savings", again=True) == ["account"]
    assert task.values == {"account": "savings"}
    assert not task.must_be_read_back()


def test_a_half_is_kept_apart_until_the_whole_comes():
    task = Task(TOOLS["verify_identity"])
    assert take(task, "It starts with 4 4", "card_last_four") == []
    assert task.halves == {"card_last_four": "4 4"}
    assert take(task, "4 4 1 2", "card_last_four") == ["card_last_four"]
    assert task.halves == {}
    assert task.missing() == ["name", "date_of_birth"]


def test_a_function_without_parameters_lacks_nothing():
    assert Task(Tool(name="ping", description="", parameters={})).missing() == []
