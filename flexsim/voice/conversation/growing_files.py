"""Files that are whole after every append: a WAV with its header brought up to date, JSON that is closed, lines of text.

Whoever is killed between two appends leaves a file that anybody can read; killed within one that is larger than a page of
memory, a document that breaks off in its last lines, which ``scores.reading`` reads as far as it goes. What an append could
not write (a full disk) is taken back, so that the file is what it was before; the error goes on to the caller.
"""

import struct
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from flexsim.voice.ports import RATE, SAMPLE_BYTES

_HEADER: Final = struct.Struct("<4sI4s4sIHHIIHH4sI")  # RIFF, one chunk fmt of PCM, one chunk data
HEADER_BYTES: Final = _HEADER.size
_CLOSING: Final = b"\n]}\n"


class GrowingFile:
    """Bytes at places of a file, all of them or none."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w+b", buffering=0)
        self.size = 0

    def put(self, data: bytes | bytearray, at: int, undo: bytes = b"") -> None:
        """Write at this place, to be the file's end; raises OSError, with the file ending in ``undo`` there as before."""
        try:
            self._write(data, at)
        except OSError:
            self._write(undo, at)  # where it stood: that room is ours already
            self._file.truncate(self.size)
            raise
        self.size = at + len(data)

    def overwrite(self, data: bytes, at: int) -> None:
        """Write where something stands; the size stays."""
        self._write(data, at)

    def shorten(self, size: int) -> None:
        """Leave out what follows."""
        self._file.truncate(size)
        self.size = size

    def _write(self, data: bytes | bytearray, at: int) -> None:
        self._file.seek(at)
        view = memoryview(data)
        while view:  # a disk that runs full takes a part, and refuses the rest only when asked again
            view = view[self._file.write(view) or 0 :]

    def skip(self, count: int) -> None:
        """Let so many zeros follow: a hole, which costs no room."""
        if count:
            self._file.truncate(self.size + count)
            self.size += count

    def close(self) -> None:
        """No more of it; harmless when closed."""
        self._file.close()


class GrowingWav:
    """PCM of 16 bit, ``channels`` interleaved, at the protocol's rate."""

    def __init__(self, path: Path, channels: int) -> None:
        self._file = GrowingFile(path)
        self._channels = channels
        self._file.put(self._header(0), 0)

    def append(self, pcm: bytes | bytearray, *, before: int = 0, after: int = 0) -> None:
        """Add sound, with so many bytes of silence around it; raises OSError where it cannot be written, and then holds what it held."""
        file = self._file
        start = file.size
        try:
            file.skip(before)
            file.put(pcm, file.size)
            file.skip(after)
        except OSError:
            file.shorten(start)
            raise
        file.overwrite(self._header(file.size - HEADER_BYTES), 0)

    def close(self) -> None:
        """No more of it."""
        self._file.close()

    def _header(self, count: int) -> bytes:
        block = self._channels * SAMPLE_BYTES
        return _HEADER.pack(
            b"RIFF", 36 + count, b"WAVE", b"fmt ", 16, 1, self._channels, RATE, RATE * block, block, 8 * SAMPLE_BYTES,
            b"data", count,
        )  # fmt: skip


class GrowingDocument:
    """A JSON object that says ``about`` what it is and ends in a list called ``name``, an element a line."""

    def __init__(self, path: Path, about: Mapping[str, Any], name: str) -> None:
        self._file = GrowingFile(path)
        self._empty = True
        opening = orjson.dumps(dict(about)).removesuffix(b"}") + b',"%s":[' % name.encode()
        self._file.put(opening + _CLOSING, 0)

    def append(self, elements: Iterable[Mapping[str, Any]]) -> None:
        """Add elements; raises OSError where they cannot be written, and then holds what it held."""
        lines = b",\n".join(map(orjson.dumps, elements))
        if lines:
            start = b"\n" if self._empty else b",\n"
            self._file.put(start + lines + _CLOSING, self._file.size - len(_CLOSING), _CLOSING)
            self._empty = False

    def close(self) -> None:
        """No more of it."""
        self._file.close()


class GrowingLabels:
    """Audacity's labels: start, end and text of each, a line each (manual.audacityteam.org, "Importing and Exporting Labels")."""

    def __init__(self, path: Path) -> None:
        self._file = GrowingFile(path)

    def append(self, labels: Iterable[tuple[float, float, str]]) -> None:
        """Add labels; raises OSError where they cannot be written, and then holds what it held."""
        text = "".join(f"{start:.3f}\t{end:.3f}\t{_plain(label)}\n" for start, end, label in labels)
        if text:
            self._file.put(text.encode("utf-8"), self._file.size)

    def close(self) -> None:
        """No more of it."""
        self._file.close()


def _plain(label: str) -> str:
    """In one line, and without what would make a terminal do things."""
    return "".join(each for each in " ".join(label.split()) if each.isprintable())
