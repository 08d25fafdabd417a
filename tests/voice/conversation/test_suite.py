"""Suites: cases multiplied, filtered and repeated; what is wrong is told with its line."""

import json

import pytest
from jsonschema import Draft202012Validator

from flexsim.errors import ConfigurationError
from flexsim.voice.conversation.rules import TurnTaking
from flexsim.voice.conversation.suite import parse_filter, read_suite, schema_text


@pytest.fixture
def suite(tmp_path):
    def write(text, name="suite.yaml"):
        (tmp_path / name).write_text(text)
        return read_suite(tmp_path / name, 5)

    return write


def test_the_published_schema_is_one():
    Draft202012Validator.check_schema(json.loads(schema_text()))


def test_lists_multiply(suite):
    found = suite("cases:\n  - {caller: [typical, hurried], scenario: [balance, lost-card]}\n")
    assert [each.name for each in found.cases] == [
        "typical-balance", "typical-lost-card", "hurried-balance", "hurried-lost-card",
    ]  # fmt: skip


def test_repeats_have_seeds_that_follow_each_other(suite):
    found = suite(
        "seed: 40\nrepeat: 3\ncases: [{caller: typical, scenario: balance}, {caller: hurried, scenario: balance}]\n"
    )
    assert [(each.caller.name, each.seed) for each in found.plans()] == [
        ("typical", 40), ("typical", 41), ("typical", 42), ("hurried", 40), ("hurried", 41), ("hurried", 42),
    ]  # fmt: skip


def test_without_a_seed_the_one_given_is_used(suite):
    assert suite("cases: [{caller: typical, scenario: balance}]\n").plans()[0].seed == 5


def test_defaults_hold_where_a_case_does_not_say_otherwise(suite):
    found = suite(
        "defaults: {caller: typical, turns: server_vad, noise: 20, duration: 60}\n"
        "cases: [{scenario: balance}, {scenario: balance, noise: 5, mulaw: true, loss: 0.1, delay: 40, max_turns: 9}]\n"
    )
    first, second = found.plans()
    assert (first.impairments.noise_db, first.rules.turns, first.rules.max_duration) == (20, TurnTaking.SERVER_VAD, 60)
    assert (second.impairments.noise_db, second.impairments.mulaw, second.impairments.loss) == (5, True, 0.1)
    assert (second.impairments.delay_ms, second.rules.max_turns) == (40, 9)


def test_a_file_of_ones_own_is_looked_for_beside_the_suite(suite, tmp_path):
    (tmp_path / "grumpy.yaml").write_text("patience: 1\n")
    assert suite("cases: [{caller: grumpy.yaml, scenario: balance}]\n").plans()[0].caller.name == "grumpy"


def test_a_suite_may_be_json(suite):
    found = suite(json.dumps({"name": "x", "cases": [{"caller": "typical", "scenario": "balance"}]}), "suite.json")
    assert (found.name, len(found.cases)) == ("x", 1)


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("cases:\n  - caller: typical\n    scenario: balance\n    nois: 3\n", 4, "nois"),
        ("seed: -1\ncases: [{caller: typical, scenario: balance}]\n", 1, "-1"),
        ("cases:\n  - caller: typical\n", 2, "no scenario"),
        (
            "cases:\n  - {caller: typical, scenario: balance}\n  - {caller: nobody, scenario: balance}\n",
            3,
            "no such caller: nobody",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(suite, text, line, what):
    with pytest.raises(ConfigurationError, match=f"(?s)line {line}.*{what}"):
        suite(text)


@pytest.mark.parametrize(
    ("wish", "names"),
    [
        ("caller=hurried", ["b"]),
        ("scenario=lost*", ["b"]),
        ("tag=smoke", ["a"]),
        ("agent=BANK*", ["a", "b"]),
        ("name=?", ["a", "b"]),
        ("a", ["a"]),
        ("c", []),
    ],
)
def test_a_filter_lets_through_what_matches(suite, wish, names):
    found = suite(
        "cases:\n  - {name: a, caller: typical, scenario: balance, tags: [smoke]}\n"
        "  - {name: b, caller: hurried, scenario: lost-card}\n"
    )
    assert [each.name for each in found.cases if each.fits(parse_filter(wish))] == names


def test_a_filter_about_something_else_is_told():
    with pytest.raises(ConfigurationError, match="did you mean 'caller'"):
        parse_filter("caler=x")


def test_a_suite_without_an_end_is_refused(suite):
    found = suite(
        "repeat: 10000\ncases: [{caller: [typical, hurried, elderly], scenario: [balance, human, transfer, lost-card]}]\n"
    )
    with pytest.raises(ConfigurationError, match="are more than 100,000 conversations"):
        found.plans()
