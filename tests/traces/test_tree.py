import random

import pytest

from flexsim.traces.spans import Kind, Span
from flexsim.traces.tree import Tree
from tests.traces.conftest import TRACE, span_id


def span(number, parent, start, end, **more):
    return Span(
        trace_id=TRACE, span_id=span_id(number), parent_id=b"" if parent is None else span_id(parent),
        start=start, end=end, **({"name": f"s{number}"} | more),
    )  # fmt: skip


def names(spans):
    return [each.name for each in spans]


def test_children_stand_under_their_parents_in_the_order_of_start():
    tree = Tree([span(3, 1, 5, 9), span(2, 1, 1, 4), span(4, 3, 6, 7), span(1, None, 0, 10)])
    assert (tree.root.name, names(tree.children(tree.root)), names(tree.tops)) == ("s1", ["s2", "s3"], ["s1"])
    assert names(tree.within(tree.root)) == ["s1", "s2", "s3", "s4"]
    assert names(tree.spans) == ["s1", "s2", "s3", "s4"]
    assert [tree.depths[span_id(number)] for number in (1, 2, 3, 4)] == [0, 1, 1, 2]


def test_a_call_as_its_server_has_it_is_its_other_half_unless_more_is_known_below_it():
    client, server = {"kind": Kind.CLIENT}, {"kind": Kind.SERVER}
    call, half = span(2, 1, 1, 9, **client), span(3, 2, 2, 8, **server)
    tree = Tree([span(1, None, 0, 10, **server), call, half, span(4, 2, 3, 4)])
    assert tree.halves == {half.span_id}
    assert (names(tree.steps(call)), names(tree.children(call))) == (["s4"], ["s3", "s4"])
    for told in ([call, half, span(5, 3, 3, 4)], [span(2, 1, 1, 9), half], [half]):  # work below, no client, no parent
        assert not Tree([span(1, None, 0, 10), *told]).halves


def test_copies_are_passed_over():
    tree = Tree([span(1, None, 0, 10), span(1, None, 0, 99), span(1, None, 0, 10)])
    assert [each.end for each in tree.spans] == [10]


def test_a_span_without_its_parent_stands_beside_the_root():
    tree = Tree([span(1, None, 0, 10), span(2, 9, 1, 99)])
    assert (tree.root.name, names(tree.tops)) == ("s1", ["s1", "s2"])


def test_without_a_root_the_longest_at_the_top_is_it():
    tree = Tree([span(2, 9, 1, 5), span(3, 9, 1, 50)])
    assert tree.root.name == "s3"


@pytest.mark.parametrize("circle", [1, 2, 5])
def test_spans_in_a_circle_are_cut_loose_and_all_of_them_are_there(circle):
    spans = [span(number, (number + 1) % circle, number, 10) for number in range(circle)]
    tree = Tree([*spans, span(9, None, 0, 3)])
    assert tree.root.name == "s9"
    reached = [each for top in tree.tops for each in tree.within(top)]
    assert sorted(names(reached)) == sorted([*names(spans), "s9"])


def test_whoever_is_whose_parent_everybody_is_reached_once():
    for seed in range(200):
        rng = random.Random(seed)
        spans = [
            span(number, rng.choice([None, *range(12)]), rng.randrange(9), rng.randrange(9)) for number in range(10)
        ]
        tree = Tree(spans)
        reached = [each.span_id for top in tree.tops for each in tree.within(top)]
        assert sorted(reached) == sorted(each.span_id for each in spans)
        assert set(tree.depths) == set(reached)


def test_nothing_is_no_trace():
    with pytest.raises(ValueError, match="at least one span"):
        Tree([])
