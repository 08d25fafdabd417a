"""An audit as a document and as lines says the same, and all of it."""

import json

from flexsim.measure.audit.document import cases, document, lines, sentence
from flexsim.measure.audit.laws import LAWS

from .runs import audited, story


def test_a_run_that_passes_is_told_in_few_lines():
    run = story()
    told = list(lines(audited(run.lines, run.summary())))
    assert told[0].startswith("open at the end: task WT")
    assert told[0].endswith("is assigned (event 57 at 2026-01-05 08:02:46.000)")
    assert told[-2] == "not checked: callbacks, because the summary holds no counts of agentsim or custsim"
    assert told[-1] == "92 events: 19 laws hold; 3 tasks are open at the end"


def test_violations_are_told_with_law_and_events():
    run = story()
    found = audited([*run.lines[:86], *run.lines[87:]], run.summary())
    told = list(lines(found))
    assert told[0] == (
        "sequence: event 86 is missing where 87 stands"
        " (event 85 at 2026-01-05 08:03:50.000; event 87 at 2026-01-05 08:03:55.000)"
    )
    assert told[-1] == "91 events: 2 of 19 laws do not hold; 3 tasks are open at the end"


def test_more_than_can_be_listed_is_counted():
    run = story()
    told = list(lines(audited([*run.lines, *["?\n"] * 100], run.summary())))
    assert "lines: and 80 more" in told


def test_more_open_tasks_than_can_be_named_are_counted():
    run = story()
    created = json.loads(run.lines[29])
    more = [
        json.dumps({**created, "seq": 92 + number, "t": run.now, "task": f"WT{number}", "contact": None}) + "\n"
        for number in range(50)
    ]
    told = list(lines(audited([*run.lines, *more], run.summary())))
    assert "open at the end: and 33 more tasks" in told
    assert told[-1].endswith("53 tasks are open at the end")


def test_the_document_is_json_and_holds_every_law():
    run = story()
    found = audited(run.lines[:-1], run.summary())
    told = json.loads(json.dumps(document(found)))
    assert [each["name"] for each in told["laws"]] == [law.name for law in LAWS]
    assert {each["name"]: each["violations"] for each in told["laws"]}["callbacks"] is None
    assert told["passed"] is False
    assert told["violations"] == [
        {"law": "figures", "message": "the summary counts 92 events, the log has 91", "events": []}
    ]
    assert told["open_tasks"] == len(told["open"]) == 3
    assert told["open"][0]["created"] == {"seq": 57, "t": 1767600166.0}


def test_every_law_is_a_test_case():
    run = story()
    found = audited(run.lines[:-1], run.summary())
    told = {case.name.partition(":")[0]: case for case in cases(found)}
    assert list(told) == [law.name for law in LAWS]
    assert told["figures"].failure == "1 violations:\n" + sentence(found.violations[0])
    assert told["callbacks"].skipped == "the summary holds no counts of agentsim or custsim"
    assert all(case.failure is None for name, case in told.items() if name != "figures")
