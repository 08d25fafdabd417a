"""What is packed comes back, whichever library there is, and gzip is what everybody else takes for it."""

import gzip
import zlib
from importlib.util import find_spec

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.traces import compression

LIBRARIES = ["zlib", *(["isal.isal_zlib"] if find_spec("isal") else [])]


@pytest.mark.parametrize("library", LIBRARIES)
@given(content=st.binary(max_size=5000))
def test_what_is_packed_comes_back(library, content):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compression, "_ZLIB", pytest.importorskip(library))
        assert compression.unpacked(compression.packed(content)) == content
        assert zlib.decompress(compression.packed(content)) == content
        assert gzip.decompress(compression.gzipped(content)) == content


def test_without_the_quick_library_it_is_zlib(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "isal.isal_zlib", None)
    assert compression._library() is zlib
