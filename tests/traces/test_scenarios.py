"""Each scenario has its shape: who is whose child, how many there are, and how long they take together."""

import heapq
import itertools

import pytest

from flexsim.randomness import Randomness
from flexsim.traces.declared import END, EXTRAS, KIND, SPAN_ID, START
from flexsim.traces.parameters import SCENARIOS, read
from flexsim.traces.run import Ids, Names, Run
from flexsim.traces.scenarios import BY_NAME
from flexsim.traces.spans import Code
from flexsim.traces.vocabulary import vocabulary
from tests.traces.making import START_NS, Tree, attribute, duration, make

MS = 1_000_000
SEEDS = range(1, 6)


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_trace_is_one_tree_whose_spans_lie_within_their_parents(scenario, seed):
    made = make(scenario, seed)
    assert Tree(made).is_sound()
    assert made.spans[-1][START] == START_NS


def counted(scenario, **parameters):
    return len(make(scenario, **parameters).spans)


def test_counts_follow_from_the_parameters():
    assert counted("fanout", fanout=7) == 2 * 7 + 3
    assert counted("fanout") == 203
    assert counted("chain", depth=9) == 2 * 9 + 1
    assert counted("retry", fanout=12, error_rate=0) == 2 + 2 * 12
    assert counted("dag", fanout=6) == 2 * 6 + 3
    assert counted("human") == 6
    assert counted("rag", rag_chunks=11) == 3 + 11
    assert counted("stream", background_fanout=4, duration_s=1) == 2 + 4


def chain_of(span, tree):
    while span is not tree.root:
        yield dict(span[KIND].constants)["ati.span.kind"]
        span = tree.parent(span)


@pytest.mark.parametrize(
    ("scenario", "ancestry"),
    [
        ("fanout", ["tool_call", "worker", "planner"]),
        ("dag", ["tool_call", "worker"]),
        ("retry", ["tool_call", "worker", "planner"]),
        ("react", ["tool_call", "internal", "planner"]),
        ("rag", ["tool_call", "retrieval"]),
        ("human", ["tool_call"]),
        ("stream", ["tool_call"]),
    ],
)
def test_calls_stand_where_they_belong(scenario, ancestry):
    tree = Tree(make(scenario))
    assert all(list(chain_of(call, tree)) == ancestry for call in tree.of("tool_call"))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("depth", [1, 2, 60, 500])
def test_a_chain_takes_the_sum_of_its_calls(seed, depth):
    tree = Tree(make("chain", seed, depth=depth))
    assert duration(tree.root) == sum(duration(call) for call in tree.of("tool_call"))
    deepest = max(tree.of("worker"), key=lambda span: attribute(span, "ati.depth"))
    assert list(chain_of(deepest, tree)) == ["worker"] * depth


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("fanout", "concurrency"), [(100, 20), (7, 3), (5, 50), (30, 1)])
def test_a_fan_out_takes_as_long_as_its_calls_on_that_many_hands(seed, fanout, concurrency):
    tree = Tree(make("fanout", seed, fanout=fanout, concurrency=concurrency))
    (planner,) = tree.of("planner")
    in_order = sorted(tree.of("tool_call"), key=lambda call: int(attribute(call, "ati.agent.id").split("-")[1]))
    free = [planner[START] + 20 * MS] * concurrency
    for call in in_order:  # the oracle: whoever is free first takes the next call
        heapq.heappush(free, heapq.heappop(free) + duration(call))
    assert planner[END] == max(free)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_more_workers_at_a_time_than_allowed(seed):
    tree = Tree(make("fanout", seed, fanout=60, concurrency=8))
    moments = sorted([(span[START], 1) for span in tree.of("worker")] + [(span[END], -1) for span in tree.of("worker")])
    running = [sum(change for _, change in moments[: at + 1]) for at in range(len(moments))]
    assert max(running) == 8


@pytest.mark.parametrize("seed", SEEDS)
def test_a_graph_takes_its_fork_its_slowest_branch_and_its_join(seed):
    tree = Tree(make("dag", seed))
    (fork,), (join,) = tree.of("planner"), tree.of("internal")
    slowest = max(map(duration, tree.of("worker")))
    assert duration(tree.root) == duration(fork) + slowest + duration(join)
    assert [link.span_id for link in join[EXTRAS].links] == [
        span[SPAN_ID] for span in sorted(tree.of("worker"), key=lambda each: int(attribute(each, "ati.agent.id")[7:]))
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_slow_call_is_slow_and_known(seed):
    made = make("dag", seed, straggler_factor=10)
    tree, (defect,) = Tree(made), made.facts.defects
    slow = tree.by_id[bytes.fromhex(defect.span_id)]
    others = [duration(call) for call in tree.of("tool_call") if call is not slow]
    assert duration(slow) > 8 * max(others)
    assert made.facts.root_cause == slow[SPAN_ID]
    assert made.facts.straggler == tree.parent(slow)[SPAN_ID]


def test_without_a_slow_call_there_is_no_defect():
    assert make("dag", straggler_factor=1).facts.defects == []


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("rate", "most"), [(0.1, 3), (0.6, 2), (1.0, 4), (0.5, 0)])
def test_retries_are_bounded_linked_and_their_pauses_double(seed, rate, most):
    tree = Tree(make("retry", seed, error_rate=rate, max_retries=most, fanout=40, backoff_ms=100))
    for worker in tree.of("worker"):
        attempts = tree.children[worker[SPAN_ID]]
        assert 1 <= len(attempts) <= most + 1
        failed = [call[EXTRAS] is not None and call[EXTRAS].status == Code.ERROR for call in attempts]
        assert all(failed[:-1])
        gave_up = worker[EXTRAS] is not None
        assert gave_up == failed[-1] == (failed[-1] and len(attempts) == most + 1)
        for number, (before, call) in enumerate(itertools.pairwise(attempts), 1):
            (link,) = call[EXTRAS].links
            assert link.span_id == before[SPAN_ID]
            pause = (call[START] - before[END]) / MS
            assert 0.9 * 100 * 2 ** (number - 1) <= pause <= 1.1 * 100 * 2 ** (number - 1)
            assert attribute(call, "ati.retry.attempt") == number
            assert attribute(call, "ati.retry.backoff_ms") == pytest.approx(pause, abs=0.001)


