"""A line becomes an event whose values are of the right type, or a sentence that says what is wrong with it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.measure.audit.lines import _CHECKS, _MUST_STAND, _OPTIONAL, read_event, shown
from flexsim.measure.records import KEYS
from flexsim.taskrouter.events import NAMES

from .runs import random_run, story


def test_every_line_of_a_log_is_read_as_json_reads_it():
    for run in (story(), random_run(4, steps=500)):
        for line in run.lines:
            assert read_event(line.encode()) == json.loads(line)


def test_every_type_of_event_has_its_keys_and_their_types():
    assert set(KEYS) == set(NAMES)
    for name, keys in KEYS.items():
        assert {key for key, _ in _CHECKS[name]} | set(_MUST_STAND[name]) == set(keys)
    assert set(_OPTIONAL) <= set(NAMES)


def test_a_contact_may_be_anything_but_must_stand_there():
    line = story().lines[19]
    for contact in ('"CX0"', "null", "5", '{"a":[]}'):
        assert read_event(line.replace('"CX0"', contact).encode())["type"] == "task.created"
    with pytest.raises(ValueError, match=r"^lacks contact: "):
        read_event(line.replace("contact", "contract").encode())


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"priority":0', '"priority":"high"', "has no priority that it could have"),
        ('"priority":0', '"priority":true', "has no priority that it could have"),
        ('"priority":0', '"priority":0,"ignore_capacity":1', "has no ignore_capacity that it could have"),
        ('"channel":"voice",', "", "lacks channel"),
        ("task.created", "task.invented", "is of no type of event"),
        ('"task.created"', "[]", "is of no type of event"),
        ('"t":1767600006.000', '"t":null', "has no t that it could have"),
        ('"t":1767600006.000', '"t":1e11', "has no t that it could have"),
        ('{"seq":', f'{{"seq":{1 << 63},"was":', "has no seq that it could have"),
        ("{", "{{", "is not JSON"),
        ("\n", "", "is cut off"),
    ],
)
def test_what_is_wrong_with_a_line_is_said(old, new, words):
    line = story().lines[19]
    assert old in line
    with pytest.raises(ValueError, match=words):
        read_event(line.replace(old, new, 1).encode())


@given(st.binary(max_size=200))
def test_no_bytes_do_anything_but_parse_or_be_refused(line):
    try:
        record = read_event(line + b"\n")
    except ValueError as error:
        assert str(error)
    else:
        assert record["type"] in NAMES


def test_a_long_line_is_shown_in_part():
    assert shown(b"x" * 1000) == "x" * 60 + "…"
    assert shown(b"  \xff\n") == "�"
