"""However the bytes come, whole messages of text are told, and all other bytes are left as they were."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from flexsim.voice.realtime.frames import Frames, text_frame

MASK = b"\x01\x02\x03\x04"
LIMIT = 70_000


def frame(opcode, payload, *, fin=True, masked=True):
    """A frame as ``websockets`` makes it."""
    return Frame(opcode, payload, fin).serialize(mask=masked)


def fed(data, cuts=(), *, masked=True):
    """What is told of these bytes, cut at these places."""
    frames = Frames(masked=masked, limit=LIMIT)
    edges = [0, *sorted(cuts), len(data)]
    pieces = [data[start:end] for start, end in itertools.pairwise(edges)]
    return [each for piece in pieces for each in frames.feed(piece)]


LENGTHS = st.one_of(st.integers(0, 200), st.sampled_from([125, 126, 65_535, 65_536]))
MESSAGE = st.tuples(st.sampled_from(["text", "binary", "ping", "pieces"]), LENGTHS)


def sent(kind, length, *, masked):
    """Frames of one message, and whether it is to be told."""
    payload = b"x" * length
    if kind == "text":
        return [(True, payload, frame(Opcode.TEXT, payload, masked=masked))]
    if kind == "binary":
        found = [frame(Opcode.BINARY, payload, masked=masked)]
    elif kind == "ping":
        found = [frame(Opcode.PING, payload[:125], masked=masked)]
    else:
        found = [
            frame(Opcode.TEXT, payload, fin=False, masked=masked),
            frame(Opcode.PING, b"", masked=masked),
            frame(Opcode.CONT, payload, masked=masked),
        ]
    return [(False, each, each) for each in found]


@given(st.lists(MESSAGE, max_size=6), st.booleans(), st.data())
def test_however_the_bytes_are_cut_the_same_is_told(messages, masked, data):
    frames = [each for kind, length in messages for each in sent(kind, length, masked=masked)]
    whole = b"".join(raw for _, _, raw in frames)
    cuts = data.draw(st.lists(st.integers(0, len(whole)), max_size=12))
    assert fed(whole, cuts, masked=masked) == [(told, what) for told, what, _ in frames]


@pytest.mark.parametrize("length", [0, 125, 126, 65_535, 65_536])
@pytest.mark.parametrize("mask", [b"", MASK])
def test_what_is_made_is_read(length, mask):
    assert fed(text_frame(b"x" * length, mask), masked=bool(mask)) == [(True, b"x" * length)]


def test_a_message_between_the_pieces_of_another_is_for_websockets_to_refuse():
    first, between = frame(Opcode.TEXT, b"a", fin=False), frame(Opcode.TEXT, b"b")
    assert fed(first + between) == [(False, first), (False, between)]


@pytest.mark.parametrize(
    "strange",
    [
        frame(Opcode.TEXT, b"x", masked=False),
        b"\xc1" + frame(Opcode.TEXT, b"x")[1:],
        frame(Opcode.TEXT, b"x" * (LIMIT + 1)),
        b"\x81\xff\x7f" + b"\xff" * 7,
    ],
    ids=["no mask", "reserved bit", "too long", "far too long"],
)
def test_what_breaks_the_rules_is_left_to_websockets_at_once_and_all_behind_it(strange):
    good = frame(Opcode.TEXT, b"x")
    frames = Frames(masked=True, limit=LIMIT)
    assert frames.feed(good + strange[:10]) == [(True, b"x"), (False, strange[:10])]
    assert frames.feed(strange[10:] + good) == [(False, strange[10:] + good)]


@given(st.lists(st.integers(0, 40), max_size=6))
def test_the_head_of_the_handshake_ends_where_it_ends(cuts):
    head, behind = b"GET / HTTP/1.1\r\nA: b\r\n\r\n", b"\r\n\r\nxyz"
    frames = Frames(masked=True, limit=LIMIT)
    edges = [0, *sorted(cuts), len(head + behind)]
    first = rest = b""
    for start, end in itertools.pairwise(edges):
        data = (head + behind)[start:end]
        if frames.begun:
            rest += data
            continue
        before, after = frames.head(data)
        first, rest = first + before, rest + after
    assert (first, rest) == (head, behind)


def test_where_there_are_no_frames_all_is_left_as_it_comes():
    frames = Frames(masked=False, limit=LIMIT)
    frames.leave()
    assert frames.feed(text_frame(b"x")) == [(False, text_frame(b"x"))]
