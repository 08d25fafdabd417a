"""Reads ``session.update`` and the settings in ``response.create``, in both dialects, and merges them into what there is."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, TypeAlias

from flexsim.errors import ProtocolError
from flexsim.voice.ports import Tool
from flexsim.voice.realtime import checking
from flexsim.voice.realtime.configuration import (
    BETA_FORMATS,
    SILENCE_BY_EAGERNESS,
    Configuration,
    Format,
    Limit,
    TurnDetection,
)
from flexsim.voice.realtime.names import Dialect

MOST_TOOLS: Final = 128
_MOST_TOKENS: Final = 32_000

Reader: TypeAlias = Callable[[Any, str], Any]


def _format(value: Any, parameter: str) -> Format:
    found = checking.mapping(value, parameter)
    checking.known(found, parameter, ("type", "rate"))
    if "type" not in found:
        raise checking.missing(f"{parameter}.type")
    kind = Format(checking.choice(found["type"], f"{parameter}.type", tuple(Format)))
    if kind is Format.PCM and found.get("rate") is not None:
        checking.whole(found["rate"], f"{parameter}.rate", 24_000, 24_000)
    return kind


def _beta_format(value: Any, parameter: str) -> Format:
    return BETA_FORMATS[checking.choice(value, parameter, tuple(BETA_FORMATS))]


def _modalities(value: Any, parameter: str) -> bool:
    """Whether answers are spoken; today it is one or the other."""
    names = [checking.choice(each, f"{parameter}[{n}]", ("text", "audio")) for n, each in enumerate(
        checking.sequence(value, parameter, 2))]  # fmt: skip
    if len(names) != 1:
        raise checking.wrong_value(value, parameter, "Supported combinations are: ['text'] and ['audio']")
    return names == ["audio"]


def _beta_modalities(value: Any, parameter: str) -> bool:
    """In the beta sound always came with text."""
    names = {checking.choice(each, f"{parameter}[{n}]", ("text", "audio")) for n, each in enumerate(
        checking.sequence(value, parameter, 2))}  # fmt: skip
    if names not in ({"text"}, {"text", "audio"}):
        raise checking.wrong_value(value, parameter, "Supported combinations are: ['text'] and ['audio', 'text']")
    return "audio" in names


_VAD: Final[Mapping[str, Reader]] = {
    "type": lambda value, at: checking.choice(value, at, ("server_vad", "semantic_vad")),
    "create_response": checking.flag,
    "interrupt_response": checking.flag,
    "threshold": lambda value, at: checking.number(value, at, 0.0, 1.0),
    "prefix_padding_ms": lambda value, at: checking.whole(value, at, 0, 5_000),
    "silence_duration_ms": lambda value, at: checking.whole(value, at, 20, 10_000),
    "idle_timeout_ms": lambda value, at: checking.whole(value, at, 1_000, 600_000),
    "eagerness": lambda value, at: checking.choice(value, at, tuple(SILENCE_BY_EAGERNESS)),
}
_OF_SEMANTIC: Final = ("type", "create_response", "interrupt_response", "eagerness")
_OF_SERVER: Final = tuple(name for name in _VAD if name != "eagerness")


def _turn_detection(value: Any, parameter: str) -> TurnDetection | None:
    if value is None:
        return None
    found = checking.mapping(value, parameter)
    kind = _VAD["type"](found.get("type", "server_vad"), f"{parameter}.type")
    checking.known(found, parameter, _OF_SEMANTIC if kind == "semantic_vad" else _OF_SERVER)
    given = {
        name: _VAD[name](each, f"{parameter}.{name}")
        for name, each in found.items()
        if name != "type" and each is not None
    }
    return TurnDetection(semantic=kind == "semantic_vad", **given)


def _transcription(value: Any, parameter: str) -> Mapping[str, Any] | None:
    if value is None:
        return None
    found = checking.mapping(checking.shallow(value, parameter), parameter)
    checking.known(found, parameter, ("model", "language", "languages", "prompt", "keywords", "delay"))
    for name in ("model", "language", "prompt"):
        if found.get(name) is not None:
            checking.text(found[name], f"{parameter}.{name}", 10_000)
    return dict(found)


def _tools(value: Any, parameter: str) -> tuple[Tool, ...]:
    found = [_tool(each, f"{parameter}[{n}]") for n, each in enumerate(checking.sequence(value, parameter, MOST_TOOLS))]
    names = [each.name for each in found]
    for n, name in enumerate(names):
        if name in names[:n]:
            raise checking.wrong_value(name, f"{parameter}[{n}].name", "There is a function of this name already")
    return tuple(found)


def _tool(value: Any, parameter: str) -> Tool:
    found = checking.mapping(value, parameter)
    checking.known(found, parameter, ("type", "name", "description", "parameters"))
    checking.choice(found.get("type", "function"), f"{parameter}.type", ("function",))
    if "name" not in found:
        raise checking.missing(f"{parameter}.name")
    description, parameters = found.get("description"), found.get("parameters")
    return Tool(
        name=checking.text(found["name"], f"{parameter}.name", 64),
        description="" if description is None else checking.text(description, f"{parameter}.description"),
        parameters={} if parameters is None else _schema(parameters, f"{parameter}.parameters"),
    )


def _schema(value: Any, parameter: str) -> Mapping[str, Any]:
    return checking.mapping(checking.shallow(value, parameter), parameter)


def _tool_choice(value: Any, parameter: str) -> str | Mapping[str, Any]:
    if isinstance(value, str):
        return checking.choice(value, parameter, ("auto", "none", "required"))
    found = checking.mapping(value, parameter)
    checking.known(found, parameter, ("type", "name"))
    checking.choice(found.get("type"), f"{parameter}.type", ("function",))
    checking.text(found.get("name"), f"{parameter}.name", 64)
    return dict(found)


def _limit(value: Any, parameter: str) -> Limit:
    return "inf" if value == "inf" else checking.whole(value, parameter, 1, _MOST_TOKENS)


def _voice(value: Any, parameter: str) -> str:
    return checking.text(value, parameter, 200)


def _type(value: Any, parameter: str) -> None:
    checking.choice(value, parameter, ("realtime",))


def _text(value: Any, parameter: str) -> str:
    return checking.text(value, parameter)


def _speed(value: Any, parameter: str) -> float:
    return checking.number(value, parameter, 0.25, 1.5)


def _temperature(value: Any, parameter: str) -> float:
    return checking.number(value, parameter, 0.6, 1.2)


# A parameter -> the field it sets, and its reader. A field named "" is checked and kept nowhere; "*" is carried along as it is.
_CARRIED: Final[tuple[str, Reader]] = ("*", checking.shallow)
_GA: Final[Mapping[str, tuple[str, Reader]]] = {
    "type": ("", _type),
    "instructions": ("instructions", _text),
    "output_modalities": ("speaks", _modalities),
    "tools": ("tools", _tools),
    "tool_choice": ("tool_choice", _tool_choice),
    "max_output_tokens": ("max_output_tokens", _limit),
    "audio.input.format": ("hears", _format),
    "audio.input.turn_detection": ("turn_detection", _turn_detection),
    "audio.input.transcription": ("transcription", _transcription),
    "audio.input.noise_reduction": _CARRIED,
    "audio.output.format": ("sounds", _format),
    "audio.output.voice": ("voice", _voice),
    "audio.output.speed": ("speed", _speed),
    **dict.fromkeys(("include", "prompt", "reasoning", "tracing", "truncation", "parallel_tool_calls"), _CARRIED),
}
_BETA: Final[Mapping[str, tuple[str, Reader]]] = {
    "instructions": ("instructions", _text),
    "modalities": ("speaks", _beta_modalities),
    "tools": ("tools", _tools),
    "tool_choice": ("tool_choice", _tool_choice),
    "max_response_output_tokens": ("max_output_tokens", _limit),
    "input_audio_format": ("hears", _beta_format),
    "turn_detection": ("turn_detection", _turn_detection),
    "input_audio_transcription": ("transcription", _transcription),
    "output_audio_format": ("sounds", _beta_format),
    "voice": ("voice", _voice),
    "speed": ("speed", _speed),
    "temperature": ("temperature", _temperature),
    **dict.fromkeys(("input_audio_noise_reduction", "tracing"), _CARRIED),
}
_NULLABLE: Final = {"turn_detection", "transcription", "*"}
_BRANCHES: Final = {"audio", "audio.input", "audio.output"}
_NOT_OF_A_RESPONSE: Final = {"hears", "turn_detection", "transcription", "speed"}


def _leaves(found: Mapping[str, Any], within: str, parameter: str, dialect: Dialect) -> Iterator[tuple[str, str, Any]]:
    """Each setting's path in the tables, its name for messages, and its value."""
    for name, value in found.items():
        path, full = within + str(name), f"{parameter}.{name}"
        if dialect is Dialect.GA and path in _BRANCHES:
            yield from _leaves(checking.mapping(value, full), f"{path}.", full, dialect)
        else:
            yield path, full, value


def merged(current: Configuration, document: Any, dialect: Dialect, *, of_response: bool = False) -> Configuration:
    """``current`` with what ``document`` says; what it does not say stays. Raises ProtocolError, and nothing has changed."""
    parameter = "response" if of_response else "session"
    table = _GA if dialect is Dialect.GA else _BETA
    changes: dict[str, Any] = {}
    carried: dict[str, Any] = {}
    for path, full, value in _leaves(checking.mapping(document, parameter), "", parameter, dialect):
        field, read = table.get(path, (None, None))
        if field is None or read is None or (of_response and field in _NOT_OF_A_RESPONSE):
            raise ProtocolError(f"Unknown parameter: '{full[:200]}'.", code="unknown_parameter", parameter=full[:200])
        if value is None and field not in _NULLABLE:
            continue
        found = read(value, full)
        if field == "*":
            carried[path] = found
        elif field:
            changes[field] = found
    if carried:
        changes["carried"] = {**current.carried, **carried}
    return replace(current, **changes) if changes else current
