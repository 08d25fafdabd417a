import pytest

from flexsim.traces.spans import Status
from flexsim.traces.tree import Tree
from flexsim.traces.waterfall import waterfall
from tests.traces.test_tree import span

FAILED = Status(code=2)


def shown(*spans, most=500):
    return waterfall(Tree(spans), most)


def test_each_span_has_a_row_below_its_parents_with_its_place_in_the_window():
    found = shown(span(1, None, 100, 200), span(3, 1, 150, 200), span(2, 1, 100, 150), span(4, 3, 150, 175))
    assert [(row.span.name, row.depth, row.begin, row.end) for row in found.rows] == [
        ("s1", 0, 0.0, 1.0), ("s2", 1, 0.0, 0.5), ("s3", 1, 0.5, 1.0), ("s4", 2, 0.5, 0.75),
    ]  # fmt: skip
    assert [row.critical for row in found.rows] == [(), ((0.0, 0.5),), ((0.75, 1.0),), ((0.5, 0.75),)]


def test_what_failed_is_marked():
    found = shown(span(1, None, 0, 10), span(2, 1, 0, 5, status=FAILED))
    assert [row.failed for row in found.rows] == [False, True]


def test_of_a_long_trace_the_path_and_what_failed_are_shown_first():
    crowd = [span(number, 1, number, number + 2) for number in range(10, 60)]
    slow, deep, failed = span(2, 1, 0, 100), span(3, 2, 5, 100), span(4, 1, 1, 2, status=FAILED)
    found = shown(span(1, None, 0, 100), *crowd, slow, deep, failed, most=6)
    assert {"s1", "s2", "s3", "s4"} <= {row.span.name for row in found.rows}
    assert (len(found.rows), found.hidden) == (6, 48)
    assert found.rows[0].hidden == 48


def test_spans_without_their_parents_come_after_the_root():
    found = shown(span(9, 8, 0, 3), span(1, None, 1, 10))
    assert [(row.span.name, row.depth) for row in found.rows] == [("s1", 0), ("s9", 0)]


@pytest.mark.parametrize("spans", [[span(1, None, 5, 5)], [span(1, None, 9, 5)], [span(1, None, 0, 2**64 - 1)]])
def test_times_without_sense_have_a_place_all_the_same(spans):
    (row,) = shown(*spans).rows
    assert 0 <= row.begin <= row.end <= 1
