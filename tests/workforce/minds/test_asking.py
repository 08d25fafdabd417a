"""A request's canonical form."""

from tests.workforce.minds.test_openai_chat import request


def test_it_is_the_chat_protocols():
    found = request("hello").canonical()
    assert found["messages"] == [{"role": "system", "content": "You are."}, {"role": "user", "content": "hello"}]
    assert found["response_format"]["json_schema"]["strict"] is True
    assert set(found) == {"model", "messages", "response_format", "temperature", "max_tokens", "seed"}


def test_a_repair_keeps_what_was_asked_and_says_what_is_wrong():
    repaired = request("hello").repaired("no", "it is not JSON")
    assert repaired.messages[:2] == request("hello").messages
    assert repaired.messages[2:] == (
        ("assistant", "no"),
        ("user", "That cannot be used: it is not JSON. Answer again, with nothing but JSON that fits the schema."),
    )
    assert repaired.key() != request("hello").key()
