"""Puts results into files: all of a file or nothing."""

import contextlib
from pathlib import Path

from flexsim.errors import ConfigurationError


def write_text(file: Path, text: str) -> None:
    """Write the file, making its folder; raises ConfigurationError where that cannot be done."""
    beside = file.with_name(f".{file.name}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(text.encode("utf-8", "replace"))
        beside.replace(file)
    except OSError as error:
        discard(beside)
        raise ConfigurationError(f"cannot write {file}: {error.strerror}") from error


def discard(file: Path) -> None:
    """Remove what was begun, if it is there and can be removed; what went wrong before matters more."""
    with contextlib.suppress(OSError):
        file.unlink(missing_ok=True)
