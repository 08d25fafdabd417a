"""The espeak-ng library by ctypes: a text to samples, words with their places, the same bytes always.

The library keeps state from one utterance to the next (pitch flutter, noise, the tail of its filters), so that the same
text twice sounds differently. Hence every utterance gets the library anew: a private copy, loaded, seeded, used once and
unloaded. That is 3 ms, and memory stays flat. Its noise comes from libc's ``rand`` too, which the whole process has in
common: one utterance at a time.
"""

import ctypes
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final, Protocol

import espeakng_loader

from flexsim.errors import ConfigurationError, FlexsimError

ESPEAK_RATE: Final = 22_050  # of what it makes, in samples a second

_ONE_AT_A_TIME: Final = Lock()
_SEED: Final = 1
_CHUNK_MS: Final = 200

# speak_lib.h
_SYNCHRONOUS: Final = 2
_DONT_EXIT: Final = 0x8000  # else it ends the process where its data is missing
_UTF8: Final = 1
_BY_CHARACTER: Final = 1
_SPEED, _PITCH = 1, 3
_LIST_TERMINATED, _WORD = 0, 1


class _Event(ctypes.Structure):
    """espeak_EVENT of speak_lib.h."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What to say and how: ``voice`` as the library names it (``en-us+f3``), words a minute, pitch 0-99."""

    text: str
    voice: str
    rate: int
    pitch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """16 bit samples at ``ESPEAK_RATE``, and for each word: its offset in the text, its length, the sample it begins at."""

    pcm: bytes
    words: tuple[tuple[int, int, int], ...]


def speak(wish: Wish) -> Utterance:
    """The wish spoken. Raises ConfigurationError where the library has no such voice."""
    with _ONE_AT_A_TIME, _library() as library:
        _libc().srand(_SEED)
        library.espeak_ng_SetRandSeed(ctypes.c_long(_SEED))
        return _spoken(library, wish)


def _spoken(library: ctypes.CDLL, wish: Wish) -> Utterance:
    sound = bytearray()
    words: list[tuple[int, int, int]] = []

    def take(samples: "ctypes._Pointer[ctypes.c_short] | None", count: int, events: "ctypes._Pointer[_Event]") -> int:
        at = 0
        while events[at].type != _LIST_TERMINATED:
            event = events[at]
            if event.type == _WORD:
                words.append((event.text_position - 1, event.length, event.sample))
            at += 1
        if samples and count:
            sound.extend(ctypes.string_at(samples, count * 2))
        return 0

    callback = _Callback(take)
    library.espeak_SetSynthCallback(callback)
    if library.espeak_SetVoiceByName(wish.voice.encode()):
        raise ConfigurationError(f"espeak-ng has no such voice: {wish.voice}")
    library.espeak_SetParameter(_SPEED, wish.rate, 0)
    library.espeak_SetParameter(_PITCH, wish.pitch, 0)
    text = wish.text.encode()
    failed = library.espeak_Synth(
        text, ctypes.c_size_t(len(text) + 1), ctypes.c_uint(0), _BY_CHARACTER, ctypes.c_uint(0), _UTF8, None, None
    )
    if failed:
        raise FlexsimError(f"espeak-ng could not speak (error {failed}): {wish.text[:80]}")
    library.espeak_Synchronize()
    return Utterance(pcm=bytes(sound), words=tuple(words))


@contextmanager
def _library() -> Iterator[ctypes.CDLL]:
    with _private_copy() as path:
        library = ctypes.CDLL(path)
        try:
            data = espeakng_loader.get_data_path().encode()
            if library.espeak_Initialize(_SYNCHRONOUS, _CHUNK_MS, data, _DONT_EXIT) != ESPEAK_RATE:
                raise FlexsimError(f"espeak-ng does not find its data in {espeakng_loader.get_data_path()}")
            try:
                yield library
            finally:
                library.espeak_Terminate()
        finally:
            _unload(library)


@contextmanager
def _private_copy() -> Iterator[str]:
    """A file that nobody else has loaded: in memory where the system can, for disks are slow and may be read-only."""
    original = Path(espeakng_loader.get_library_path())
    if sys.platform == "linux":
        with os.fdopen(os.memfd_create("espeak-ng"), "wb") as copy:
            copy.write(original.read_bytes())
            copy.flush()
            yield f"/proc/self/fd/{copy.fileno()}"
    else:
        with tempfile.TemporaryDirectory(prefix="flexsim-voice-", ignore_cleanup_errors=True) as folder:
            yield str(shutil.copy(original, folder))


class _Libc(Protocol):
    def srand(self, seed: int) -> object: ...


def _libc() -> _Libc:
    return ctypes.cdll.msvcrt if sys.platform == "win32" else ctypes.CDLL(None)


def _unload(library: ctypes.CDLL) -> None:
    import _ctypes  # noqa: PLC0415 -- ctypes has no public way to let go of a library

    if sys.platform == "win32":
        _ctypes.FreeLibrary(library._handle)  # noqa: SLF001
    else:
        _ctypes.dlclose(library._handle)  # noqa: SLF001
