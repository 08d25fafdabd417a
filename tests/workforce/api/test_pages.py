"""The interface's description as a page."""

import re

import pytest

from flexsim.workforce.api.pages import type_of


def test_the_page_shows_every_operation_and_needs_nothing_from_elsewhere(lite_client):
    answer = lite_client.get("/docs")
    description = lite_client.get("/openapi.json").json()
    assert answer.headers["content-type"].startswith("text/html")
    for path in description["paths"]:
        assert path in answer.text
    assert "<script" not in answer.text
    assert "`" not in answer.text
    assert re.findall(r"(?:src|href)=\"(?!#|openapi\.json)[^\"]*\"", answer.text) == []


def test_every_type_that_is_named_can_be_gone_to(lite_client):
    text = lite_client.get("/docs").text
    targets = set(re.findall(r"href=\"#([^\"]+)\"", text))
    assert targets
    assert targets <= set(re.findall(r"id=\"([^\"]+)\"", text))


@pytest.mark.parametrize(
    ("schema", "word"),
    [
        ({"$ref": "#/components/schemas/Turn"}, "Turn"),
        ({"type": "array", "items": {"$ref": "#/x/Turn"}}, "list of Turn"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string or null"),
        ({"enum": ["a", "b"], "type": "string"}, "a | b"),
        ({}, "anything"),
    ],
)
def test_a_schema_is_named_in_a_few_words(schema, word):
    assert type_of(schema) == word
