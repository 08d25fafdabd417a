"""Fields of a control's JSON body: taken one by one, and nothing odd passes."""

import pytest

from flexsim.emulator.fields import Fields
from flexsim.errors import InvalidInput


def test_each_kind_is_read_and_null_counts_as_not_sent():
    fields = Fields.of_body(b'{"n": 3, "x": 2, "on": false, "t": "a", "c": "b", "l": [1], "seed": -5, "none": null}')
    assert (fields.integer("n", 1, 3), fields.number("x", 0, 2.5), fields.flag("on")) == (3, 2.0, False)
    assert (fields.text("t"), fields.choice("c", ("a", "b")), fields.array("l", 1)) == ("a", "b", [1])
    assert (fields.seed(), fields.integer("none", 1, 2), fields.text("absent")) == (-5, None, None)
    fields.end()


def test_an_empty_body_has_no_fields():
    Fields.of_body(b" \n").end()


@pytest.mark.parametrize(
    ("body", "complaint"),
    [(b"{", "not valid JSON"), (b"[]", r"must be a JSON object: \[\]"), (b"1", "must be a JSON object: 1")],
)
def test_a_body_that_is_no_json_object_is_refused(body, complaint):
    with pytest.raises(InvalidInput, match=complaint):
        Fields.of_body(body)


@pytest.mark.parametrize(
    ("value", "read", "complaint"),
    [
        ("4", lambda f: f.integer("v", 1, 3), "v in the body must be a whole number from 1 to 3: 4"),
        ("true", lambda f: f.integer("v", 0, 3), "must be a whole number from 0 to 3: true"),
        ("1.0", lambda f: f.integer("v", 0, 3), r"must be a whole number from 0 to 3: 1\.0"),
        ('"1"', lambda f: f.number("v", 0, 3), 'must be a number from 0 to 3: "1"'),
        ("true", lambda f: f.number("v", 0, 3), "must be a number from 0 to 3: true"),
        ("3.1", lambda f: f.number("v", 0, 3), r"must be a number from 0 to 3: 3\.1"),
        ("1", lambda f: f.flag("v"), "must be true or false: 1"),
        ('""', lambda f: f.text("v"), "must be a text of 1 to 256 characters"),
        ("7", lambda f: f.text("v"), "must be a text of 1 to 256 characters: 7"),
        ('"z"', lambda f: f.choice("v", ("a", "b")), 'must be one of a, b: "z"'),
        ("[]", lambda f: f.choice("v", ("a", "b")), r"must be one of a, b: \[\]"),
        ("[1, 2]", lambda f: f.array("v", 1), "must be an array of at most 1"),
        ("{}", lambda f: f.array("v", 1), "must be an array of at most 1"),
    ],
)
def test_a_wrong_value_is_refused_with_what_would_be_right(value, read, complaint):
    with pytest.raises(InvalidInput, match=complaint):
        read(Fields.of_body(f'{{"v": {value}}}'.encode()))


def test_a_field_that_nobody_knows_is_refused_with_those_that_are_known():
    fields = Fields({"speed": 1, "sped": 2})
    fields.number("speed", 0, 9)
    with pytest.raises(InvalidInput, match='unknown field in the body: "sped"; known are speed'):
        fields.end()


def test_a_long_value_is_cut_in_the_message():
    with pytest.raises(InvalidInput) as refused:
        Fields({"v": "x" * 1000}).flag("v")
    assert len(str(refused.value)) < 150
