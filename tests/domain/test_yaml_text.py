"""YAML by the core schema, with lines; what JSON does not have is refused with its line."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from flexsim.domain.yaml_text import CoreDumper, read_yaml
from flexsim.errors import ConfigurationError

TEXT = """\
# a comment
country: NO
time: 12:30
day: 2026-01-05
list: [1, 2.5, 0x10, true, ~]
base: &base
  a: 1
  b:
    - x
again: *base
"""


def test_values_are_those_of_yaml_1_2():
    assert read_yaml(TEXT, "f").value == {
        "country": "NO",
        "time": "12:30",
        "day": "2026-01-05",
        "list": [1, 2.5, 16, True, None],
        "base": {"a": 1, "b": ["x"]},
        "again": {"a": 1, "b": ["x"]},
    }


def test_every_place_has_its_line_and_an_unknown_one_that_of_what_holds_it():
    document = read_yaml(TEXT, "f")
    assert document.line(("country",)) == 2
    assert document.line(("base", "b", 0)) == 9
    assert document.line(("base", "gone", 3)) == 6
    assert document.line(()) == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [1,", "f, line 1: not YAML: "),
        ("a: 1\nb: [\n", "f, line 3: not YAML: "),
        ("a: 1\na: 2", "f, line 2: 'a' is there twice"),
        ("1: 2", "f, line 1: the name of a property is not a text"),
        ("? [1]\n: 2", "f, line 1: the name of a property"),
        ("a: &a [*a]", "f, line 1: an alias stands inside what it stands for"),
        ("a: !!python/object/apply:os.system [x]", "f, line 1: "),
        ("a: !!set {x}", "f, line 1: "),
        ("a: !x 3", "f, line 1: '3' has the tag !x"),
        ("a: 1e999", "f, line 1: '1e999' is no number that JSON knows"),
        ("a: !!int x", "f, line 1: 'x' is no number"),
        ("", "f is empty"),
        ("\x00", "f: not YAML: "),
        ("[" * 5_000, "f: nested too deep"),
        ("a: 1\n---\nb: 2", "f, line 2: not YAML: "),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text, message):
    with pytest.raises(ConfigurationError) as caught:
        read_yaml(text, "f")
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_aliases_that_expand_to_millions_are_refused():
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 8)}]\n" for i in range(1, 9)
    )
    with pytest.raises(ConfigurationError, match="more than 200,000 values"):
        read_yaml(bomb, "f")


texts = st.text(max_size=6) | st.sampled_from(
    ["NO", "yes", "12:30", "0o7", "1e3", "null", "~", "2026-01-05", "0x1f", "-.5", "<<", "="]
)
# What YAML cannot hold, and the line ends of YAML 1.1, which PyYAML folds.
printable = texts.filter(
    lambda text: yaml.reader.Reader.NON_PRINTABLE.search(text) is None and not set(text) & set("\x85\u2028\u2029")
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | printable,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(printable, inner, max_size=3),
    max_leaves=8,
)


@given(values.filter(lambda value: value is not None))
def test_what_the_dumper_writes_is_read_back(value):
    text = yaml.dump(value, Dumper=CoreDumper, allow_unicode=True, sort_keys=False)
    assert read_yaml(text, "f").value == value
