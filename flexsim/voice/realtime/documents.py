"""Writes a session's settings as the protocol shows them, in both dialects."""

from collections.abc import Mapping
from typing import Any, Final

from flexsim.voice.ports import RATE, Tool
from flexsim.voice.realtime.configuration import BETA_FORMATS, Configuration, Format, TurnDetection
from flexsim.voice.realtime.names import Dialect

_OLD_FORMATS: Final[Mapping[Format, str]] = {new: old for old, new in BETA_FORMATS.items()}


def format_document(kind: Format) -> dict[str, Any]:
    """How sound is written, as today's protocol says it."""
    return {"type": "audio/pcm", "rate": RATE} if kind is Format.PCM else {"type": kind.value}


def tool_document(tool: Tool) -> dict[str, Any]:
    """A function, as both dialects show it."""
    return {
        "type": "function",
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.parameters,
    }


def turn_detection_document(found: TurnDetection | None, dialect: Dialect) -> dict[str, Any] | None:
    """Turn detection with every field that its kind has."""
    if found is None:
        return None
    what_follows = {"create_response": found.create_response, "interrupt_response": found.interrupt_response}
    if found.semantic:
        return {"type": "semantic_vad", "eagerness": found.eagerness, **what_follows}
    timing: dict[str, Any] = {
        "threshold": found.threshold,
        "prefix_padding_ms": found.prefix_padding_ms,
        "silence_duration_ms": found.silence_duration_ms,
    }
    if dialect is Dialect.GA:
        timing["idle_timeout_ms"] = found.idle_timeout_ms
    return {"type": "server_vad", **timing, **what_follows}


def session_document(
    found: Configuration, dialect: Dialect, *, session_id: str, model: str, expires_at: int
) -> dict[str, Any]:
    """The whole session object."""
    about = {"object": "realtime.session", "id": session_id, "model": model, "expires_at": expires_at}
    return about | (_today(found) if dialect is Dialect.GA else _beta(found))


def _today(found: Configuration) -> dict[str, Any]:
    carried = found.carried
    return {
        "type": "realtime",
        "output_modalities": modalities(found, Dialect.GA),
        "instructions": found.instructions,
        "tools": [tool_document(each) for each in found.tools],
        "tool_choice": found.tool_choice,
        "max_output_tokens": found.max_output_tokens,
        "tracing": carried.get("tracing"),
        "truncation": carried.get("truncation", "auto"),
        "prompt": carried.get("prompt"),
        "include": carried.get("include"),
        "audio": {
            "input": {
                "format": format_document(found.hears),
                "transcription": found.transcription,
                "noise_reduction": carried.get("audio.input.noise_reduction"),
                "turn_detection": turn_detection_document(found.turn_detection, Dialect.GA),
            },
            "output": {"format": format_document(found.sounds), "voice": found.voice, "speed": found.speed},
        },
    }


def _beta(found: Configuration) -> dict[str, Any]:
    return {
        "modalities": modalities(found, Dialect.BETA),
        "instructions": found.instructions,
        "voice": found.voice,
        "speed": found.speed,
        "input_audio_format": _OLD_FORMATS[found.hears],
        "output_audio_format": _OLD_FORMATS[found.sounds],
        "input_audio_transcription": found.transcription,
        "input_audio_noise_reduction": found.carried.get("input_audio_noise_reduction"),
        "turn_detection": turn_detection_document(found.turn_detection, Dialect.BETA),
        "tools": [tool_document(each) for each in found.tools],
        "tool_choice": found.tool_choice if isinstance(found.tool_choice, str) else found.tool_choice["name"],
        "temperature": found.temperature,
        "max_response_output_tokens": found.max_output_tokens,
        "tracing": found.carried.get("tracing"),
    }


def modalities(found: Configuration, dialect: Dialect) -> list[str]:
    """What answers are made of: today sound or text, in the beta sound with text or text."""
    if not found.speaks:
        return ["text"]
    return ["audio"] if dialect is Dialect.GA else ["text", "audio"]


def response_settings(found: Configuration, dialect: Dialect) -> dict[str, Any]:
    """What a response's object says about how it was made."""
    if dialect is Dialect.GA:
        return {
            "output_modalities": ["audio"] if found.speaks else ["text"],
            "max_output_tokens": found.max_output_tokens,
            "audio": {"output": {"format": format_document(found.sounds), "voice": found.voice}},
        }
    return {
        "modalities": modalities(found, Dialect.BETA),
        "max_output_tokens": found.max_output_tokens,
        "voice": found.voice,
        "output_audio_format": _OLD_FORMATS[found.sounds],
        "temperature": found.temperature,
    }


def update_document(found: Configuration, dialect: Dialect) -> dict[str, Any]:
    """What ``session.update`` asks for: what is other than in a new session."""
    full = _today(found) if dialect is Dialect.GA else _beta(found)
    plain = _today(_PLAIN) if dialect is Dialect.GA else _beta(_PLAIN)
    return _differing(full, plain) | ({"type": "realtime"} if dialect is Dialect.GA else {})


def _differing(full: Mapping[str, Any], plain: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in full.items():
        if value == plain.get(name):
            continue
        nested = name in _BRANCHES
        found[name] = _differing(value, plain[name]) if nested else value
    return found


_PLAIN: Final = Configuration()
_BRANCHES: Final = {"audio", "input", "output"}
