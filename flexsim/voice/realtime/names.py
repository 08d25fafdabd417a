"""The names of the Realtime protocol's events: those of today (GA), and those of its beta, which clients of 2025 still ask for.

Source: the types of the ``openai`` package (``openai.types.realtime`` and ``openai.types.beta.realtime``). Inside, only
today's names are used; ``BETA`` is applied where an event leaves.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Dialect(StrEnum):
    """Which of the two a session speaks."""

    GA = "ga"
    BETA = "beta"


class Sent(StrEnum):
    """What a client sends."""

    SESSION_UPDATE = "session.update"
    AUDIO_APPEND = "input_audio_buffer.append"
    AUDIO_COMMIT = "input_audio_buffer.commit"
    AUDIO_CLEAR = "input_audio_buffer.clear"
    ITEM_CREATE = "conversation.item.create"
    ITEM_RETRIEVE = "conversation.item.retrieve"
    ITEM_TRUNCATE = "conversation.item.truncate"
    ITEM_DELETE = "conversation.item.delete"
    RESPONSE_CREATE = "response.create"
    RESPONSE_CANCEL = "response.cancel"


class Told(StrEnum):
    """What a server says."""

    ERROR = "error"
    SESSION_CREATED = "session.created"
    SESSION_UPDATED = "session.updated"
    SPEECH_STARTED = "input_audio_buffer.speech_started"
    SPEECH_STOPPED = "input_audio_buffer.speech_stopped"
    AUDIO_COMMITTED = "input_audio_buffer.committed"
    AUDIO_CLEARED = "input_audio_buffer.cleared"
    AUDIO_TIMEOUT = "input_audio_buffer.timeout_triggered"
    ITEM_ADDED = "conversation.item.added"
    ITEM_DONE = "conversation.item.done"
    ITEM_RETRIEVED = "conversation.item.retrieved"
    ITEM_TRUNCATED = "conversation.item.truncated"
    ITEM_DELETED = "conversation.item.deleted"
    TRANSCRIPTION_DELTA = "conversation.item.input_audio_transcription.delta"
    TRANSCRIPTION_COMPLETED = "conversation.item.input_audio_transcription.completed"
    TRANSCRIPTION_FAILED = "conversation.item.input_audio_transcription.failed"
    RESPONSE_CREATED = "response.created"
    OUTPUT_ITEM_ADDED = "response.output_item.added"
    OUTPUT_ITEM_DONE = "response.output_item.done"
    PART_ADDED = "response.content_part.added"
    PART_DONE = "response.content_part.done"
    AUDIO_DELTA = "response.output_audio.delta"
    AUDIO_DONE = "response.output_audio.done"
    TRANSCRIPT_DELTA = "response.output_audio_transcript.delta"
    TRANSCRIPT_DONE = "response.output_audio_transcript.done"
    TEXT_DELTA = "response.output_text.delta"
    TEXT_DONE = "response.output_text.done"
    ARGUMENTS_DELTA = "response.function_call_arguments.delta"
    ARGUMENTS_DONE = "response.function_call_arguments.done"
    RESPONSE_DONE = "response.done"
    RATE_LIMITS = "rate_limits.updated"


# What the beta calls differently; None is what it does not say at all.
BETA: Final[Mapping[str, str | None]] = MappingProxyType(
    {
        Told.ITEM_ADDED: "conversation.item.created",
        Told.ITEM_DONE: None,
        Told.AUDIO_DELTA: "response.audio.delta",
        Told.AUDIO_DONE: "response.audio.done",
        Told.TRANSCRIPT_DELTA: "response.audio_transcript.delta",
        Told.TRANSCRIPT_DONE: "response.audio_transcript.done",
        Told.TEXT_DELTA: "response.text.delta",
        Told.TEXT_DONE: "response.text.done",
        Told.AUDIO_TIMEOUT: None,
    }
)


def spoken(name: str, dialect: Dialect) -> str | None:
    """What an event is called in this dialect; None where it does not exist there."""
    return name if dialect is Dialect.GA else BETA.get(name, name)


# From any name that a server may use to the one of today.
TODAY: Final[Mapping[str, str]] = MappingProxyType(
    {each.value: each.value for each in Told} | {old: new for new, old in BETA.items() if old is not None}
)
