"""Models recorded and replayed: a file of lines, each a request in canonical form, its key, and the answer.

A replay answers from the file alone and opens no connection. What was asked several times has as many answers, given in the
order in which they were recorded; the last one stands for any more. A request that was not recorded is an error that names the
nearest one that was, and the first field in which they differ.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from flexsim.errors import ConfigurationError, ReplayMiss
from flexsim.workforce.minds.asking import Answer, Chat, Pieces, Request

_SHOWN: Final = 60  # characters of a difference
_COMPARED: Final = 50  # recordings that are looked at closely


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A line of the file."""

    line: int
    request: Mapping[str, Any]
    answer: Answer


class Recorder:
    """A ``Chat`` that passes on, and writes down, each line at once. What holds one of ``secrets`` is not written but refused."""

    def __init__(self, chat: Chat, file: Path, secrets: Iterable[str] = ()) -> None:
        self._chat = chat
        self._secrets = tuple(each for each in secrets if each)
        try:
            self._file = file.open("a", encoding="utf-8", newline="\n")
        except OSError as error:
            raise ConfigurationError(f"cannot write {file}: {error.strerror}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    async def complete(self, request: Request, pieces: Pieces | None = None) -> Answer:
        """As ``Chat`` says; raises ConfigurationError, before it asks, where the request holds a secret."""
        self._refuse_secrets(json.dumps(request.canonical(), ensure_ascii=False), "request")
        answer = await self._chat.complete(request, pieces)
        self._refuse_secrets(answer.text, "answer")
        self._file.write(line_of(request, answer))
        self._file.flush()
        return answer

    def _refuse_secrets(self, text: str, what: str) -> None:
        if any(secret in text for secret in self._secrets):
            raise ConfigurationError(f"the {what} holds the model's key, which must not reach a recording")


class Replayer:
    """A ``Chat`` that answers from a file, or raises ReplayMiss."""

    def __init__(self, file: Path) -> None:
        self._where = file
        self._by_key: dict[str, list[Recording]] = {}
        self._all = list(_read(file))
        for each in self._all:
            self._by_key.setdefault(_key(each.request), []).append(each)
        self._asked: dict[str, int] = {}

    async def complete(self, request: Request, pieces: Pieces | None = None) -> Answer:
        """As ``Chat`` says."""
        key = request.key()
        found = self._by_key.get(key)
        if found is None:
            raise ReplayMiss(self._miss(request.canonical()))
        number = self._asked.get(key, 0)
        self._asked[key] = number + 1
        answer = found[min(number, len(found) - 1)].answer
        if pieces is not None:
            pieces(answer.text)
        return answer

    def _miss(self, request: Mapping[str, Any]) -> str:
        if not self._all:
            return f"{self._where} holds no recording"
        nearest = _nearest(self._all, request)
        field, recorded, asked = next(iter(_differences(nearest.request, request)))
        return f"{self._where} holds no answer to this; the nearest is line {nearest.line}, and differs in {field}: {_shown(recorded, asked)}"


def line_of(request: Request, answer: Answer) -> str:
    """A recording as its line."""
    document = {
        "key": request.key(),
        "request": request.canonical(),
        "answer": {"text": answer.text, "input_tokens": answer.input_tokens, "output_tokens": answer.output_tokens},
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"


def _read(file: Path) -> Iterator[Recording]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigurationError(f"cannot read {file}: {reason}") from error
    for number, line in enumerate(lines, start=1):
        try:
            document = json.loads(line)
            told = document["answer"]
            answer = Answer(
                text=str(told["text"]), input_tokens=int(told["input_tokens"]), output_tokens=int(told["output_tokens"])
            )
            yield Recording(line=number, request=dict(document["request"]), answer=answer)
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
            raise ConfigurationError(f"line {number} of {file} is not a recording of ours") from error


def _key(request: Mapping[str, Any]) -> str:
    text = json.dumps(request, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def _nearest(recordings: list[Recording], request: Mapping[str, Any]) -> Recording:
    """The one with the fewest fields that differ; of these the one whose texts are most alike."""

    def distance(each: Recording) -> int:
        return sum(1 for _ in _differences(each.request, request))

    ranked = sorted(recordings, key=distance)[:_COMPARED]
    closest = distance(ranked[0])
    return max(
        (each for each in ranked if distance(each) == closest), key=lambda each: _likeness(each.request, request)
    )


def _likeness(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """Of the first difference: from where on, and how much of the text is the same after all."""
    _, first, second = next(iter(_differences(one, other)))
    matcher = SequenceMatcher(None, str(first)[:2000], str(second)[:2000], autojunk=False)
    return matcher.quick_ratio()


def _differences(recorded: Any, asked: Any, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two requests differ, in order: the field's name, and both values."""
    if isinstance(recorded, Mapping) and isinstance(asked, Mapping):
        for name in dict.fromkeys([*recorded, *asked]):
            yield from _differences(recorded.get(name), asked.get(name), f"{place}.{name}" if place else str(name))
    elif isinstance(recorded, list) and isinstance(asked, list) and len(recorded) == len(asked):
        for index, (one, other) in enumerate(zip(recorded, asked, strict=True)):
            yield from _differences(one, other, f"{place}[{index}]")
    elif recorded != asked:
        yield place, recorded, asked


def _shown(recorded: Any, asked: Any) -> str:
    """The two values, from where they part."""
    one, other = str(recorded), str(asked)
    at = next(
        (index for index, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    start = max(0, at - 20)
    where = f" from character {at + 1}" if len(one) > _SHOWN or len(other) > _SHOWN else ""
    return f"recorded{where} {one[start : start + _SHOWN]!r}, asked {other[start : start + _SHOWN]!r}"


def model_in(file: Path) -> str | None:
    """The model that the first recording in the file was made of; None in an empty one."""
    first = next(_read(file), None)
    return None if first is None else str(first.request.get("model") or "") or None
