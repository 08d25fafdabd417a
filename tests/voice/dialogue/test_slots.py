"""Arguments are found in what was said, by the kind that their schema gives them."""

import pytest

from flexsim.voice.dialogue import tools
from flexsim.voice.dialogue.languages import LANGUAGES
from flexsim.voice.dialogue.meaning import understand
from flexsim.voice.dialogue.slots import figures_wanted, find

SCHEMAS = {
    name: schema
    for domain in tools.DOMAINS
    for tool in tools.for_agent(domain)
    for name, schema in tool.parameters["properties"].items()
    if tool.name not in {"hang_up", "transfer_to_human"}
}


def found(name, text, *, asked=True, schema=None):
    return find(name, schema or SCHEMAS[name], understand(text, "en"), LANGUAGES["en"], asked=asked)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("name", "It's Maria Lopez.", "Maria Lopez"),
        ("date_of_birth", "March 12th, 1984.", "1984-03-12"),
        ("card_last_four", "It ends in 4 4 1 2.", "4412"),
        ("card_last_four", "four four one two", "4412"),
        ("card_last_four", "The number is 5500 0000 1111 4412", "4412"),
        ("policy_number", "40718823", "40718823"),
        ("card", "The golden one", "gold"),
        ("reason", "Somebody stole it", "stolen"),
        ("account", "my savings account", "savings"),
        ("amount", "250 dollars", 250),
        ("amount", "make it 99.50", 99.5),
        ("kind", "It's about my house", "home"),
        ("date", "On November 21st, 2026.", "2026-11-21"),
        ("description", "Well, a tree fell on it.", "a tree fell on it"),
        ("injured", "No.", False),
        ("injured", "Yes, somebody was hurt.", True),
    ],
)
def test_an_answer_gives_the_value(name, text, value):
    assert found(name, text).value == value
    assert found(name, text).whole


@pytest.mark.parametrize(
    ("name", "text", "part"),
    [
        ("name", "It's Maria.", "Maria"),
        ("date_of_birth", "It was in March 1984.", ""),
        ("card_last_four", "It starts with 4 4", "4 4"),
    ],
)
def test_half_an_answer_is_known_as_such(name, text, part):
    assert not found(name, text).whole
    assert found(name, text).value == part


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("card_last_four", "I need 4412 of them"),
        ("date_of_birth", "It happened on November 21st, 2026."),
        ("date", "I was born on March 12th, 1984."),
        ("name", "I need a card"),
        ("description", "A tree fell on it"),
        ("injured", "No."),
        ("from_account", "my savings"),
    ],
)
def test_what_nobody_asked_for_is_taken_only_where_it_is_plain(name, text):
    assert found(name, text, asked=False) is None


def test_the_accounts_of_a_transfer_are_told_by_from_and_to():
    text = "Please move 250 dollars from my savings to checking"
    assert found("from_account", text, asked=False).value == "savings"
    assert found("to_account", text, asked=False).value == "checking"


@pytest.mark.parametrize("name", ["account", "card", "reason"])
def test_two_options_at_once_are_none(name):
    assert found(name, "checking and savings, gold or silver, lost or stolen") is None


def test_who_does_not_know_gives_no_value():
    assert found("description", "I don't know, I'm afraid.") is None


def test_foreign_arguments_go_by_their_schema_too():
    assert (
        found("unit", "in celsius, please", schema={"type": "string", "enum": ["celsius", "fahrenheit"]}).value
        == "celsius"
    )
    assert found("days", "3", schema={"type": "integer"}).value == 3
    assert found("city", "Paris.", schema={"type": "string"}).value == "Paris"


def test_how_many_figures_are_wanted_is_in_the_pattern():
    assert figures_wanted(SCHEMAS["policy_number"]) == 8
    assert figures_wanted(SCHEMAS["date"]) == 0
    assert figures_wanted({}) == 0
