"""Settings written and read again are the same settings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.voice.ports import Tool
from flexsim.voice.realtime.configuration import Configuration, Format, TurnDetection
from flexsim.voice.realtime.configuring import merged
from flexsim.voice.realtime.documents import session_document, update_document
from flexsim.voice.realtime.names import Dialect

detections = st.builds(
    TurnDetection,
    threshold=st.floats(0, 1),
    prefix_padding_ms=st.integers(0, 5000),
    silence_duration_ms=st.integers(20, 9000),
    create_response=st.booleans(),
    interrupt_response=st.booleans(),
) | st.builds(TurnDetection, semantic=st.just(True), eagerness=st.sampled_from(["low", "medium", "high", "auto"]))
tools = st.builds(
    Tool, name=st.text(min_size=1, max_size=9), description=st.text(), parameters=st.just({"type": "object"})
)
configurations = st.builds(
    Configuration,
    instructions=st.text(),
    speaks=st.booleans(),
    voice=st.text(max_size=20),
    speed=st.floats(0.25, 1.5),
    hears=st.sampled_from(Format),
    sounds=st.sampled_from(Format),
    turn_detection=st.none() | detections,
    transcription=st.none() | st.just({"model": "whisper-1"}),
    tools=st.lists(tools, max_size=2, unique_by=lambda each: each.name).map(tuple),
    tool_choice=st.sampled_from(["auto", "none", "required"]),
    max_output_tokens=st.just("inf") | st.integers(1, 4096),
)


@pytest.mark.parametrize("dialect", Dialect)
@given(found=configurations)
def test_what_a_client_asks_for_is_what_a_session_has(dialect, found):
    assert merged(Configuration(), update_document(found, dialect), dialect) == found


@pytest.mark.parametrize("dialect", Dialect)
def test_a_session_shows_itself_whole(dialect):
    document = session_document(Configuration(), dialect, session_id="s", model="m", expires_at=7)
    assert (document["id"], document["model"], document["expires_at"]) == ("s", "m", 7)
    assert ("audio" in document) is (dialect is Dialect.GA)
    assert ("input_audio_format" in document) is (dialect is Dialect.BETA)


def test_an_update_says_nothing_that_is_so_anyway():
    assert update_document(Configuration(), Dialect.GA) == {"type": "realtime"}
    assert update_document(Configuration(), Dialect.BETA) == {}
