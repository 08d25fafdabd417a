"""How a problem reads."""

import pytest

from flexsim.domain.problems import Problem, hint, path_text, shown


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), "$"),
        (("dimensions", "talkTime", "min"), "$.dimensions.talkTime.min"),
        (("dimensions", "routing.skills", "options", "all", 2), "$.dimensions['routing.skills'].options.all[2]"),
        (("it's",), r"$['it\'s']"),
    ],
)
def test_a_place_is_a_json_path(path, text):
    assert path_text(path) == text


def test_a_problem_says_where_and_what():
    assert str(Problem(path=("agentCnt",), message="0 is less than 1")) == "$.agentCnt: 0 is less than 1"


def test_the_nearest_word_is_offered_whatever_its_case_and_none_where_nothing_is_near():
    assert hint("talktime", ["wrapTime", "talkTime"]) == "; did you mean 'talkTime'?"
    assert hint("zebra", ["wrapTime", "talkTime"]) == ""


def test_a_long_value_is_cut():
    assert len(shown({"options": list(range(1000))})) == 60


@pytest.mark.parametrize(
    ("key", "step"),
    [
        ("a\nb", r"['a\nb']"),
        ("\x1b[2J", r"['\u001b[2J']"),
        ('it is "so"', "['it is \"so\"']"),
        ("it's", r"['it\'s']"),
        ("\\", r"['\\']"),
    ],
)
def test_a_name_stays_in_its_line(key, step):
    assert path_text(("x", key)) == f"$.x{step}"


def test_a_name_without_end_is_cut():
    assert len(path_text(("x" * 100_000,))) < 200
