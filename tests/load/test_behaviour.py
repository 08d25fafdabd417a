"""Changes are merged, checked as a whole, and named where they are wrong."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.errors import ConfigurationError
from flexsim.load.behaviour import Behaviour, Mode, document, merged


def test_what_is_shown_can_be_given_back():
    behaviour = merged(Behaviour(), {"mode": "call-driven", "stateDurations": {"break": 60}, "callRates": {"sales": 3}})
    assert merged(Behaviour(), document(behaviour)) == behaviour
    assert (behaviour.mode, behaviour.pause) == (Mode.CALL_DRIVEN, 60.0)


def test_what_is_not_named_stays():
    first = merged(Behaviour(), {"stateDurations": {"on_call": 60}, "callRates": {"sales": 3}})
    second = merged(first, {"stateDurations": {"on_hold": 5}, "callRates": {"support": 4}})
    assert (second.talk, second.hold) == (60.0, 5.0)
    assert second.call_rates == {"sales": 3.0, "support": 4.0}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"heartbeatInterval": 0}, "heartbeatInterval is a number from 0.1 to 3600, not 0"),
        ({"heartbeatInterval": True}, "not True"),
        ({"heartbeatInterval": float("nan")}, "not nan"),
        ({"heartbeat": 1}, "no such setting: heartbeat; there are mode, heartbeatInterval"),
        ({"mode": "wild"}, "mode is self-driven or call-driven, not 'wild'"),
        ({"stateDurations": {"asleep": 1}}, "no such state in stateDurations: asleep"),
        ({"stateDurations": {"on_call": -1}}, "stateDurations.on_call is a number from 0.01"),
        ({"stateDurations": 3}, "stateDurations is a JSON object"),
        ({"callRates": {"sales": 1e9}}, "callRates.sales is a number from 0 to 60000"),
        ({"callRates": dict.fromkeys(map(str, range(1001)), 1)}, "at most 1000"),
        ({"holdShare": 0.9, "transferShare": 0.9}, "come to more than 1"),
        ([], "the configuration is a JSON object, not []"),
    ],
)
def test_what_is_wrong_is_named_with_its_range(changes, said):
    with pytest.raises(ConfigurationError) as caught:
        merged(Behaviour(), changes)
    assert said in str(caught.value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.dictionaries(st.sampled_from([*document(Behaviour()), "on_call"]), inner),
    )
)
def test_any_document_is_taken_or_refused(changes):
    with contextlib.suppress(ConfigurationError):
        assert isinstance(merged(Behaviour(), changes), Behaviour)
