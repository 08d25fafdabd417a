"""Roles and states of the company as documents."""

import json

from hypothesis import given
from hypothesis import strategies as st

from flexsim.workforce.records import CompanyState
from flexsim.workforce.store import documents
from tests.workforce.doubles import role

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@given(st.dictionaries(st.text(max_size=5), st.integers(0, 999), max_size=5), NUMBERS, st.integers(0, 9))
def test_a_state_comes_back_as_it_was_down_to_the_order_of_its_keys(headcount, budget, turn):
    state = CompanyState(turn=turn, headcount=headcount, budget=budget)
    found = documents.state(json.loads(json.dumps(documents.document(state))))
    assert found == state
    assert list(found.headcount) == list(headcount)


def test_a_role_comes_back_as_it_was():
    ceo = role("ceo")
    assert documents.role(json.loads(json.dumps(documents.document(ceo)))) == ceo


def test_what_an_older_version_did_not_know_has_its_default():
    assert documents.state({"turn": 3, "budget": 1.5}) == CompanyState(turn=3, budget=1.5)


def test_what_a_later_version_has_added_is_passed_over():
    assert documents.state({"turn": 3, "weather": "fair"}) == CompanyState(turn=3)
