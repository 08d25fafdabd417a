"""A file of routing tests: what it means, and everything that is wrong with one, each with its line."""

import json

import pytest
from jsonschema import Draft202012Validator

from flexsim.errors import ConfigurationError
from flexsim.routecheck.cases import LONGEST, read_suite, schema_text, seconds
from flexsim.routecheck.comparing import _CHECKS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (90, 90),
        (0.5, 0.5),
        ("30 s", 30),
        ("30s", 30),
        ("1.5 min", 90),
        ("2 minutes", 120),
        ("1 hour", 3600),
        ("2h", 7200),
    ],
)
def test_a_duration_is_a_number_of_seconds_or_has_its_unit(text, expected):
    assert seconds(text) == expected


def test_the_schema_is_one_and_knows_every_expectation():
    schema = json.loads(schema_text())
    Draft202012Validator.check_schema(schema)
    assert set(schema["$defs"]["expect"]["properties"]) == set(_CHECKS)


def test_every_property_is_described():
    """What an editor shows; those of a waiting task are described where the task's own are."""
    schema = json.loads(schema_text())
    definitions = {"": schema, **{name: each for name, each in schema["$defs"].items() if name != "waiting"}}
    silent = [
        f"{where}.{name}"
        for where, definition in definitions.items()
        for name, each in definition.get("properties", {}).items()
        if "description" not in each and "$ref" not in each
    ]
    assert silent == []


def test_what_the_file_says_for_all_cases_holds_where_a_case_is_silent():
    suite = read_suite(
        "workers: [{queue: Sales, count: 2}]\n"
        "cases:\n"
        "  - {name: a, expect: {waits: true}}\n"
        "  - {name: b, workers: nobody, expect: {waits: true}}\n"
        "  - {name: c, workers: all, expect: {waits: true}}\n",
        "f",
    )
    first, second, third = suite.cases
    assert [(each.queue, each.count) for each in first.workers] == [("Sales", 2)]
    assert second.workers == ()
    assert third.workers is None


WRONG = {
    "an unknown property": ("cases:\n  - name: a\n    expect:\n      que: x\n", ["line 4, $.cases[0].expect.que: unknown property 'que'; did you mean 'queue'?"]),
    "no cases": ("workers: all\n", ["line 1, $: lacks 'cases'"]),
    "an empty list of cases": ("cases: []\n", ["line 1, $.cases: [] must have at least 1 entry"]),
    "a case without a name": ("cases:\n  - expect: {waits: true}\n", ["line 2, $.cases[0]: lacks 'name'"]),
    "a wrong type": ("cases:\n  - name: a\n    expect: {waits: perhaps}\n", ["line 3, $.cases[0].expect.waits: 'perhaps' is not true or false"]),
    "a wrong status": ("cases:\n  - name: a\n    expect: {status: waiting}\n", ["line 3, $.cases[0].expect.status: 'waiting' is not one of 'pending'"]),
    "no duration": ("cases:\n  - name: a\n    then:\n      - {after: soon, expect: {waits: true}}\n", ["line 4, $.cases[0].then[0].after: 'soon' is not of the form asked for: seconds, or"]),
    "a priority out of range": ("cases:\n  - name: a\n    task: {priority: -1}\n    expect: {waits: true}\n", ["line 3, $.cases[0].task.priority: -1 is less than 0"]),
    "a case that expects nothing": ("cases:\n  - name: a\n", ["line 2, $.cases[0]: the case expects nothing"]),
    "two cases of one name": ("cases:\n  - {name: a, expect: {waits: true}}\n  - {name: a, expect: {waits: true}}\n", ["line 3, $.cases[1].name: there is a case of this name before"]),
    "neither all nor nobody": ("workers: everyone\ncases:\n  - {name: a, expect: {waits: true}}\n", ["line 1, $.workers: 'everyone' is neither 'all' nor 'nobody'"]),
    "nobody in particular": ("cases:\n  - name: a\n    workers: [{busy: true}]\n    expect: {waits: true}\n", ["line 3, $.cases[0].workers[0]: say who: a name, a queue, or a count"]),
    "one worker, thrice": ("cases:\n  - name: a\n    workers: [{name: x, count: 3}]\n    expect: {waits: true}\n", ["line 3, $.cases[0].workers[0]: a worker by name is one"]),
    "steps out of order": ("cases:\n  - name: a\n    then:\n      - {after: 9, expect: {waits: true}}\n      - {after: 5 s}\n", ["line 5, $.cases[0].then[1].after: 5 s is before the step above, at 9 s"]),
    "an unknown action": ("cases:\n  - name: a\n    then:\n      - {after: 9, do: [acept], expect: {waits: true}}\n", ["line 4, $.cases[0].then[0].do[0]: 'acept' is not one of accept, reject, complete, cancel; did you mean 'accept'?"]),
    "a change of nobody": ("cases:\n  - name: a\n    then:\n      - {after: 9, do: [{busy: true}], expect: {waits: true}}\n", ["line 4, $.cases[0].then[0].do[0]: say whose change it is"]),
    "idleness too late": ("cases:\n  - name: a\n    then:\n      - {after: 9, do: [{name: x, idle: 3}], expect: {waits: true}}\n", ["line 4, $.cases[0].then[0].do[0].idle: how long"]),
    "several faults": ("workers: 3\ncases:\n  - name: a\n    expect: {waits: 1, queue: 2}\n", ["line 1, $.workers: 3 is not a text or a list", "line 4, $.cases[0].expect.queue: 2 is not a text", "line 4, $.cases[0].expect.waits: 1 is not true or false"]),
    "a worker that is a number": (
        "cases:\n  - name: a\n    expect: {worker: 4}\n",
        ["line 3, $.cases[0].expect.worker: 4 is not a text or a list or null"],
    ),
    "no object at all": ("- a\n", ["line 1, $: ['a'] is not an object"]),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_told_with_its_line_and_place(what):
    text, messages = WRONG[what]
    with pytest.raises(ConfigurationError) as caught:
        read_suite(text, "routing.yaml")
    first, *lines = str(caught.value).splitlines()
    assert first == "routing.yaml is not a file of routing tests as they should be:"
    assert len(lines) == len(messages)
    for line, message in zip(lines, messages, strict=True):
        assert line.strip().startswith(message)


def test_a_file_of_megabytes_is_refused():
    with pytest.raises(ConfigurationError, match="is longer than"):
        read_suite("#" * (LONGEST + 1), "f")
