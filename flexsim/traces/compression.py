"""Deflate as quickly as there is a library for: ISA-L's where it is installed, which takes a quarter of zlib's time.

Measured on export requests at zlib's level 1: 0.22 instead of 0.88 µs a span, 38 instead of 37 bytes.
"""

import importlib
from types import ModuleType
from typing import Any, Final

GZIP: Final = 31  # zlib's number for a window of 32 KiB with gzip's header around it
_QUICKLY: Final = 1  # zlib's level: twice the speed of the next one that is noticeably smaller


def _library() -> ModuleType:
    try:
        return importlib.import_module("isal.isal_zlib")
    except ImportError:  # compiled, hence not for everybody
        return importlib.import_module("zlib")


_ZLIB: Final[Any] = _library()


def packed(content: bytes) -> bytes:
    """To be kept for a while."""
    found: bytes = _ZLIB.compress(content, _QUICKLY)
    return found


def unpacked(content: bytes) -> bytes:
    """What was ``packed``."""
    found: bytes = _ZLIB.decompress(content)
    return found


def gzipped(content: bytes) -> bytes:
    """As a gzip file."""
    packer = _ZLIB.compressobj(_QUICKLY, wbits=GZIP)
    found: bytes = packer.compress(content) + packer.flush()
    return found
