"""Sessions and turns as JSON, and back."""

import json

import pytest

from flexsim.errors import ConfigurationError
from flexsim.workforce.documents import session_document, session_of, turn_document, turn_of
from tests.workforce.making import played


def test_a_session_and_its_turns_come_back_as_they_were():
    session, turns = played(6)
    assert session_of(json.loads(json.dumps(session_document(session))), "here") == session
    assert [turn_of(json.loads(json.dumps(turn_document(turn))), "here") for turn in turns] == turns


@pytest.mark.parametrize("spoilt", [{}, {"id": 1}, [], {"number": "x"}, {"number": 1, "messages": [1]}])
def test_what_is_neither_is_told_with_its_place(spoilt):
    for read in (session_of, turn_of):
        with pytest.raises(ConfigurationError, match="line 3 of there"):
            read(spoilt, "line 3 of there")


def test_a_value_of_another_type_is_told_with_its_name():
    session, turns = played(1)
    with pytest.raises(ConfigurationError, match=r"here is not a turn of the workforce: state\.budget: "):
        turn_of(turn_document(turns[0]) | {"state": {"budget": "much"}}, "here")
    with pytest.raises(ConfigurationError, match=r"here is not a session of the workforce: roles\.0\.name: "):
        session_of(session_document(session) | {"roles": [{"name": None}]}, "here")
