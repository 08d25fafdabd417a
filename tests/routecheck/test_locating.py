"""The line of a place in a JSON text, however it is laid out."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.routecheck.locating import line_of

TEXT = """\
{
  "a": [1, {"b":
      "x"}],
  "a/b" : {"c"
   : [
     ]},
  "\\u00e9": null
}
"""


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ((), 1), (("a",), 2), (("a", 0), 2), (("a", 1), 2), (("a", 1, "b"), 3), (("a/b", "c"), 5), (("é",), 7),
        (("a", 9), 2), (("a", 1, "gone"), 2), (("gone",), 1), (("a", "b"), 2), (("é", 3), 7),
    ],
)  # fmt: skip
def test_it_is_that_of_the_value_or_of_what_holds_it(place, line):
    assert line_of(TEXT, place) == line


documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


def places(value, above=()):
    yield above, value
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*above, key))


@given(documents, st.booleans())
def test_what_stands_on_the_line_is_the_value(document, escaped):
    text = json.dumps(document, indent=1, ensure_ascii=escaped)
    lines = text.split("\n")
    for place, value in places(document):
        line = lines[line_of(text, place) - 1]
        begins = json.dumps(value, ensure_ascii=escaped)[0]
        if place and isinstance(place[-1], str):
            assert line.strip().startswith(json.dumps(place[-1], ensure_ascii=escaped) + ": " + begins)
        else:
            assert line.strip().startswith(begins)
