"""The same seed makes the same traces, and none depends on how many come after it."""

from flexsim.traces.encoding_protobuf import ProtobufEncoder
from flexsim.traces.parameters import SCENARIOS, read
from flexsim.traces.virtual import VirtualTraces
from tests.traces.making import START_NS


def encoded(seed, count=16):
    traces, encoder = VirtualTraces(seed), ProtobufEncoder({"service.name": "s"})
    made = [traces.make(SCENARIOS[at % 8], read(SCENARIOS[at % 8], {}), START_NS + at) for at in range(count)]
    return [encoder.encode(each.spans) for each in made], [each.answers().line() for each in made]


def test_the_same_seed_makes_the_same_bytes_and_the_same_answers():
    assert encoded(5) == encoded(5)


def test_another_seed_makes_others():
    assert not set(encoded(5)[0]) & set(encoded(6)[0])


def test_a_trace_is_the_same_however_many_come_after_it():
    assert encoded(5, 3)[0] == encoded(5, 9)[0][:3]


def test_what_happens_in_a_trace_does_not_depend_on_ids_that_others_took():
    few, many = VirtualTraces(1), VirtualTraces(1)
    few.make("human", read("human", {}), START_NS)
    many.make("fanout", read("fanout", {}), START_NS)
    again = [each.make("react", read("react", {}), START_NS).spans for each in (few, many)]
    assert [span[4:6] for span in again[0]] == [span[4:6] for span in again[1]]


def test_ids_are_never_used_twice():
    traces = VirtualTraces(2)
    ids = [span[2] for _ in range(50) for span in traces.make("fanout", read("fanout", {}), START_NS).spans]
    assert len(set(ids)) == len(ids) == 50 * 203