def test_calls_fail_as_often_as_asked():
    made = make("retry", fanout=10_000, error_rate=0.1, max_retries=0)
    failed = sum(1 for each in made.facts.defects if each.kind == "failed_call")
    assert 0.1 * 10_000 - 4 * 30 < failed < 0.1 * 10_000 + 4 * 30  # four standard errors


def test_a_failed_call_says_so_with_an_exception():
    tree = Tree(make("retry", error_rate=1, max_retries=0, fanout=1))
    (call,) = tree.of("tool_call")
    (event,) = call[EXTRAS].events
    assert (event.name, event.time) == ("exception", call[END])
    assert event.attributes == {"exception.type": "ToolError", "exception.message": call[EXTRAS].message}


def test_the_loop_takes_a_number_of_steps_that_varies_up_to_the_most():
    steps = {len(Tree(make("react", seed, max_steps=4)).of("generation")) - 1 for seed in range(60)}
    assert steps == {1, 2, 3, 4}


def test_the_steps_of_a_loop_follow_each_other():
    tree = Tree(make("react", 3))
    (planner,) = tree.of("planner")
    children = tree.children[planner[SPAN_ID]]
    assert all(before[END] == after[START] for before, after in itertools.pairwise(children))


@pytest.mark.parametrize("seconds", [0, 1.0, 3600])
def test_the_person_takes_exactly_the_time_asked_for_and_it_is_idle_time(seconds):
    made = make("human", human_delay_s=seconds)
    (person,) = Tree(made).of("human")
    answers = made.answers()
    assert duration(person) == seconds * 1000 * MS
    assert answers.idle_ms == seconds * 1000
    assert answers.idle_ms + answers.busy_ms == answers.duration_ms == duration(made.spans[-1]) / MS
    assert made.facts.root_cause == person[SPAN_ID]


def test_a_larger_payload_takes_longer():
    small, large = (make("rag", rag_chunk_size_kb=size) for size in (1, 1024))
    assert duration(Tree(large).of("retrieval")[0]) > duration(Tree(small).of("retrieval")[0]) + 5 * 0.4 * 20 * MS
    assert large.facts.payload_kb == sum(attribute(span, "ati.payload.size_kb") for span in Tree(large).of("tool_call"))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_stream_is_as_long_as_asked_and_its_tokens_are_spread_over_it(seed):
    made = make("stream", seed, duration_s=10, tokens_per_s=50, background_fanout=0)
    (span,) = Tree(made).of("token_stream")
    assert duration(span) == 10_000 * MS
    assert 0.98 * 500 <= made.facts.tokens <= 1.02 * 500
    first, last = span[EXTRAS].events
    assert (first.time - span[START]) / MS == pytest.approx(made.facts.first_token, abs=0.001)
    assert 18 <= made.facts.first_token <= 22
    assert last.attributes == {"ati.stream.tokens": made.facts.tokens}


def test_a_stream_with_no_time_for_a_token_has_none_and_no_time_to_the_first():
    made = make("stream", duration_s=0.05, tokens_per_s=1, background_fanout=0)
    assert (made.facts.tokens, made.facts.first_token) == (0, None)


def test_calls_that_outlast_the_stream_are_to_blame():
    made = make("stream", duration_s=1, background_fanout=50, tool_delay_ms=2000, error_rate=0)
    last = max(Tree(made).of("tool_call"), key=lambda span: span[END])
    assert made.facts.root_cause == made.facts.straggler == last[SPAN_ID]


def test_a_trace_that_is_broken_off_ends_its_root_with_an_error():
    class Broken:
        now = START_NS

        async def sleep(self, nanoseconds):
            raise ConnectionError("gone")

    run = Run(Broken(), vocabulary("human"), read("human", {}), Ids(Randomness(1).generator("i")), lambda: 0.5, Names())
    with pytest.raises(ConnectionError):
        BY_NAME["human"](run).send(None)
    (root,) = run.spans
    assert (root[EXTRAS].status, root[EXTRAS].message) == (Code.ERROR, "broken off")


def test_a_mesh_stands_before_the_names_of_its_agents():
    names = Names("west")
    assert (names.planner, names.worker(3), names.worker(0)) == ("west/planner", "west/worker-3", "west/worker-0")
