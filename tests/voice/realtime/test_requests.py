"""What is asked of a response is read, and its input's news in order."""

import pytest

from flexsim.errors import ProtocolError
from flexsim.voice.ports import Written
from flexsim.voice.realtime.configuration import Configuration
from flexsim.voice.realtime.names import Dialect
from flexsim.voice.realtime.requests import read_response

PLAIN = Configuration(instructions="Be kind.")


def read(document, dialect=Dialect.GA):
    return read_response(document, PLAIN, dialect, lambda item, _parameter: [Written(text=item)])


def test_nothing_asked_is_the_session_as_it_is():
    for document in (None, {}):
        found = read(document)
        assert (found.configuration, found.metadata, found.aside, found.prompt) == (PLAIN, None, False, None)


def test_all_that_may_be_asked_is_read():
    found = read({"conversation": "none", "input": ["a", "b"], "metadata": {"k": "v"}, "max_output_tokens": 9})
    assert (found.aside, found.prompt) == (True, [Written(text="a"), Written(text="b")])
    assert (found.metadata, found.configuration.max_output_tokens) == ({"k": "v"}, 9)
    assert not read({"conversation": "auto"}).aside


def test_the_beta_says_a_limit_in_two_ways():
    for name in ("max_output_tokens", "max_response_output_tokens"):
        assert read({name: 9}, Dialect.BETA).configuration.max_output_tokens == 9


@pytest.mark.parametrize(
    ("document", "parameter"),
    [
        ([], "response"),
        ({"conversation": "new"}, "response.conversation"),
        ({"input": "a"}, "response.input"),
        ({"metadata": {str(n): "" for n in range(17)}}, "response.metadata"),
        ({"metadata": {"k": "x" * 513}}, "response.metadata.k"),
        ({"instructions": 1}, "response.instructions"),
        ({"type": 1}, "response.type"),
    ],
)
def test_what_is_wrong_is_named(document, parameter):
    with pytest.raises(ProtocolError) as caught:
        read(document)
    assert caught.value.parameter == parameter
