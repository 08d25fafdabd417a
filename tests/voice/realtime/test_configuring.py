"""Settings are merged, checked, and refused as a whole where one of them is wrong."""

import pytest

from flexsim.errors import ProtocolError
from flexsim.voice.ports import Tool
from flexsim.voice.realtime.configuration import Configuration, Format, TurnDetection
from flexsim.voice.realtime.configuring import merged
from flexsim.voice.realtime.names import Dialect

GA, BETA = Dialect.GA, Dialect.BETA
PLAIN = Configuration()


@pytest.mark.parametrize(
    ("dialect", "document", "expected"),
    [
        (GA, {"type": "realtime"}, {}),
        (GA, {"instructions": "Be kind."}, {"instructions": "Be kind."}),
        (GA, {"instructions": None}, {}),
        (GA, {"output_modalities": ["text"]}, {"speaks": False}),
        (GA, {"audio": {"input": {"turn_detection": None}}}, {"turn_detection": None}),
        (
            GA,
            {"audio": {"input": {"turn_detection": {"type": "server_vad", "silence_duration_ms": 200}}}},
            {"turn_detection": TurnDetection(silence_duration_ms=200)},
        ),
        (
            GA,
            {"audio": {"input": {"turn_detection": {"type": "semantic_vad", "eagerness": "high"}}}},
            {"turn_detection": TurnDetection(semantic=True, eagerness="high")},
        ),
        (GA, {"audio": {"input": {"format": {"type": "audio/pcmu"}}}}, {"hears": Format.ULAW}),
        (GA, {"audio": {"output": {"format": {"type": "audio/pcm", "rate": 24000}, "speed": 1.2}}}, {"speed": 1.2}),
        (GA, {"audio": {"output": {"voice": "coral"}}}, {"voice": "coral"}),
        (GA, {"max_output_tokens": 200}, {"max_output_tokens": 200}),
        (GA, {"max_output_tokens": "inf"}, {}),
        (GA, {"tool_choice": {"type": "function", "name": "f"}}, {"tool_choice": {"type": "function", "name": "f"}}),
        (GA, {"tools": [{"type": "function", "name": "f"}]}, {"tools": (Tool(name="f", description="", parameters={}),)}),
        (GA, {"tracing": "auto"}, {"carried": {"tracing": "auto"}}),
        (BETA, {"modalities": ["text", "audio"]}, {}),
        (BETA, {"modalities": ["text"]}, {"speaks": False}),
        (BETA, {"input_audio_format": "g711_alaw", "output_audio_format": "g711_ulaw"}, {"hears": Format.ALAW, "sounds": Format.ULAW}),
        (BETA, {"turn_detection": {"threshold": 0.7}}, {"turn_detection": TurnDetection(threshold=0.7)}),
        (BETA, {"input_audio_transcription": {"model": "whisper-1"}}, {"transcription": {"model": "whisper-1"}}),
        (BETA, {"temperature": 0.9, "voice": "echo"}, {"temperature": 0.9, "voice": "echo"}),
    ],
)  # fmt: skip
def test_what_is_said_changes_and_the_rest_stays(dialect, document, expected):
    changed = merged(PLAIN, document, dialect)
    for name in PLAIN.__slots__:
        assert getattr(changed, name) == expected.get(name, getattr(PLAIN, name)), name


@pytest.mark.parametrize(
    ("dialect", "document", "code", "parameter"),
    [
        (GA, {"voice": "alloy"}, "unknown_parameter", "session.voice"),
        (GA, {"audio": []}, "invalid_type", "session.audio"),
        (GA, {"audio": {"input": {"formats": 1}}}, "unknown_parameter", "session.audio.input.formats"),
        (GA, {"audio": {"input": {"format": {}}}}, "missing_required_parameter", "session.audio.input.format.type"),
        (GA, {"audio": {"input": {"format": {"type": "audio/pcm", "rate": 8000}}}}, "invalid_value", "session.audio.input.format.rate"),
        (GA, {"audio": {"input": {"turn_detection": {"type": "semantic_vad", "threshold": 0.5}}}}, "unknown_parameter", "session.audio.input.turn_detection.threshold"),
        (GA, {"audio": {"input": {"turn_detection": {"type": "server_vad", "threshold": 2}}}}, "invalid_value", "session.audio.input.turn_detection.threshold"),
        (GA, {"audio": {"output": {"speed": 9}}}, "invalid_value", "session.audio.output.speed"),
        (GA, {"output_modalities": ["audio", "text"]}, "invalid_value", "session.output_modalities"),
        (GA, {"output_modalities": []}, "invalid_value", "session.output_modalities"),
        (GA, {"tools": [{"type": "mcp"}]}, "invalid_value", "session.tools[0].type"),
        (GA, {"tools": [{"type": "function"}]}, "missing_required_parameter", "session.tools[0].name"),
        (GA, {"tools": [{"name": "f"}, {"name": "f"}]}, "invalid_value", "session.tools[1].name"),
        (GA, {"tools": [{"name": "f"}] * 129}, "invalid_value", "session.tools"),
        (GA, {"tool_choice": "maybe"}, "invalid_value", "session.tool_choice"),
        (GA, {"max_output_tokens": 0}, "invalid_value", "session.max_output_tokens"),
        (GA, {"instructions": 7}, "invalid_type", "session.instructions"),
        (GA, 7, "invalid_type", "session"),
        (BETA, {"audio": {}}, "unknown_parameter", "session.audio"),
        (BETA, {"modalities": ["audio"]}, "invalid_value", "session.modalities"),
        (BETA, {"input_audio_format": "mp3"}, "invalid_value", "session.input_audio_format"),
        (BETA, {"temperature": 2}, "invalid_value", "session.temperature"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_and_nothing_changes(dialect, document, code, parameter):
    with pytest.raises(ProtocolError) as caught:
        merged(PLAIN, document, dialect)
    assert (caught.value.code, caught.value.parameter) == (code, parameter)


def test_a_response_has_no_ears():
    document = {"audio": {"input": {"turn_detection": None}}}
    with pytest.raises(ProtocolError, match=r"response.audio.input.turn_detection"):
        merged(PLAIN, document, GA, of_response=True)
