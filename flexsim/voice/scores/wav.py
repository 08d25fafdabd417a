"""WAV files as a crash leaves them: the header may promise more or less than there is, and then what is there counts."""

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

RATES: Final = (8_000, 48_000)  # samples a second, from and to
_PCM: Final = 1
_EXTENSIBLE: Final = 0xFFFE  # the format's number stands further behind, and for 16 bits is PCM's


class NoSound(Exception):  # noqa: N818 -- it reads as what happened
    """The file is no sound that we read; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wav:
    """``samples`` has a row for each moment and a column for each channel; ``whole``: as many as its header says."""

    rate: int
    samples: NDArray[np.int16]
    whole: bool


def read_wav(path: Path) -> Wav:
    """The sound in the file, mapped into memory and not read; raises NoSound, or OSError."""
    with path.open("rb") as file:
        if not path.stat().st_size:
            raise NoSound("is empty")
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return _parsed(data)


def _parsed(data: mmap.mmap) -> Wav:
    if len(data) < 12 or data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise NoSound("is no WAV file")
    at, form = 12, None
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        at += 8
        if name == b"fmt ":
            form = _form(data[at : at + size])
        if name == b"data":
            return _samples(data, at, size, form)
        at += size + size % 2
    raise NoSound("holds no sound: it ends before it")


def _form(chunk: bytes) -> tuple[int, int]:
    """Channels and rate."""
    if len(chunk) < 16:
        raise NoSound("has a header that is cut short")
    form, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", chunk)
    if form not in {_PCM, _EXTENSIBLE} or bits != 16:
        raise NoSound(f"is not 16 bit PCM (format {form}, {bits} bits)")
    if not 1 <= channels <= 2:
        raise NoSound(f"has {channels} channels, and not one or two")
    if not RATES[0] <= rate <= RATES[1]:
        raise NoSound(f"has {rate} samples a second, and not {RATES[0]} to {RATES[1]}")
    return channels, rate


def _samples(data: mmap.mmap, at: int, size: int, form: tuple[int, int] | None) -> Wav:
    if form is None:
        raise NoSound("says nothing of its form before its sound")
    channels, rate = form
    there = len(data) - at
    # A size of nothing, or of everything, is that of a writer which has not come to its end.
    told = there if size in {0, 0xFFFF_FFFF} else size
    count = min(there, told) // (2 * channels)
    samples = np.frombuffer(data, "<i2", count * channels, at).reshape(count, channels)
    return Wav(rate=rate, samples=samples, whole=size == told and there >= told)
