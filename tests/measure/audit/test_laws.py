"""The laws are a table with names, and breaches of them are counted in whole and listed in part."""

import re

from flexsim.measure.audit.laws import LAWS, MOST_LISTED, SEQUENCE, TIME, Findings, Place


def test_every_law_has_a_name_of_its_own_and_a_sentence():
    assert len({law.name for law in LAWS}) == len(LAWS)
    assert all(re.fullmatch("[a-z-]+", law.name) for law in LAWS)
    assert all(law.sentence and not law.sentence.endswith(".") for law in LAWS)


def test_breaches_are_counted_by_law_and_listed_up_to_a_number():
    findings = Findings()
    for number in range(MOST_LISTED + 5):
        findings.breach(SEQUENCE, "wrong", Place(number, 1.0))
    findings.breach(TIME, "back")
    assert findings.counts == {"sequence": MOST_LISTED + 5, "time": 1}
    assert findings.total == MOST_LISTED + 6
    assert [each.places for each in findings.listed][-2:] == [(Place(MOST_LISTED - 1, 1.0),), ()]
