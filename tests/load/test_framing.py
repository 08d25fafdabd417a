"""Frames are read and written as websockets does, however they are cut into pieces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from flexsim.load import framing
from flexsim.load.framing import FramingError, Reader

KEY = b"\x01\x02\x03\x04"
SIZES = [0, 1, 125, 126, 450, 65_535, 65_536]


def theirs(opcode, data, *, fin=True, mask=False):
    return Frame(Opcode(opcode), data, fin).serialize(mask=mask)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("mask", [True, False])
def test_any_length_comes_through_from_the_library_and_from_us(size, mask):
    payload = bytes(each % 251 for each in range(size))
    ours = framing.masked(framing.TEXT, payload, KEY) if mask else framing.plain(framing.TEXT, payload)
    for frame in (theirs(1, payload, mask=mask), ours):
        assert Reader(masked=mask).feed(frame) == [(framing.TEXT, payload)]
    if not mask:
        assert ours == theirs(1, payload)


@given(
    st.lists(st.tuples(st.sampled_from([1, 2, 9, 10]), st.binary(max_size=125), st.integers(1, 4)), max_size=8),
    st.lists(st.integers(0, 2000), max_size=30),
    st.booleans(),
)
def test_messages_are_whole_wherever_the_bytes_are_cut(messages, cuts, mask):
    stream, wanted = b"", []
    for opcode, payload, pieces in messages:
        wanted.append((opcode, payload))
        if opcode > 2:
            stream += theirs(opcode, payload, mask=mask)
            continue
        step = max(1, -(-len(payload) // pieces))
        parts = [payload[place : place + step] for place in range(0, len(payload), step)] or [b""]
        for place, part in enumerate(parts):
            stream += theirs(opcode if place == 0 else 0, part, fin=place == len(parts) - 1, mask=mask)
    reader, found, last = Reader(masked=mask), [], 0
    for cut in [*sorted(min(each, len(stream)) for each in cuts), len(stream)]:
        found += reader.feed(stream[last:cut])
        last = cut
    assert found == wanted


def test_a_ping_may_come_between_fragments():
    reader = Reader(masked=False)
    stream = theirs(1, b"ab", fin=False) + theirs(9, b"?") + theirs(0, b"cd")
    assert reader.feed(stream) == [(framing.PING, b"?"), (framing.TEXT, b"abcd")]


@pytest.mark.parametrize(
    ("stream", "code"),
    [
        (b"\xc1\x00", 1002),  # a reserved bit
        (b"\x83\x00", 1002),  # an opcode that there is not
        (b"\x8b\x00", 1002),
        (b"\x09\x00", 1002),  # a ping in pieces
        (b"\x89\x7e\x00\x80", 1002),  # a ping that is too long
        (b"\x80\x00", 1002),  # the rest of nothing
        (theirs(1, b"a", fin=False) + theirs(1, b"b"), 1002),
        (b"\x81\x80\x00\x00\x00\x00", 1002),  # a mask from a server
        (b"\x81\x7f\x00\x00\x00\x00\x7f\xff\xff\xff", 1009),  # two gigabytes
    ],
)
def test_what_breaks_the_protocol_has_its_close_code(stream, code):
    with pytest.raises(FramingError) as caught:
        Reader(masked=False).feed(stream)
    assert caught.value.code == code


def test_a_message_in_too_many_pieces_is_too_big_before_it_is_whole():
    reader = Reader(masked=False, limit=100)
    reader.feed(theirs(1, b"x" * 60, fin=False))
    with pytest.raises(FramingError) as caught:
        reader.feed(theirs(0, b"x" * 41, fin=False))
    assert caught.value.code == 1009


@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_messages_or_a_broken_protocol(data, mask):
    try:
        Reader(masked=mask).feed(data)
    except FramingError as error:
        assert error.code in {1002, 1009}


def test_close_codes_go_there_and_back():
    assert framing.close_code(framing.closing(1012)) == 1012
    assert framing.close_code(b"") == 1005
