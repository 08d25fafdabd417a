"""The agents that come with flexsim."""

import pytest

from flexsim.errors import ConfigurationError
from flexsim.voice.dialogue.agents import agent, names
from flexsim.voice.dialogue.languages import LANGUAGES, language_of


@pytest.mark.parametrize("name", names())
def test_every_agent_knows_something_in_every_language_that_is_a_topic_there(name):
    for code in LANGUAGES:
        topics = agent(name).knowledge[code]
        assert topics
        assert [each for each in topics if f"topic.{each}" not in language_of(code).cues] == []


def test_an_unknown_one_is_named_with_those_there_are():
    with pytest.raises(ConfigurationError, match=r"no such agent: bank"):
        agent("bank")
