"""What a backend did to the order of its messages is found out exactly."""

from hypothesis import given
from hypothesis import strategies as st

from flexsim.load.pushes import Pushes


def taken(sequence):
    pushes = Pushes()
    return pushes, [pushes.take({"type": "ack", "seq": each}, None) for each in sequence]


@given(st.sets(st.integers(2, 60)), st.lists(st.integers(1, 60), max_size=20), st.randoms(use_true_random=False))
def test_gaps_duplicates_and_reordering_are_counted_as_they_were_made(dropped, repeated, rng):
    sent = [each for each in range(1, 62) if each not in dropped]
    stream = list(sent)
    for each in repeated:
        if each in stream:
            stream.insert(rng.randrange(stream.index(each) + 1, len(stream) + 1), each)
    pushes, fresh = taken(stream)
    assert pushes.gaps == len(dropped)
    assert pushes.duplicates == len(stream) - len(sent)
    assert pushes.reordered == 0
    assert sum(fresh) == len(sent)


def test_what_comes_late_fills_its_gap():
    pushes, fresh = taken([1, 4, 3, 2, 5])
    assert (pushes.gaps, pushes.reordered, pushes.duplicates) == (0, 2, 0)
    assert all(fresh)


def test_a_leap_is_counted_without_being_remembered():
    pushes, _ = taken([1, 10**12])
    assert pushes.gaps == 10**12 - 2
    assert len(pushes._missing) == 1000


def test_without_numbers_calls_and_times_tell():
    pushes = Pushes()
    call = {"type": "call_assign", "callId": "CX1"}
    assert pushes.take(call, 10.0)
    assert not pushes.take(call, 11.0)
    assert pushes.take({"type": "ack"}, 10.5)
    assert (pushes.duplicates, pushes.reordered, pushes.gaps) == (1, 1, 0)


@given(st.from_type(object) | st.integers() | st.text() | st.booleans())
def test_a_number_that_is_none_does_no_harm(sequence):
    assert Pushes().take({"type": "ack", "seq": sequence}, None) in {True, False}
