"""Reads a conversation's folder: what is there, and a line for everything that is not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np

from flexsim.errors import ConfigurationError
from flexsim.voice.scores import documents
from flexsim.voice.scores.recording import Recording, Samples, Sound
from flexsim.voice.scores.wav import NoSound, Wav, read_wav

OUT: Final = Path("agent_conversations")  # where conversations are left unless told otherwise
TRANSCRIPT: Final = "transcript.json"
CALLS: Final = "function_calls.json"
METADATA: Final = "call_metadata.json"
EVENTS: Final = "session_events.json"
STEREO: Final = "stereo_recording.wav"
CALLER_SOUND: Final = "caller_audio.wav"
AGENT_SOUND: Final = "cs_audio.wav"
_MARKS: Final = (METADATA, TRANSCRIPT, STEREO, CALLS, EVENTS)
_MOST: Final = 256 * 2**20  # bytes of a document
_RUN_FOLDER: Final = "conversations"
_RUNS: Final = Path("runs")

Read = TypeVar("Read")


def find(names: list[str], out: Path = OUT) -> list[Path]:
    """The folders of the conversations that are named: by id, by folder, or by a folder that holds some, a batch's run too.

    Without a name, all in ``out``. Raises ConfigurationError where there is none.
    """
    found = [each for name in names or [str(out)] for each in _found(name, out)]
    return list(dict.fromkeys(found))


def _found(name: str, out: Path) -> list[Path]:
    for where in (Path(name), out / name, _RUNS / name):
        if _is_conversation(where):
            return [where]
        for holder in (where / _RUN_FOLDER, where):
            if holder.is_dir():
                inside = sorted(each for each in holder.iterdir() if _is_conversation(each))
                if inside:
                    return inside
    raise ConfigurationError(
        f"no conversation {name}: neither its id in {out}, nor its folder, nor a folder or run that holds some;"
        " flexsim converse list shows those there are"
    )


def _is_conversation(folder: Path) -> bool:
    return folder.is_dir() and any((folder / each).is_file() for each in _MARKS)


def read_recording(folder: Path, *, with_log: bool = True, with_sound: bool = True) -> Recording:
    """What the folder holds. What was not asked for is None, and not missed."""
    notes: list[str] = []
    utterances = calls = functions = None
    metadata = _document(folder / METADATA, documents.metadata, notes) or {}
    if with_log:
        utterances = _listed(folder / TRANSCRIPT, "utterances", documents.utterance, notes)
        calls = _listed(folder / CALLS, "calls", documents.function_call, notes)
        sessions = _listed(folder / EVENTS, "events", documents.session_event, notes)
        functions = None if sessions is None else documents.functions(sessions)
    told = metadata.get("conversation_id")
    return Recording(
        conversation_id=told if isinstance(told, str) and told else folder.resolve().name,
        utterances=None if utterances is None else sorted(utterances, key=lambda each: (each.start, each.end)),
        calls=calls,
        metadata=metadata,
        functions=functions,
        sound=_sound(folder, notes) if with_sound else None,
        missing=tuple(notes),
    )


def _document(path: Path, read: Callable[[str], Read], notes: list[str]) -> Read | None:
    """What ``read`` makes of the file; None, and a note, where it can make nothing of it."""
    try:
        if path.stat().st_size <= _MOST:
            return read(path.read_text(encoding="utf-8", errors="replace"))
        notes.append(f"{path.name} is larger than {_MOST // 2**20} MB")
    except FileNotFoundError:
        notes.append(f"{path.name} is not there")
    except OSError as error:
        notes.append(f"{path.name} cannot be read: {error.strerror}")
    except documents.Broken as error:
        notes.append(f"{path.name} {error}")
    return None


def _listed(path: Path, key: str, read: Callable[[Any], Read], notes: list[str]) -> list[Read] | None:
    found = _document(path, lambda text: documents.entries(text, key, read), notes)
    if found is None:
        return None
    entries, said = found
    notes += [f"{path.name}: {each}" for each in said]
    return entries


def _sound(folder: Path, notes: list[str]) -> Sound | None:
    """The stereo recording; where there is none, what the two sides left."""
    stereo = _wav(folder / STEREO, notes)
    if stereo is not None and stereo.samples.shape[1] == 2:
        return Sound(rate=stereo.rate, caller=stereo.samples[:, 0], agent=stereo.samples[:, 1])
    if stereo is not None:
        notes.append(f"{STEREO} has one channel, and not two")
    caller, agent = (_wav(folder / name, notes) for name in (CALLER_SOUND, AGENT_SOUND))
    if caller is None or agent is None:
        return None
    if caller.rate != agent.rate:
        notes.append(f"{CALLER_SOUND} and {AGENT_SOUND} have different rates: {caller.rate} and {agent.rate}")
        return None
    length = max(len(caller.samples), len(agent.samples))
    return Sound(rate=caller.rate, caller=_padded(caller, length), agent=_padded(agent, length))


def _padded(wav: Wav, length: int) -> Samples:
    first = wav.samples[:, 0]
    return first if len(first) == length else np.pad(first, (0, length - len(first)))


def _wav(path: Path, notes: list[str]) -> Wav | None:
    try:
        found = read_wav(path)
    except FileNotFoundError:
        notes.append(f"{path.name} is not there")
    except OSError as error:
        notes.append(f"{path.name} cannot be read: {error.strerror}")
    except NoSound as error:
        notes.append(f"{path.name} {error}")
    else:
        if not found.whole:
            seconds = len(found.samples) / found.rate
            notes.append(f"{path.name} was not brought to its end: {seconds:.1f} s of it are there")
        return found
    return None
