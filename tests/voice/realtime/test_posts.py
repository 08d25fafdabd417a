"""A POST is read whole, however it comes in pieces, or refused before there is too much of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.voice.realtime.posts import Post, Refused, read_post

HEAD = b"POST /x HTTP/1.1\r\nContent-Length: 4\r\nAuthorization:  Bearer k \r\n\r\n"


@given(st.integers(0, len(HEAD) + 3))
def test_a_part_is_nothing_yet(cut):
    assert read_post((HEAD + b"body")[:cut]) is None


def test_the_whole_is_a_request():
    found = read_post(HEAD + b"body and more")
    assert found == Post(target="/x", headers={"content-length": "4", "authorization": "Bearer k"}, body=b"body")


@pytest.mark.parametrize(
    ("received", "status"),
    [
        (b"POST /x\r\n\r\n", 400),
        (b"POST /x HTTP/2\r\n\r\n", 400),
        (b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
        (b"POST /x HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 411),
        (b"POST /x HTTP/1.1\r\nContent-Length: 999999\r\n\r\n", 413),
        (b"POST /x HTTP/1.1\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n", 413),
        (b"POST /x HTTP/1.1\r\nA: " + b"x" * 20_000, 431),
    ],
)
def test_what_cannot_be_read_is_refused(received, status):
    with pytest.raises(Refused) as caught:
        read_post(received)
    assert caught.value.status == status


@given(st.binary(max_size=200))
def test_nothing_else_is_raised(received):
    try:
        found = read_post(b"POST " + received)
    except Refused:
        return
    assert found is None or isinstance(found, Post)
