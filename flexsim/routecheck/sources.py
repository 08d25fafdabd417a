"""Files read and written: a configuration's as they are written, so that a finding can name the line. No other module here does I/O."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flexsim.configuration.files import read_configuration
from flexsim.configuration.records import Configuration
from flexsim.domain.loading import read_json
from flexsim.errors import ConfigurationError
from flexsim.routecheck.findings import Finding
from flexsim.routecheck.locating import line_of
from flexsim.routecheck.subject import METADATA, QUEUES, WORKERS, WORKFLOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The configuration in one folder: as records, as documents, and as texts by the files' names."""

    configuration: Configuration
    documents: dict[str, Any]
    texts: dict[str, str]

    def line(self, finding: Finding) -> int:
        """The line, from 1, of the finding's place in its file."""
        return line_of(self.texts[finding.file], finding.place)

    def in_order(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings file by file, and in each from the first line to the last."""
        files = list(self.texts)
        return sorted(findings, key=lambda each: (files.index(each.file), self.line(each)))


def read_sources(cfgdir: Path) -> Sources:
    """The configuration in ``cfgdir``; raises ConfigurationError where it cannot be read or is not of the files' form."""
    configuration = read_configuration(cfgdir)
    files = {name: cfgdir / name for name in (WORKFLOW, QUEUES, WORKERS, METADATA)}
    return Sources(
        configuration=configuration,
        documents={name: read_json(file) for name, file in files.items()},
        texts={name: read_text(file) for name, file in files.items()},
    )


def read_text(file: Path) -> str:
    """A file's text; raises ConfigurationError where it cannot be read."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise ConfigurationError(f"no such file: {file}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"cannot read {file}: {error}") from error


def write_bytes(file: Path, content: bytes) -> None:
    """Write a file, replacing one that is there; raises ConfigurationError where that cannot be done."""
    try:
        file.write_bytes(content)
    except OSError as error:
        raise ConfigurationError(f"cannot write {file}: {error.strerror}") from error


def write_new(file: Path, text: str) -> None:
    """Write a file that must not be there yet; raises ConfigurationError if it is."""
    if file.exists():
        raise ConfigurationError(f"{file} is there already; name another, or remove it first")
    write_bytes(file, text.encode())
