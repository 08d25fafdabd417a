"""Values are read or refused, with the service's codes and the parameter's name."""

import pytest

from flexsim.errors import ProtocolError
from flexsim.voice.realtime import checking


def deep(levels):
    return [] if levels == 0 else [deep(levels - 1)]


@pytest.mark.parametrize(
    ("read", "good", "bad", "code"),
    [
        (lambda value: checking.mapping(value, "p"), {}, [], "invalid_type"),
        (lambda value: checking.sequence(value, "p", 1), [1], [1, 2], "invalid_value"),
        (lambda value: checking.sequence(value, "p", 1), [], {}, "invalid_type"),
        (lambda value: checking.text(value, "p", 3), "abc", "abcd", "invalid_value"),
        (lambda value: checking.text(value, "p"), "ü", "\ud800", "invalid_value"),
        (lambda value: checking.text(value, "p"), "", None, "invalid_type"),
        (lambda value: checking.flag(value, "p"), True, 1, "invalid_type"),
        (lambda value: checking.number(value, "p", 0, 1), 1, 1.5, "invalid_value"),
        (lambda value: checking.number(value, "p", 0, 1), 0.5, True, "invalid_type"),
        (lambda value: checking.whole(value, "p", 0, 9), 9, 10, "invalid_value"),
        (lambda value: checking.whole(value, "p", 0, 9), 0, 1.0, "invalid_type"),
        (lambda value: checking.choice(value, "p", ("a", "b")), "b", "c", "invalid_value"),
        (lambda value: checking.choice(value, "p", ("a", "b")), "a", ["a"], "invalid_type"),
        (lambda value: checking.shallow(value, "p"), deep(60), deep(100), "invalid_value"),
    ],
)
def test_a_good_value_is_given_back_and_a_bad_one_named(read, good, bad, code):
    assert read(good) == good
    with pytest.raises(ProtocolError) as caught:
        read(bad)
    assert (caught.value.code, caught.value.parameter) == (code, "p")


def test_a_key_that_means_nothing_is_named_with_where_it_is():
    checking.known({"a": 1}, "p", ("a",))
    with pytest.raises(ProtocolError, match=r"p\.b") as caught:
        checking.known({"a": 1, "b": 2}, "p", ("a",))
    assert (caught.value.code, caught.value.parameter) == ("unknown_parameter", "p.b")


def test_what_is_shown_of_a_value_is_bounded():
    assert len(str(checking.wrong_value("x" * 10_000, "p", "It is shorter"))) < 200
    assert checking.missing("p").code == "missing_required_parameter"
