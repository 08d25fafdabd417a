"""What a generator says that it spoilt is what the collector counts, where batches come in the order in which they were made."""

import pytest

from flexsim.randomness import Randomness
from flexsim.traces.dirt import Dirt, Spoiler
from flexsim.traces.encoding_protobuf import ProtobufEncoder
from flexsim.traces.intake import PROTOBUF, Intake
from flexsim.traces.parameters import read
from flexsim.traces.reception import Reception
from flexsim.traces.virtual import VirtualTraces
from tests.traces.making import START_NS

ENCODER = ProtobufEncoder({})


def sent(seed, **shares):
    """The ledger, and what a collector says, of sixty traces in batches of 64."""
    spoiler = Spoiler(Dirt(**shares), Randomness(seed).generator("dirt"), 64)
    made, intake, clock = VirtualTraces(seed), Intake(Reception()), 0.0

    def take(batches):
        nonlocal clock
        for batch in batches:
            clock += 1.0
            assert intake.take(ENCODER.encode(batch), PROTOBUF, "", clock).status == 200

    for number in range(60):
        trace = made.make("fanout", read("fanout", {"fanout": "40"}), START_NS + number * 10**10)
        take(spoiler.add(trace.spans)[0])
    take(spoiler.finish())
    return spoiler.document(), intake.reception.stats()


@pytest.mark.parametrize("seed", range(4))
def test_clean_traces_have_no_defects(seed):
    ledger, stats = sent(seed)
    assert stats["spans"] == ledger["generated"] == 60 * 83
    names = ("duplicates", "orphans", "late", "out_of_order", "skewed", "backward", "rejected", "lost_spans")
    assert {name: stats[name] for name in names} == dict.fromkeys(names, 0)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("mode", "figure"), [("duplicated", "duplicates"), ("orphaned", "orphans")])
def test_what_was_spoilt_is_what_is_found(seed, mode, figure):
    ledger, stats = sent(seed, **{mode: 0.05})
    assert stats[figure] == ledger[mode] > 50
    assert (stats["received"], stats["spans"]) == (ledger["sent"], ledger["generated"])


@pytest.mark.parametrize("seed", range(4))
def test_late_spans_are_all_found_and_nothing_else(seed):
    ledger, stats = sent(seed, late=0.05)
    assert stats["late"] == ledger["late"] > 50
    assert stats["out_of_order"] == 0


@pytest.mark.parametrize("seed", range(4))
def test_what_was_dropped_did_not_come(seed):
    ledger, stats = sent(seed, dropped=0.2)
    assert stats["spans"] == ledger["sent"] == ledger["generated"] - ledger["dropped_spans"]


@pytest.mark.parametrize("seed", range(4))
def test_wrong_clocks_are_found_where_they_can_be_seen_and_nowhere_else(seed):
    ledger, stats = sent(seed, skewed=0.02)
    assert 0.8 * ledger["skewed"] <= stats["skewed"] <= ledger["skewed"]


@pytest.mark.parametrize("seed", range(4))
def test_a_shuffled_traces_misplaced_spans_are_all_found(seed):
    ledger, stats = sent(seed, out_of_order=0.3)
    assert ledger["shuffled_traces"] > 5
    assert stats["out_of_order"] == ledger["out_of_order"] > 30 * ledger["shuffled_traces"]
    assert stats["late"] == 0
