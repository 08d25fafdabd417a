"""Whose call it is, as the W3C's header says it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.traces.trace_context import read, write

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
CONTEXT = bytes.fromhex(TRACE + SPAN)


@given(st.binary(min_size=24, max_size=24).filter(lambda each: any(each[:16]) and any(each[16:])))
def test_what_is_written_is_read_and_what_is_not_recorded_is_not_followed(context):
    assert read(write(context, sampled=True).encode()) == context
    assert read(write(context, sampled=False).encode()) is None


@pytest.mark.parametrize(
    "text", [f"00-{TRACE}-{SPAN}-01", f" 00-{TRACE}-{SPAN}-03 ", f"cc-{TRACE}-{SPAN}-01-what-comes-later"]
)
def test_what_the_standard_allows_is_followed(text):
    assert read(text.encode()) == CONTEXT


@pytest.mark.parametrize(
    "text",
    [
        "", "x", f"ff-{TRACE}-{SPAN}-01", f"00-{TRACE}-{SPAN}-01-more", f"00-{TRACE.upper()}-{SPAN}-01", f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01", f"00-{TRACE}-{SPAN}", f"00-{TRACE}-{SPAN}-0", f"00-{TRACE[1:]}-{SPAN}-01", f"00-{TRACE}-{SPAN}-00",
    ],
)  # fmt: skip
def test_what_is_no_context_is_passed_over(text):
    assert read(text.encode()) is None
