"""The conversations that were recorded: which there are, their labels, and doing away with old ones."""

import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flexsim.errors import ConfigurationError
from flexsim.voice.conversation.recorder import LABELS, METADATA
from flexsim.voice.scores.reading import find, read_recording

_AGE: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([smhdw])")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One recorded conversation; ``changed`` is when something was last written, in UTC seconds.

    One that is not ``finished`` takes place just now, or was killed: then ``end_reason`` says nothing.
    """

    folder: Path
    conversation_id: str
    caller: str
    scenario: str
    agent: str
    seed: int | None
    finished: bool
    end_reason: str | None
    reached: bool | None
    duration: float
    turns: int | None
    changed: float


def folders(out: Path) -> list[Path]:
    """The folders of the conversations in ``out``, in order of name; none where there is no such folder."""
    return find([str(out)]) if out.is_dir() and any((each / METADATA).is_file() for each in out.iterdir()) else []


def entry(folder: Path) -> Entry:
    """What there is to say of the conversation in this folder."""
    found = read_recording(folder, with_log=False, with_sound=False)
    finished = found.metadata.get("finished") is True
    turns = found.metadata.get("turns")
    return Entry(
        folder=folder,
        conversation_id=found.conversation_id,
        caller=found.caller,
        scenario=found.scenario,
        agent=found.agent,
        seed=found.seed,
        finished=finished,
        end_reason=found.end_reason if finished else None,
        reached=found.reached if finished else None,
        duration=found.duration if finished else read_recording(folder, with_log=False).duration,
        turns=turns if isinstance(turns, int) and finished else None,
        changed=max(each.stat().st_mtime for each in folder.iterdir()),
    )


def labels(folder: Path, names: Iterable[str]) -> str:
    """The recording's labels of these kinds (caller, agent, events) as Audacity reads them, in order of time."""
    found: list[tuple[float, str]] = []
    for name in names:
        try:
            text = (folder / LABELS[name]).read_text(encoding="utf-8")
        except FileNotFoundError:
            continue
        except OSError as error:
            raise ConfigurationError(f"cannot read {folder / LABELS[name]}: {error.strerror}") from error
        for line in text.splitlines(keepends=True):
            start, tab, rest = line.partition("\t")
            if tab and line.endswith("\n"):  # what was cut off by a crash is no label
                label = rest if name == "events" else rest.replace("\t", f"\t{name}: ", 1)
                found.append(
                    (
                        float(start),
                        "".join(each for each in f"{start}\t{label}" if each.isprintable() or each in "\t\n"),
                    )
                )
    return "".join(text for _, text in sorted(found, key=lambda each: each[0]))


def seconds_of(age: str) -> float:
    """How long ``7d``, ``12h`` or ``90s`` is; raises ConfigurationError."""
    found = _AGE.fullmatch(age.strip())
    if found is None:
        raise ConfigurationError(f"not an age: {age}; say it as 7d, 12h, 30m, 90s or 2w")
    return float(found[1]) * _SECONDS[found[2]]


def old(entries: Iterable[Entry], now: float, age: float) -> list[Entry]:
    """Those to which nothing has been written for ``age`` seconds."""
    return [each for each in entries if now - each.changed > age]


def remove(entries: Sequence[Entry]) -> None:
    """Do away with these; raises ConfigurationError where a folder cannot be removed."""
    for each in entries:
        if each.folder.is_symlink():
            each.folder.unlink()
            continue
        try:
            shutil.rmtree(each.folder)
        except OSError as error:
            raise ConfigurationError(f"cannot remove {each.folder}: {error.strerror}") from error
