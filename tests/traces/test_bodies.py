import gzip
import tracemalloc

import pytest

from flexsim.errors import TracesError
from flexsim.traces.bodies import unpacked

LIMIT = 1000


@pytest.mark.parametrize("encoding", ["", "identity", "Identity "])
def test_a_plain_body_is_what_it_is(encoding):
    assert unpacked(b"abc", encoding, LIMIT) == b"abc"


def test_a_gzipped_body_is_unpacked_whatever_it_has_in_members():
    assert unpacked(gzip.compress(b"abc") + gzip.compress(b"def"), "gzip", LIMIT) == b"abcdef"


def test_a_body_of_the_largest_size_is_taken_and_a_byte_more_is_not():
    for packed, encoding in ((lambda it: it, ""), (gzip.compress, "gzip")):
        assert len(unpacked(packed(bytes(LIMIT)), encoding, LIMIT)) == LIMIT
        with pytest.raises(TracesError, match="larger than 1000 bytes") as caught:
            unpacked(packed(bytes(LIMIT + 1)), encoding, LIMIT)
        assert caught.value.status == 413


def test_a_gzip_that_becomes_huge_is_given_up_before_it_does():
    bomb = gzip.compress(bytes(50 * 2**20))
    tracemalloc.start()
    with pytest.raises(TracesError):
        unpacked(bomb, "gzip", 2**20)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5 * 2**20


@pytest.mark.parametrize(
    "body", [b"no gzip at all", gzip.compress(b"abc" * 100, mtime=0)[:-9], gzip.compress(b"abc", mtime=0) + b"rest"]
)
def test_what_is_no_gzip_is_refused(body):
    with pytest.raises(TracesError, match="gzip") as caught:
        unpacked(body, "gzip", LIMIT)
    assert caught.value.status == 400


def test_another_encoding_is_refused_by_its_name():
    with pytest.raises(TracesError, match="no such content encoding here: br") as caught:
        unpacked(b"", "br", LIMIT)
    assert caught.value.status == 415


def test_thousands_of_empty_members_are_not_gone_through():
    with pytest.raises(TracesError, match="1000 members"):
        unpacked(gzip.compress(b"") * 1500, "gzip", LIMIT)
