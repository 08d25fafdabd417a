"""Reads ``response.create``: what is asked for, and in which settings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flexsim.voice.realtime import checking
from flexsim.voice.realtime.configuration import Configuration
from flexsim.voice.realtime.configuring import merged
from flexsim.voice.realtime.names import Dialect
from flexsim.voice.realtime.thinking import News

_OWN: Final = ("conversation", "input", "metadata")
_MOST_PAIRS: Final = 16
_MOST_INPUT: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseRequest:
    """``aside``: not for the conversation. ``prompt``: all that whoever answers knows; None is the session's mind, and all it knows."""

    configuration: Configuration
    metadata: Mapping[str, str] | None
    aside: bool
    prompt: list[News] | None


def read_response(
    document: Any, current: Configuration, dialect: Dialect, news_of: Callable[[Any, str], list[News]]
) -> ResponseRequest:
    """Read ``response``; ``news_of`` reads an item of its input. Raises ProtocolError."""
    found = {} if document is None else checking.mapping(document, "response")
    settings = {name: value for name, value in found.items() if name not in _OWN}
    if dialect is Dialect.BETA and "max_output_tokens" in settings:  # beta's own two names for one thing
        settings["max_response_output_tokens"] = settings.pop("max_output_tokens")
    configuration = merged(current, settings, dialect, of_response=True)
    where = found.get("conversation")
    aside = where is not None and checking.choice(where, "response.conversation", ("auto", "none")) == "none"
    prompt: list[News] | None = None
    if found.get("input") is not None:
        prompt = [
            news
            for number, each in enumerate(checking.sequence(found["input"], "response.input", _MOST_INPUT))
            for news in news_of(each, f"response.input[{number}]")
        ]
    return ResponseRequest(
        configuration=configuration, metadata=_metadata(found.get("metadata")), aside=aside, prompt=prompt
    )


def _metadata(value: Any) -> Mapping[str, str] | None:
    if value is None:
        return None
    found = checking.mapping(value, "response.metadata")
    if len(found) > _MOST_PAIRS:
        raise checking.wrong_value(f"{len(found)} pairs", "response.metadata", f"There are at most {_MOST_PAIRS}")
    for name, each in found.items():
        checking.text(name, "response.metadata", 64)
        checking.text(each, f"response.metadata.{name}", 512)
    return found
