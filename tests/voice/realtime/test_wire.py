"""A frame holds an event, or it is said why not."""

import pytest

from flexsim.errors import ProtocolError
from flexsim.voice.realtime import wire
from flexsim.voice.realtime.names import Dialect
from tests.voice.realtime.grammar import typed


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (b"\xff", "invalid_json"),
        ("", "invalid_json"),
        ("{", "invalid_json"),
        ("[]", "invalid_event"),
        ('"x"', "invalid_event"),
        ("[" * 100_000, "invalid_json"),
        ('{"a": NaN}', "invalid_json"),
        ('{"a": "\\ud800"}', "invalid_json"),
    ],
)  # fmt: skip
def test_what_is_no_event_is_refused(frame, code):
    with pytest.raises(ProtocolError) as caught:
        wire.decode(frame)
    assert caught.value.code == code
    typed(wire.refusal(caught.value, "event_1"), Dialect.GA)


def test_what_is_in_no_text_frame_is_no_event():
    with pytest.raises(ProtocolError, match="in text frames"):
        wire.decode(b"{}", text=False)


def test_an_event_is_read_and_written():
    assert wire.decode('{"type": "x", "é": 1}') == {"type": "x", "é": 1}
    assert wire.encode({"type": "é"}) == '{"type":"é"}'.encode()
