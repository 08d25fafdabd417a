import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.traces.defects import NO_DEFECTS, ROW, Defects, defects_of
from tests.traces.conftest import span_id

NONE = bytes(8)


def rows(*told):
    """Each is (number, parent, start, end, request)."""
    return b"".join(
        ROW.pack(span_id(number), NONE if parent is None else span_id(parent), start, end, request)
        for number, parent, start, end, request in told
    )


def judged(*told, late_after=0.0, arrivals=(0.0, 1.0, 5.0)):
    return defects_of(rows(*told), dict(enumerate(arrivals)), late_after)


CLEAN = [(2, 1, 10, 20, 0), (3, 1, 20, 30, 0), (1, None, 0, 40, 0)]


def test_spans_that_come_as_they_end_have_no_defects():
    assert judged(*CLEAN) == Defects(spans=3)


def test_nothing_has_nothing():
    assert judged() == NO_DEFECTS


def test_every_further_copy_is_a_duplicate_and_is_judged_no_more():
    assert judged(*CLEAN, CLEAN[0], CLEAN[0]) == Defects(spans=3, duplicates=2)


def test_a_span_whose_parent_did_not_come_is_an_orphan_and_its_children_are_not():
    assert judged((4, 3, 12, 15, 0), (3, 9, 10, 20, 0), (1, None, 0, 40, 0)) == Defects(spans=3, orphans=1)


def test_a_span_in_a_later_request_than_the_root_is_late_and_one_before_it_or_beside_it_is_not():
    before, root, late = (2, 1, 10, 20, 0), (1, None, 0, 40, 1), (3, 1, 20, 30, 2)
    assert judged(before, root, late) == Defects(spans=3, late=1)
    assert judged(before, root, (3, 1, 20, 30, 1)) == Defects(spans=3, out_of_order=1)


@pytest.mark.parametrize(("allowed", "late"), [(4.0, 1), (4.1, 0)])
def test_late_is_what_comes_more_than_the_time_allowed_after_the_root(allowed, late):
    found = judged((1, None, 0, 40, 1), (3, 1, 20, 30, 2), late_after=allowed)
    assert (found.late, found.out_of_order) == (late, 1 - late)


def test_out_of_order_are_the_fewest_that_would_have_to_come_elsewhere():
    assert judged((2, 1, 0, 9, 0), (3, 1, 0, 3, 0), (4, 1, 0, 5, 0), (5, 1, 0, 9, 0), (1, None, 0, 9, 0)) == Defects(
        spans=5, out_of_order=1
    )
    for ends, displaced in (([5, 3, 4, 2], 2), ([1, 5, 3, 4], 1), ([1, 2, 9, 3, 4, 5], 1), ([3, 2, 1], 2)):
        assert judged(*((number, 1, 0, end, 0) for number, end in enumerate(ends, 2))).out_of_order == displaced


@pytest.mark.parametrize(("start", "skewed"), [(9, 1), (10, 0), (20, 0), (21, 1)])
def test_a_span_that_starts_while_its_parent_is_not_running_is_skewed(start, skewed):
    assert judged((2, 1, start, 30, 0), (1, None, 10, 20, 1)).skewed == skewed


def test_a_wrong_clock_is_counted_once_and_not_again_for_its_children():
    worker = (2, 1, 1000, 1020, 0)
    below = [(number, 2, 10, 20, 0) for number in (3, 4, 5)]
    assert judged(*below, worker, (1, None, 0, 40, 0)).skewed == 1


def test_a_root_whose_children_all_disagree_with_it_is_the_one_that_is_wrong():
    children = [(number, 1, 10, 20, 0) for number in (2, 3, 4)]
    assert judged(*children, (1, None, 500, 540, 0)).skewed == 1
    chain = [(3, 2, 12, 15, 0), (2, 1, 10, 20, 0)]
    assert judged(*chain, (1, None, 500, 540, 0)).skewed == 1


@given(
    st.lists(st.tuples(st.integers(1, 9), st.sampled_from([None, *range(10)]), st.integers(0, 9), st.integers(0, 9)))
)
def test_whatever_comes_no_more_is_wrong_than_has_come(told):
    found = judged(*((*each, 0) for each in told))
    distinct = len({each[0] for each in told})
    assert found.spans == distinct
    assert found.duplicates == len(told) - distinct
    assert max(found.orphans, found.skewed, found.out_of_order, found.backward) <= distinct


def test_a_span_that_ends_before_it_starts_is_backward():
    assert judged((1, None, 10, 9, 0)) == Defects(spans=1, backward=1)


def test_defects_can_be_added_and_taken_away():
    one, two = Defects(spans=3, late=1), Defects(spans=1, orphans=2)
    assert one + two == Defects(spans=4, late=1, orphans=2)
    assert one + two - two == one
