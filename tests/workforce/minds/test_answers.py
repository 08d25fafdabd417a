"""The form of answers."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from flexsim.workforce.minds.answers import NotUsableError, speech, speech_schema, stances, stances_schema, text_so_far
from tests.workforce.making import proposal, role_named, view

SEEN = view(role_named("support"))


def test_the_schemas_are_schemas_and_as_strict_as_models_want_them():
    for schema in (speech_schema(SEEN), stances_schema(3)):
        Draft202012Validator.check_schema(schema)
        assert schema["additionalProperties"] is False
        assert schema["required"] == list(schema["properties"])


@settings(max_examples=40)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["text", "to", "proposals", "kind"]), inner),
    )
)
def test_any_json_is_used_or_refused_and_never_a_fault(document):
    for read in (
        lambda text: speech(text, SEEN),
        lambda text: stances(text, SEEN, [proposal("overtime", role="sales")]),
    ):
        try:
            read(json.dumps(document))
        except NotUsableError as error:
            assert str(error)


def test_a_text_without_end_is_refused():
    with pytest.raises(NotUsableError, match="5,000 characters"):
        speech(json.dumps({"text": "x" * 5000, "to": [], "proposals": []}), SEEN)


@settings(max_examples=80)
@given(st.text())
def test_the_text_so_far_is_a_beginning_of_the_text(text):
    raw = json.dumps({"text": text, "to": []})
    for length in range(0, len(raw), 3):
        found = text_so_far(raw[:length])
        assert (
            text.startswith(found) or "\ud800" <= found[-1:] <= "\udfff"
        )  # half of a pair, until the other half comes
    assert text_so_far(raw) == text
