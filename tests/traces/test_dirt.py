"""The ledger of what was spoilt is what a receiver finds, exactly."""

from collections import Counter, defaultdict

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from flexsim.errors import ConfigurationError
from flexsim.randomness import Randomness
from flexsim.traces.declared import SPAN_ID, START, TRACE_ID
from flexsim.traces.dirt import MODES, OVERSIZED_KEY, Dirt, Spoiler, parse
from flexsim.traces.encoding_protobuf import ProtobufEncoder
from flexsim.traces.intake import Intake
from flexsim.traces.parameters import read
from flexsim.traces.reception import Reception
from flexsim.traces.virtual import VirtualTraces
from tests.traces.making import START_NS

ENCODER = ProtobufEncoder({})


class Receiver:
    """What an independent reader makes of the bytes; ``clean`` are the spans as they were made."""

    def __init__(self, seed=1, traces=40, batch=64, **shares):
        self.clean = {}
        self.order = []
        self.bodies = []
        spoiler = Spoiler(Dirt(**shares), Randomness(seed).generator("dirt"), batch)
        made = VirtualTraces(seed)
        self.defects = []
        for number in range(traces):
            spans = made.make("fanout", read("fanout", {"fanout": "10"}), START_NS + number * 10**10).spans
            self.order.append(spans[0][TRACE_ID])
            self.clean |= {span[SPAN_ID]: span for span in spans}
            batches, defects = spoiler.add(spans)
            self.defects += defects
            self.bodies += [ENCODER.encode(each) for each in batches]
        self.bodies += [ENCODER.encode(each) for each in spoiler.finish()]
        self.ledger = spoiler.document()
        self.spans = [
            span
            for body in self.bodies
            for span in ExportTraceServiceRequest.FromString(body).resource_spans[0].scope_spans[0].spans
        ]

    def found(self):
        copies = Counter(span.span_id for span in self.spans)
        return {
            "generated": len(self.clean),
            "sent": len(self.spans),
            "duplicated": sum(copies.values()) - len(copies),
            "orphaned": sum(1 for span in self.spans if span.parent_span_id and span.parent_span_id not in self.clean),
            "skewed": sum(1 for span in self.spans if span.start_time_unix_nano != self.clean[span.span_id][START]),
            "oversized": sum(any(each.key == OVERSIZED_KEY for each in span.attributes) for span in self.spans),
        }


@pytest.mark.parametrize("mode", ["orphaned", "skewed", "oversized", "duplicated"])
@pytest.mark.parametrize("seed", range(3))
def test_each_mode_alone_is_found_as_often_as_the_ledger_says(mode, seed):
    receiver = Receiver(seed, **{mode: 0.1})
    assert receiver.found().items() <= receiver.ledger.items()
    assert receiver.ledger[mode] > 0
    assert [receiver.ledger[each] for each in MODES[:-1] if each != mode] == [0] * 5


@pytest.mark.parametrize("seed", range(3))
def test_all_modes_together_are_found_as_often_as_the_ledger_says(seed):
    receiver = Receiver(
        seed, orphaned=0.05, skewed=0.05, oversized=0.02, duplicated=0, late=0.05, out_of_order=0.3, dropped=0.2
    )
    assert receiver.found().items() <= receiver.ledger.items()
    ledger = receiver.ledger
    assert ledger["generated"] + ledger["duplicates"] == ledger["sent"] + ledger["dropped_spans"]
    assert ledger["dropped_batches"] > 0


def test_copies_lost_with_their_batch_are_in_the_balance():
    ledger = Receiver(duplicated=0.5, dropped=0.5).ledger
    assert ledger["generated"] + ledger["duplicates"] == ledger["sent"] + ledger["dropped_spans"]
    assert ledger["duplicated"] < ledger["duplicates"]


def test_late_spans_come_after_the_trace_three_further_on():
    receiver = Receiver(late=0.05)
    begun, late = defaultdict(int), 0
    newest = 0
    for span in receiver.spans:
        number = receiver.order.index(span.trace_id)
        if newest - number >= 3:
            late += 1
        newest = max(newest, number)
    assert sum(begun.values()) == 0
    assert receiver.ledger["late"] > 0
    # Those of the last traces come at the very end, before three more could have begun.
    assert 0 < late <= receiver.ledger["late"]
    assert len(receiver.spans) == len(receiver.clean)


def test_out_of_order_traces_are_those_whose_spans_do_not_come_as_they_ended():
    receiver = Receiver(out_of_order=0.4)
    ends = defaultdict(list)
    for span in receiver.spans:
        ends[span.trace_id].append(span.end_time_unix_nano)
    assert sum(each != sorted(each) for each in ends.values()) == receiver.ledger["shuffled_traces"] > 0


@pytest.mark.parametrize(
    "shares",
    [
        {"orphaned": 0.1}, {"duplicated": 0.1}, {"late": 0.1}, {"out_of_order": 0.5}, {"dropped": 0.1, "duplicated": 0.2},
        {"out_of_order": 0.5, "duplicated": 0.2},
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("batch", [16, 64, 512])
def test_our_own_collector_counts_what_the_ledger_says(shares, batch):
    spoilt = Receiver(7, traces=60, batch=batch, **shares)
    collector = Intake(Reception())
    for number, body in enumerate(spoilt.bodies):
        collector.take(body, "application/x-protobuf", "", 1e9 + number)
    found = collector.reception.defects()
    names = {"duplicates": "duplicated", "orphans": "orphaned", "late": "late", "out_of_order": "out_of_order"}
    if "dropped" in shares:  # whose children are orphans, too
        copies = Counter(span.span_id for span in spoilt.spans)
        assert found.duplicates == sum(copies.values()) - len(copies)
        assert found.spans + found.duplicates == spoilt.ledger["sent"]
        return
    assert {name: getattr(found, name) for name in names} == {name: spoilt.ledger[mode] for name, mode in names.items()}
    assert found.spans == len(spoilt.clean)


def test_what_is_not_asked_for_is_not_done():
    receiver = Receiver(dropped=1e-12)
    assert [span.span_id for span in receiver.spans] == list(receiver.clean)
    assert receiver.defects == []


def test_the_answers_are_told_what_was_done_to_which_span():
    receiver = Receiver(orphaned=0.1)
    told = {each.span_id for each in receiver.defects if each.kind == "orphaned"}
    found = {span.span_id.hex() for span in receiver.spans if span.parent_span_id not in {*receiver.clean, b""}}
    assert told == found


def test_the_same_seed_spoils_the_same():
    shares = dict.fromkeys(MODES, 0.1)
    assert Receiver(4, **shares).bodies == Receiver(4, **shares).bodies


def test_everything_can_be_dropped():
    receiver = Receiver(dropped=1)
    assert (receiver.spans, receiver.ledger["dropped_spans"]) == ([], 40 * 23)


def test_modes_are_read_with_their_shares():
    assert parse({"late": "0.1", "out-of-order": "1"}) == Dirt(late=0.1, out_of_order=1)
    with pytest.raises(ConfigurationError, match="no such way to spoil data: wet; there are out_of_order, orphaned"):
        parse({"wet": "1"})
    for text in ("1.1", "-0.1", "half", "nan"):
        with pytest.raises(ConfigurationError, match="late is a share from 0 to 1"):
            parse({"late": text})
