"""SIDs look like Twilio's, come from a seed, and lead back to their number."""

import re

from hypothesis import given
from hypothesis import strategies as st

from flexsim.ids import Sids, contact_id, secret

NUMBERS = st.integers(min_value=0, max_value=2**64 - 1)


@given(st.integers(), NUMBERS)
def test_a_sid_leads_back_to_its_number(seed, number):
    sids = Sids(seed, "workspace")
    sid = sids.sid("WT", number)
    assert re.fullmatch("WT[0-9a-f]{32}", sid)
    assert sids.number("WT", sid) == number


@given(NUMBERS)
def test_another_scope_prefix_or_shape_is_nobodys_number(number):
    sid = Sids(1, "one").sid("WT", number)
    assert Sids(1, "two").number("WT", sid) is None
    assert Sids(2, "one").number("WT", sid) is None
    assert Sids(1, "one").number("WK", sid) is None
    assert Sids(1, "one").number("WT", sid[:-1]) is None
    assert Sids(1, "one").number("WT", sid[:-1] + "z") is None


def test_the_same_seed_gives_the_same_sids():
    assert Sids(7, "x").sid("WQ", 3) == Sids(7, "x").sid("WQ", 3)


def test_secrets_are_32_digits_that_seed_and_name_decide():
    assert re.fullmatch("[0-9a-f]{32}", secret(1, "token"))
    assert secret(1, "token") == secret(1, "token")
    assert len({secret(1, "token"), secret(2, "token"), secret(1, "other")}) == 3


def test_contact_ids_are_as_many_as_there_are_contacts():
    ids = {contact_id(seed, number) for seed in (1, 2) for number in range(1000)}
    assert len(ids) == 2000
    assert all(re.fullmatch("CX[0-9a-f]{32}", each) for each in ids)
