"""The path against an independent algorithm: the longest path through the graph that the trace was made from."""

import itertools
import os
import random
from graphlib import TopologicalSorter

from hypothesis import given
from hypothesis import strategies as st

from flexsim.traces.critical_path import critical_path, path_of
from flexsim.traces.tree import Tree
from tests.traces.test_tree import names, span

GRAPHS = int(os.environ.get("FLEXSIM_RANDOM_GRAPHS", "1000"))  # 10,000 by hand


def stretches(*spans):
    return [(each.span.name, each.begin, each.end) for each in critical_path(Tree(spans))]


def test_work_after_each_other_is_all_on_the_path():
    assert stretches(span(1, None, 0, 10), span(2, 1, 1, 4), span(3, 1, 4, 9)) == [
        ("s1", 0, 1), ("s2", 1, 4), ("s3", 4, 9), ("s1", 9, 10),
    ]  # fmt: skip


def test_of_parallel_branches_only_the_last_is_waited_for():
    assert stretches(span(1, None, 0, 10), span(2, 1, 0, 5), span(3, 1, 0, 10), span(4, 1, 0, 9)) == [("s3", 0, 10)]


def test_it_goes_down_to_the_span_that_does_the_work():
    assert stretches(span(1, None, 0, 10), span(2, 1, 0, 10), span(3, 2, 2, 10)) == [("s2", 0, 2), ("s3", 2, 10)]


def test_of_those_that_end_together_it_is_the_one_that_started_last_then_the_one_that_came_last():
    assert stretches(span(1, None, 0, 10), span(2, 1, 5, 10), span(3, 1, 2, 10)) == [("s1", 0, 5), ("s2", 5, 10)]
    assert stretches(span(1, None, 0, 10), span(2, 1, 5, 10), span(3, 1, 5, 10)) == [("s1", 0, 5), ("s3", 5, 10)]


def test_a_child_that_outlives_its_parent_was_not_waited_for():
    assert stretches(span(1, None, 0, 10), span(2, 1, 3, 12)) == [("s1", 0, 10)]


def test_a_child_that_began_before_its_parent_counts_from_the_parents_start():
    assert stretches(span(1, None, 5, 10), span(2, 1, 1, 8)) == [("s2", 5, 8), ("s1", 8, 10)]


def test_children_without_a_duration_are_passed_over():
    assert stretches(span(1, None, 0, 10), span(2, 1, 5, 5), span(3, 1, 8, 6)) == [("s1", 0, 10)]


def test_a_chain_of_ten_thousand_is_no_matter():
    chain = [span(number, number - 1 if number else None, number, 20_000 - number) for number in range(10_000)]
    assert len(path_of(critical_path(Tree(chain)))) == 10_000


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 30), st.integers(0, 30)), max_size=12))
def test_the_stretches_are_the_roots_duration_without_gap_or_overlap_whatever_the_spans(told):
    spans = [span(0, None, 0, 20), *(span(number, *each) for number, each in enumerate(told, 1))]
    found = stretches(*spans)
    assert found[0][1] == 0
    assert found[-1][2] == 20
    assert all(before[2] == after[1] for before, after in itertools.pairwise(found))
    assert all(begin < end for _, begin, end in found)


def graph(rng, size):
    """Durations, and for each task those that it waits for."""
    durations = [rng.randrange(1, 10**6) for _ in range(size)]
    waits = [rng.sample(range(number), rng.randrange(0, min(number, 4) + 1)) for number in range(size)]
    return durations, waits


def as_trace(durations, waits, rng):
    """Each task begins when all that it waits for have ended; every third does its work in a child."""
    ends, spans = [], []
    for number, duration in enumerate(durations):
        start = max((ends[each] for each in waits[number]), default=0)
        ends.append(start + duration)
        spans.append(span(number + 1, 0, start, ends[-1]))
        if number % 3 == 0:
            spans.append(span(1000 + number, number + 1, start, ends[-1]))
    spans.append(span(0, None, 0, max(ends)))
    rng.shuffle(spans)
    return spans


def longest_path(durations, waits):
    """By dynamic programming over a topological order: its length, and its tasks."""
    best, before = {}, {}
    for task in TopologicalSorter(dict(enumerate(waits))).static_order():
        before[task] = max(waits[task], key=lambda each: best[each], default=None)
        best[task] = durations[task] + (best[before[task]] if before[task] is not None else 0)
    task = max(best, key=lambda each: best[each])
    length, path = best[task], []
    while task is not None:
        path.append(task)
        task = before[task]
    return length, path[::-1]


def test_the_path_is_the_longest_one_through_the_graph():
    for seed in range(GRAPHS):
        rng = random.Random(seed)
        durations, waits = graph(rng, rng.randrange(1, 40))
        found = critical_path(Tree(as_trace(durations, waits, rng)))
        length, path = longest_path(durations, waits)
        tasks = [int(name[1:]) for name in names(path_of(found))]
        assert [each - 1 if each < 1000 else each - 1000 for each in tasks] == path, seed
        assert sum(each.duration for each in found) == length
