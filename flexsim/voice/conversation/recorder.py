"""The recording of one conversation, written as it happens: sound, words, functions, protocol, and what it was all about.

Everything goes to the files in batches of two seconds of sound, and each batch leaves them whole. Where a disk is full
the recorder raises RecorderFailed once, and from then on keeps what it has: room for the last word about the conversation,
``call_metadata.json``, was taken at the beginning.
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import orjson

from flexsim.errors import RecorderFailed
from flexsim.voice.conversation.event_log import EventLog
from flexsim.voice.conversation.growing_files import GrowingDocument, GrowingFile, GrowingLabels, GrowingWav
from flexsim.voice.conversation.records import Call, Direction, Side, Utterance
from flexsim.voice.ports import FRAME_BYTES
from flexsim.voice.sound.pcm import SILENT_FRAME, decoded

CALLER_AUDIO: Final = "caller_audio.wav"
AGENT_AUDIO: Final = "cs_audio.wav"
STEREO: Final = "stereo_recording.wav"
TRANSCRIPT: Final = "transcript.json"
CALLS: Final = "function_calls.json"
METADATA: Final = "call_metadata.json"
EVENTS: Final = "session_events.json"
LABELS: Final = {each: f"labels_{each}.txt" for each in ("caller", "agent", "events")}

BATCH: Final = 50  # frames
_RESERVED: Final = 1 << 16  # bytes for the metadata, should the disk be full at the end


class Closable(Protocol):
    """A file of the recording's."""

    def close(self) -> None:
        """No more of it."""


class Recorder:
    """Writes into ``folder``, which is new and empty; ``metadata`` is what is known at the beginning."""

    def __init__(self, folder: Path, metadata: Mapping[str, Any], *, silence_is_sent: bool = True) -> None:
        self.folder = folder
        self.failure: str | None = None
        self._metadata = dict(metadata)
        about = {"conversation_id": metadata["conversation_id"]}
        try:
            self._about = _open_metadata(folder / METADATA, self._metadata)
            self._wavs = (
                GrowingWav(folder / CALLER_AUDIO, 1),
                GrowingWav(folder / AGENT_AUDIO, 1),
                GrowingWav(folder / STEREO, 2),
            )
            self._transcript = GrowingDocument(folder / TRANSCRIPT, about, "utterances")
            self._calls = GrowingDocument(folder / CALLS, about, "calls")
            self._events = GrowingDocument(folder / EVENTS, about, "events")
            self._labels = {name: GrowingLabels(folder / file) for name, file in LABELS.items()}
        except OSError as error:
            raise RecorderFailed(f"cannot record in {folder}: {error.strerror}") from error
        self._log = EventLog(silence_is_sent=silence_is_sent)
        self._caller: list[str | None] = []
        self._agent: list[str | None] = []
        self._said: list[Utterance] = []
        self._called: list[Call] = []
        self._marked: list[tuple[float, float, str]] = []

    def sound(self, caller: str | None, agent: str | None) -> None:
        """The next frame of both sides, base64; None is silence."""
        self._caller.append(caller)
        self._agent.append(agent)
        self._log.appended(caller is not None, agent is not None)
        if len(self._caller) >= BATCH:
            self.flush()

    def event(self, at: float, side: Side, direction: Direction, event: Mapping[str, Any]) -> None:
        """Something that a session was sent, or sent, other than the sound of ``sound``."""
        self._log.add(at, side, direction, event)

    def said(self, utterance: Utterance) -> None:
        """An utterance that is over; to be told in order of their starts."""
        self._said.append(utterance)

    def called(self, call: Call) -> None:
        """A function whose answer is there."""
        self._called.append(call)

    def marked(self, start: float, end: float, text: str) -> None:
        """Something to find again in the recording."""
        self._marked.append((start, end, text))

    def flush(self) -> None:
        """Write what has gathered; raises RecorderFailed where it cannot be written, and later does nothing."""
        if self.failure is not None:
            self._forget()
            return
        try:
            self._write()
        except OSError as error:
            self.failure = f"{self.folder}: {error.strerror}"
            raise RecorderFailed(f"cannot go on recording in {self.failure}") from error
        finally:
            self._forget()

    def finish(self, metadata: Mapping[str, Any]) -> None:
        """Write what is left and the final metadata, and close the files. Does what it can on a full disk, and raises nothing."""
        with contextlib.suppress(RecorderFailed):
            self.flush()
        self._metadata |= metadata
        _write_metadata(self.folder / METADATA, self._metadata, self._about)
        for each in self._files():
            each.close()

    def _files(self) -> Iterator[Closable]:
        yield from self._wavs
        yield from self._labels.values()
        yield from (self._transcript, self._calls, self._events, self._about)

    def _write(self) -> None:
        self._write_sound()
        self._transcript.append(each.document() for each in self._said)
        self._calls.append(each.document() for each in self._called)
        self._events.append(self._log.take())
        for side in Side:
            labels = ((each.start, each.end, each.text) for each in self._said if each.speaker is side)
            self._labels[side].append(labels)
        calls = [(each.at, each.at + each.duration, f"{each.side}: {each.name}") for each in self._called]
        self._labels["events"].append(sorted([*calls, *self._marked]))

    def _write_sound(self) -> None:
        count = len(self._caller)
        first, last = _sounding([one or other for one, other in zip(self._caller, self._agent, strict=True)])
        both = bytearray(2 * (last - first) * FRAME_BYTES)
        for channel, frames in enumerate((self._caller, self._agent)):
            begin, end = _sounding(frames)
            pcm = decoded("".join(each or SILENT_FRAME for each in frames[begin:end]))
            self._wavs[channel].append(pcm, before=begin * FRAME_BYTES, after=(count - end) * FRAME_BYTES)
            if pcm:
                place = (begin - first) * FRAME_BYTES // 2
                samples = np.frombuffer(both, "<i2").reshape(-1, 2)
                samples[place : place + len(pcm) // 2, channel] = np.frombuffer(pcm, "<i2")
        self._wavs[2].append(both, before=2 * first * FRAME_BYTES, after=2 * (count - last) * FRAME_BYTES)

    def _forget(self) -> None:
        for each in (self._caller, self._agent, self._said, self._called, self._marked):
            each.clear()
        self._log.take()


def _sounding(frames: Sequence[str | None]) -> tuple[int, int]:
    """From where to where there is sound: silence around it is not written, but left out of the file as a hole."""
    sounding = [number for number, frame in enumerate(frames) if frame is not None]
    return (sounding[0], sounding[-1] + 1) if sounding else (0, 0)


def _open_metadata(path: Path, metadata: Mapping[str, Any]) -> GrowingFile:
    """The document with blanks after it, so that a longer one finds room."""
    file = GrowingFile(path)
    file.put(_text(metadata).ljust(_RESERVED), 0)
    return file


def _write_metadata(path: Path, metadata: Mapping[str, Any], reserved: GrowingFile) -> None:
    text = _text(metadata)
    beside = path.with_suffix(".tmp")
    try:
        beside.write_bytes(text)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        if len(text) <= reserved.size:
            reserved.overwrite(text, 0)
            reserved.shorten(len(text))


def _text(metadata: Mapping[str, Any]) -> bytes:
    return orjson.dumps(metadata, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
