"""Damage done to what is right: bytes lost, doubled and replaced; JSON with wrong values in it; and worse.

A short run belongs to the tests; a longer one by hand, of everything here or of one file::

    pytest tests/fuzz --hypothesis-profile long --timeout 0
"""

import copy
import json

from hypothesis import strategies as st

from flexsim.errors import FlexsimError

LONGEST_MESSAGE = 20_000  # characters; a list of problems has a line each
DEEP = 200_000  # brackets: deeper than any parser goes

# What breaks parsers: ends, other types, numbers that no field holds, text that is none, names that mean something.
VALUES = (
    None, True, False, 0, -1, 1.5, 2**63, -(2**63), 10**30, 1e300, float("inf"), float("nan"), "", "x", "1", "\x00", "\ud800",
    "\n", "é\u2028", "../..", "9" * 5000, [], {}, [[]], [None], [1, "a"], {"": 1}, {"type": "x"}, {"x": {"x": {}}},
)  # fmt: skip
TOKENS = (
    b"\x00", b"\xff", b"\xef\xbb\xbf", b"\r\n", b"\n", b"\x85", b"{", b"}", b"[", b"]", b'"', b":", b",", b"&a ", b"*a ", b"!!", b"#",
    b"-", b"1e999", b"9" * 5000, b"NaN", b"null", b"2026-13-45", b"\\ud800", b"<<", b"'", b"=", b"(" * 300, b"\xe2\x80\xa8",
)  # fmt: skip
WORST = (
    b"",
    b"\xff\xfe",
    b"[" * DEEP,
    b'{"a":' * DEEP,
    b"- " * 5000,
    b"[" * DEEP + b"]" * DEEP,
    b"\x00" * 100,
    b"null",
    b"[]",
    b"{}",
    b"1" * 6000,
)


@st.composite
def damaged(draw, right):
    """Bytes that were those of one of ``right``, and are no longer; now and then others altogether."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.sampled_from(WORST) | st.binary(max_size=200))
    content = draw(st.sampled_from(right))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(content)))
        end = min(len(content), at + draw(st.integers(0, 30)))
        content = (
            content[:at]
            + draw(st.sampled_from(TOKENS) | st.binary(max_size=3) | st.just(content[at:end] * 2))
            + content[end:]
        )
    return content


@st.composite
def distorted(draw, document):
    """The document with some of its values lost, doubled, or replaced by what does not belong there."""
    document = copy.deepcopy(document)
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(document))
        if not places:
            break
        holder, key = draw(st.sampled_from(places))
        what = draw(st.integers(0, 9))
        if what == 0:
            del holder[key]
        elif what == 1 and isinstance(holder, dict):
            holder[draw(st.sampled_from(("", "x", "\x00", key + "x")))] = holder.pop(key)
        else:
            holder[key] = copy.deepcopy(draw(st.sampled_from(VALUES))) if what < 9 else [holder[key]]
    return document


def _places(document):
    for key in document if isinstance(document, dict) else range(len(document)):
        yield document, key
        if isinstance(document[key], dict | list):
            yield from _places(document[key])


def written(document):
    """As JSON, with what JSON cannot hold as Python writes it."""
    return json.dumps(document).encode()


def survives(call, *given, **named):
    """What ``call`` gives; None where it refuses: on purpose, in one line and a line for each problem, and not without end."""
    try:
        return call(*given, **named)
    except FlexsimError as error:
        message = str(error)
        assert message, repr(error)
        assert len(message) < LONGEST_MESSAGE, message[:500]
        assert all(line.startswith("  ") for line in message.split("\n")[1:]), message[:500]
        return None
