"""The answers are those of the trace: the path is what the end waited for, and the counts are what happened."""

import itertools

import pytest

from flexsim.traces.declared import END, SPAN_ID, START, declare
from flexsim.traces.parameters import SCENARIOS
from flexsim.traces.truth import critical_path
from tests.traces.making import Tree, duration, make

KIND = declare("x", 1, {"ati.span.kind": "internal"}, {})


def spans(*rows):
    """(name, parent's name, start, end), the root last."""
    return [
        (KIND, b"t" * 16, name.encode(), parent.encode(), start, end, (), None) for name, parent, start, end in rows
    ]


def path(*rows):
    return [each.decode() for each in critical_path(spans(*rows))]


def test_a_span_alone_is_its_own_path():
    assert path(("r", "", 0, 9)) == ["r"]


def test_of_parallel_children_the_last_to_end_is_on_the_path():
    assert path(("a", "r", 0, 5), ("b", "r", 0, 9), ("r", "", 0, 9)) == ["b"]


def test_time_between_children_is_their_parents():
    assert path(("a", "r", 0, 5), ("b", "r", 6, 9), ("r", "", 0, 9)) == ["r", "a", "b"]


def test_who_waited_for_a_slot_leads_to_who_gave_it_up():
    assert path(("a", "r", 0, 4), ("b", "r", 0, 5), ("c", "r", 4, 9), ("d", "r", 5, 8), ("r", "", 0, 9)) == ["a", "c"]


def test_the_path_goes_into_the_children_of_children():
    assert path(("y", "a", 1, 3), ("a", "r", 0, 4), ("r", "", 0, 4)) == ["a", "y"]


def test_a_child_that_outlives_its_parent_is_not_waited_for():
    assert path(("a", "r", 0, 20), ("r", "", 0, 9)) == ["r"]


def test_the_path_of_a_chain_is_its_calls():
    made = make("chain", depth=20)
    assert critical_path(made.spans) == tuple(
        call[SPAN_ID] for call in sorted(Tree(made).of("tool_call"), key=lambda call: call[START])
    )


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("seed", range(5))
def test_the_path_covers_the_whole_trace_without_gap(scenario, seed):
    made = make(scenario, seed)
    tree = Tree(made)
    on_path = [tree.by_id[each] for each in critical_path(made.spans)]
    moments = sorted({span[at] for span in made.spans for at in (START, END)})
    for begin, end in itertools.pairwise(moments):
        assert any(span[START] <= begin and end <= span[END] for span in on_path)


@pytest.mark.parametrize("seed", range(5))
def test_the_answers_to_retries_are_what_the_spans_say(seed):
    made = make("retry", seed, error_rate=0.5)
    tree, answers = Tree(made), made.answers()
    tried = [tree.children[worker[SPAN_ID]] for worker in tree.of("worker")]
    assert answers.tool_calls == sum(map(len, tried))
    assert answers.amplification == answers.tool_calls / 100
    assert {each.attempts for each in answers.retries} == {
        tuple(call[SPAN_ID].hex() for call in calls) for calls in tried if len(calls) > 1
    }
    last = max(tree.of("worker"), key=lambda worker: worker[END])
    assert answers.straggler == last[SPAN_ID].hex()


def test_the_slow_call_of_a_fan_out_is_on_its_path_when_it_is_blamed():
    for seed in range(20):
        made = make("fanout", seed)
        answers = made.answers()
        assert answers.root_cause in answers.critical_path
        assert answers.duration_ms == duration(made.spans[-1]) / 1e6
