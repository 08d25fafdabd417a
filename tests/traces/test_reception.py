import random

from flexsim.traces.defects import Defects
from flexsim.traces.otlp import spans_of
from flexsim.traces.reception import SERVICES, Reception
from flexsim.traces.tree import Tree
from tests.traces.conftest import TRACE, request, span_id


def take(reception, *spans, now=0.0, **more):
    message = request(*spans, **more)
    return reception.take(message, message.SerializeToString(), now)


def trace_of(number):
    return number.to_bytes(16, "big")


def test_what_came_in_is_given_back_as_it_was():
    reception = Reception()
    first, second = request((2, 1, 1, 2, {"a": "x"})), request((1, None, 0, 5), service="other")
    for message in (first, second):
        reception.take(message, message.SerializeToString(), 0.0)
    assert reception.spans(TRACE) == [*spans_of(first), *spans_of(second)]
    assert reception.spans(b"?" * 16) == []


def test_counts_are_of_what_came_in():
    reception = Reception()
    take(reception, (2, 1, 1, 2, {"error": True}), (3, 9, 1, 2))
    take(reception, (1, None, 0, 5), service="other")
    take(reception, (1, None, 0, 5, {"trace": trace_of(7)}), (2, 1, 1, 2))
    stats = reception.stats()
    assert stats | {"memory": 0} == {
        "requests": 3, "received": 5, "rejected": 0, "spans": 4, "traces": 2, "errors": 1, "duplicates": 1, "orphans": 1,
        "late": 0, "out_of_order": 0, "skewed": 0, "backward": 0, "lost_spans": 0, "lost_traces": 0, "kept_traces": 2,
        "memory": 0, "services": {"app": 4, "other": 1},
    }  # fmt: skip


def test_an_orphan_is_none_any_more_when_its_parent_comes():
    reception = Reception()
    take(reception, (2, 1, 1, 2))
    assert reception.defects() == Defects(spans=1, orphans=1)
    take(reception, (1, None, 0, 5))
    assert reception.defects() == Defects(spans=2)


def test_totals_are_the_sum_of_the_traces_whenever_one_asks():
    rng = random.Random(3)
    reception = Reception()
    for _ in range(60):
        take(
            reception,
            *(
                (rng.randrange(1, 6), rng.choice([None, 1, 8]), rng.randrange(9), rng.randrange(9), {"trace": trace_of(rng.randrange(1, 5))})
                for _ in range(rng.randrange(5))
            ),
        )  # fmt: skip
        if rng.random() < 0.5:
            reception.defects_of(trace_of(rng.randrange(1, 5)))
        found = Defects()
        for trace_id in reception.latest(9) if rng.random() < 0.5 else ():
            found += reception.defects_of(trace_id)
        assert found in {reception.defects(), Defects()}


def test_spans_with_impossible_ids_are_refused_and_counted_and_the_others_kept():
    message = request(*((number, None, 0, 1) for number in range(1, 7)))
    spans = message.resource_spans[0].scope_spans[0].spans
    spans[0].trace_id = b"short"
    spans[1].span_id = b""
    spans[2].parent_span_id = b"123"
    spans[3].trace_id = bytes(16)
    spans[4].span_id = bytes(8)
    reception = Reception()
    taken = reception.take(message, message.SerializeToString(), 0.0)
    assert (taken.accepted, taken.rejected) == (1, 5)
    assert taken.message == "5 spans have no valid trace id, span id or parent id"
    assert reception.stats()["rejected"] == 5


def test_memory_stays_within_its_bound_and_what_was_lost_is_counted():
    reception = Reception(memory=50_000)
    for number in range(1, 401):
        take(reception, (2, 1, 1, 2, {"trace": trace_of(number)}), (3, 9, 1, 2, {"trace": trace_of(number)}))
        assert reception.used <= 50_000
    stats = reception.stats()
    assert stats["kept_traces"] + stats["lost_traces"] == stats["traces"] == 400
    assert stats["lost_spans"] == 2 * stats["lost_traces"] > 0
    assert stats["orphans"] == 800  # those that were lost were counted before
    assert reception.latest(2) == [trace_of(400), trace_of(399)]
    assert reception.spans(trace_of(1)) == []


def test_a_trace_larger_than_the_memory_is_lost_and_nothing_is_left_of_it():
    reception = Reception(memory=1000)
    take(reception, *((number, None, 0, 1) for number in range(1, 100)))
    assert (len(reception), reception.used, reception.lost_spans) == (0, 0, 99)
    assert reception.defects().spans == 99


def test_a_request_goes_only_with_the_last_of_its_traces():
    reception = Reception(memory=1900)
    take(reception, (1, None, 0, 1, {"trace": trace_of(1)}), (1, None, 0, 1, {"trace": trace_of(2)}))
    take(reception, (1, None, 0, 1, {"trace": trace_of(3)}))
    assert reception.latest(5)[-1] == trace_of(2)
    assert [each.span_id for each in reception.spans(trace_of(2))] == [span_id(1)]


def test_late_is_judged_by_the_moment_a_request_came():
    for allowed, late in ((3.0, 1), (9.0, 0)):
        reception = Reception(late_after=allowed)
        take(reception, (1, None, 0, 5), now=100.0)
        take(reception, (2, 1, 1, 2), now=105.0)
        assert reception.defects().late == late


def test_services_without_end_are_counted_together():
    reception = Reception()
    for number in range(SERVICES + 5):
        take(reception, (1, None, 0, 1), service=f"s{number}")
    assert len(reception.services) == SERVICES + 1
    assert reception.services["(others)"] == 5


def test_the_head_of_a_trace_is_its_root_and_how_much_failed_in_it():
    rng = random.Random(8)
    reception = Reception()
    for number in range(1, 30):
        told = [
            (each, rng.choice([None, 99, *range(1, each)]), rng.randrange(9), rng.randrange(9), {"trace": trace_of(number), "error": rng.random() < 0.5})
            for each in rng.sample(range(1, 9), rng.randrange(1, 9))
        ]  # fmt: skip
        take(reception, *told[:3])
        take(reception, *told[3:])
        root, errors = reception.head(trace_of(number))
        tree = Tree(reception.spans(trace_of(number)))
        assert errors == sum(each.status.code == 2 for each in tree.spans)
        assert (root.duration, root.start) == (tree.root.duration, tree.root.start)
