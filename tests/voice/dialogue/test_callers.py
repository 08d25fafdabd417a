"""The callers that come with flexsim."""

import pytest

from flexsim.errors import ConfigurationError
from flexsim.voice.dialogue.callers import caller, names


def test_there_are_the_four_types_and_their_characters_differ():
    assert set(names()) >= {"typical", "frustrated", "elderly", "hurried"}
    typical, frustrated = caller("typical").persona, caller("frustrated").persona
    assert typical.patience > frustrated.patience
    assert typical.tendency_to_interrupt < frustrated.tendency_to_interrupt
    assert caller("elderly").persona.tech_comfort < typical.tech_comfort
    assert caller("hurried").persona.rate > typical.rate


def test_an_unknown_one_is_named_with_those_there_are():
    with pytest.raises(ConfigurationError, match=r"no such caller: typicle; did you mean 'typical'"):
        caller("typicle")
