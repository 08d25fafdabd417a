"""A kind of span is declared once; its attributes are its constants and what a span gives."""

import pytest

from flexsim.traces.declared import Extras, attributes_of, declare

KIND = declare("work", 1, {"a": "constant"}, {"seconds": float, "agent gen_ai.agent": str, "count": int})


def test_attributes_are_constants_then_variables_under_all_their_keys():
    assert list(KIND.attributes((1.5, "w", 3)).items()) == [
        ("a", "constant"), ("seconds", 1.5), ("agent", "w"), ("gen_ai.agent", "w"), ("count", 3),
    ]  # fmt: skip


def test_a_span_with_too_few_values_is_an_error():
    with pytest.raises(ValueError, match="zip"):
        KIND.attributes((1.5, "w"))


def test_undeclared_attributes_come_last():
    span = (KIND, b"t" * 16, b"s" * 8, b"", 0, 1, (1.5, "w", 3), Extras(attributes={"large": "x"}))
    assert list(attributes_of(span))[-1] == "large"


def test_numbers_of_a_fixed_length_are_declared_first():
    with pytest.raises(ValueError, match="declare floating-point attributes before others"):
        declare("bad", 1, {}, {"count": int, "seconds": float})
