"""The order in which dimensions are drawn."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from flexsim.domain.ordering import cycle, in_order

NAMES = st.sampled_from("abcdefg")
GRAPHS = st.dictionaries(NAMES, st.lists(NAMES, max_size=3))


@given(GRAPHS)
def test_what_a_name_needs_comes_before_it(needs):
    ordered, stuck = in_order(needs)
    assert sorted([*ordered, *stuck]) == sorted(needs)
    for name in ordered:
        assert all(ordered.index(need) < ordered.index(name) for need in needs[name] if need in needs)


@given(GRAPHS)
def test_whoever_is_stuck_leads_to_a_cycle(needs):
    _, stuck = in_order(needs)
    for name in stuck:
        around = cycle(needs, name)
        assert around[0] == around[-1]
        assert all(after in needs[before] for before, after in itertools.pairwise(around))


def test_names_that_need_nothing_keep_their_order():
    assert in_order({"z": [], "a": ["elsewhere"], "m": []}) == (["z", "a", "m"], [])
