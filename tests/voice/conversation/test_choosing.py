"""Callers, scenarios and agents by name or from a file."""

import pytest

from flexsim.errors import ConfigurationError
from flexsim.voice.conversation.choosing import agent_of, caller_of, scenario_of, text_of
from flexsim.voice.dialogue import agents, scenarios


def test_a_name_is_one_of_ours():
    assert caller_of("elderly").name == "elderly"
    with pytest.raises(ConfigurationError, match="no such caller: eldery"):
        caller_of("eldery")


def test_a_file_is_one_of_your_own(tmp_path):
    (tmp_path / "grumpy.yaml").write_text("patience: 2\n")
    found = caller_of("typical", tmp_path / "grumpy.yaml")
    assert (found.name, found.persona.patience) == ("grumpy", 2)


def test_what_is_wrong_with_a_file_is_told_with_its_line(tmp_path):
    (tmp_path / "bad.yaml").write_text("style: calm\npatience: 20\n")
    with pytest.raises(ConfigurationError, match="line 2"):
        caller_of("typical", tmp_path / "bad.yaml")


def test_without_a_name_whoever_fits_the_scenario_answers():
    for name in scenarios.names():
        scenario = scenario_of(name)
        assert agent_of(None, scenario).domain == scenario.domain
    assert agent_of("insurance", scenario_of("balance")) == agents.agent("insurance")


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    with pytest.raises(ConfigurationError, match=r"cannot read .*: No such file"):
        text_of(tmp_path / "nowhere.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"name: M\xfcller")
    with pytest.raises(ConfigurationError, match="it is not UTF-8"):
        text_of(tmp_path / "latin.yaml")
