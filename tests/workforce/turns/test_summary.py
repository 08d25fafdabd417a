"""The analyst's summary: every number in it is the week's."""

import re

from flexsim.workforce.turns.summary import summarise
from tests.workforce.making import played, proposal, state, week


def test_every_number_is_one_of_the_week():
    before = state()
    after, ledger = week(before, proposal("hire_support", 3), proposal("change_price", 5))
    text = summarise(before, after, (), ledger)
    assert text.startswith("Week 1: ")
    assert f"{after.contacts:,} contacts, {after.service_level:.1%} answered in time" in text
    assert (
        f"{ledger.won} customers won, {ledger.lost} lost: {after.customers:,} ({after.customers - before.customers:+,})"
        in text
    )
    assert f"budget ${after.budget:,.1f}k ({after.budget - before.budget:+,.1f}k)" in text
    assert "Price $42.00 (was $40.00)" in text
    assert f"support {after.headcount['support'] - 11:+d}" in text


def test_it_says_numbers_and_no_adjectives():
    _, turns = played(12)
    for turn in turns:
        assert re.findall(r"\b(good|bad|great|poor|strong|weak|excellent|terrible)\b", turn.summary) == []
        assert len(re.findall(r"\d", turn.summary)) > 40


def test_an_outage_and_its_end_are_told():
    broken, ledger = week(state(incident=0.9))
    assert "outage" in summarise(state(incident=0.9), broken, (), ledger)
    assert "the outage is over" in summarise(state(incident=0.5), state(incident=0.0), (), ledger)
