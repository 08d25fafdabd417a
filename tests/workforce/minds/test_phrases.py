"""The parts of texts: complete tables, and several wordings of everything."""

from string import Formatter

import pytest

from flexsim.workforce.minds import phrases
from flexsim.workforce.minds.caring import FIGURES
from flexsim.workforce.minds.wording import facts
from tests.workforce.making import state

TABLES = (phrases.NUMBERS, phrases.WORDS, phrases.WELL, phrases.REASONS)


@pytest.mark.parametrize("table", TABLES, ids=["numbers", "words", "well", "reasons"])
def test_every_figure_has_its_wordings(table):
    assert set(table) == set(FIGURES)
    assert all(len(set(forms)) == len(forms) >= 2 for forms in table.values())


def test_every_tone_has_its_wordings():
    for table in (phrases.OPENINGS, phrases.ASKS, phrases.QUIET, phrases.FOR, phrases.AGAINST):
        assert set(table) == {"firm", "even", "soft"}
        assert all(len(set(forms)) == len(forms) >= 4 for forms in table.values())


def test_facts_name_what_a_state_has():
    known = set(facts(state()))
    named = {
        name
        for forms in phrases.NUMBERS.values()
        for form in forms
        for _, name, _, _ in Formatter().parse(form)
        if name
    }
    assert named <= known
