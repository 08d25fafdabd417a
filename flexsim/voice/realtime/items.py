"""The items of a conversation: what was said, written, called and answered."""

from collections.abc import Mapping
from typing import Any, Final

from flexsim.errors import ProtocolError
from flexsim.voice.realtime import checking
from flexsim.voice.realtime.names import Dialect

MOST_PARTS: Final = 64
_STATUSES: Final = ("completed", "incomplete", "in_progress")
_BETA_PARTS: Final[Mapping[str, str]] = {"output_text": "text", "output_audio": "audio"}
_TODAYS_PARTS: Final[Mapping[str, str]] = {old: new for new, old in _BETA_PARTS.items()}
_PARTS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "user": ("input_text", "input_audio"),
    "system": ("input_text",),
    "assistant": ("output_text", "output_audio"),
}


class Part:
    """A piece of a message: ``text`` is what is written, or the words of what is spoken where they are known."""

    __slots__ = ("kind", "length_ms", "text")

    def __init__(self, kind: str, text: str | None, length_ms: int = 0) -> None:
        self.kind = kind
        self.text = text
        self.length_ms = length_ms

    @property
    def is_sound(self) -> bool:
        """Whether it was spoken."""
        return self.kind.endswith("audio")

    def document(self, dialect: Dialect) -> dict[str, Any]:
        """As the protocol shows it; sound itself is never repeated."""
        kind = self.kind if dialect is Dialect.GA else _BETA_PARTS.get(self.kind, self.kind)
        return {"type": kind, "transcript" if self.is_sound else "text": self.text}


class Item:
    """One item; ``kind`` is ``message``, ``function_call`` or ``function_call_output``, and decides which fields mean something."""

    __slots__ = ("arguments", "call_id", "item_id", "kind", "name", "output", "parts", "role", "status")

    def __init__(self, item_id: str, kind: str, *, role: str = "", status: str = "completed") -> None:
        self.item_id = item_id
        self.kind = kind
        self.role = role
        self.status = status
        self.parts: list[Part] = []
        self.call_id = self.name = self.arguments = self.output = ""

    def document(self, dialect: Dialect) -> dict[str, Any]:
        """As the protocol shows it."""
        found: dict[str, Any] = {
            "id": self.item_id,
            "object": "realtime.item",
            "type": self.kind,
            "status": self.status,
        }
        if self.kind == "message":
            return found | {"role": self.role, "content": [each.document(dialect) for each in self.parts]}
        if self.kind == "function_call":
            return found | {"name": self.name, "call_id": self.call_id, "arguments": self.arguments}
        return found | {"call_id": self.call_id, "output": self.output}


class Sound:
    """Sound that came inside an item, base64, for somebody to listen to."""

    __slots__ = ("audio", "part")

    def __init__(self, part: Part, audio: str) -> None:
        self.part = part
        self.audio = audio


def read_item(document: Any, item_id: str, parameter: str = "item") -> tuple[Item, list[Sound]]:
    """A client's item, with ``item_id`` where it brings none of its own; raises ProtocolError."""
    found = checking.mapping(document, parameter)
    if "type" not in found:
        raise checking.missing(f"{parameter}.type")
    kinds = ("message", "function_call", "function_call_output")
    kind = checking.choice(found["type"], f"{parameter}.type", kinds)
    given = found.get("id")
    item = Item(item_id if given is None else _named(given, f"{parameter}.id"), kind)
    status = found.get("status")
    if status is not None:
        item.status = checking.choice(status, f"{parameter}.status", _STATUSES)
    if kind == "message":
        return item, _read_message(item, found, parameter)
    _read_call(item, found, parameter)
    return item, []


def _named(value: Any, parameter: str) -> str:
    name = checking.text(value, parameter, 64)
    if not name or name == "root":
        raise checking.wrong_value(value, parameter, "An id has 1 to 64 characters and is not 'root'")
    return name


def _read_message(item: Item, found: Mapping[str, Any], parameter: str) -> list[Sound]:
    checking.known(found, parameter, ("id", "object", "type", "status", "role", "content", "phase"))
    for name in ("role", "content"):
        if name not in found:
            raise checking.missing(f"{parameter}.{name}")
    item.role = checking.choice(found["role"], f"{parameter}.role", tuple(_PARTS_OF))
    sounds: list[Sound] = []
    for number, each in enumerate(checking.sequence(found["content"], f"{parameter}.content", MOST_PARTS)):
        part, audio = _read_part(each, f"{parameter}.content[{number}]", item.role)
        item.parts.append(part)
        if audio is not None and item.role == "user":
            sounds.append(Sound(part, audio))
    return sounds


def _read_part(value: Any, parameter: str, role: str) -> tuple[Part, str | None]:
    found = checking.mapping(value, parameter)
    checking.known(found, parameter, ("type", "text", "audio", "transcript"))
    if "type" not in found:
        raise checking.missing(f"{parameter}.type")
    kind = found["type"]
    kind = checking.choice(
        _TODAYS_PARTS.get(kind, kind) if isinstance(kind, str) else kind, f"{parameter}.type", _PARTS_OF[role]
    )
    needed, words = ("audio", "transcript") if kind.endswith("audio") else ("text", "text")
    if needed not in found and role == "user":
        raise checking.missing(f"{parameter}.{needed}")
    text, audio = found.get(words), found.get("audio")
    return (
        Part(kind, None if text is None else checking.text(text, f"{parameter}.{words}")),
        None if audio is None else checking.text(audio, f"{parameter}.audio", 1 << 24),
    )


def _read_call(item: Item, found: Mapping[str, Any], parameter: str) -> None:
    texts = ("call_id", "name", "arguments") if item.kind == "function_call" else ("call_id", "output")
    checking.known(found, parameter, ("id", "object", "type", "status", *texts))
    for name in texts:
        if found.get(name) is None:
            if item.kind == "function_call" and name == "call_id":
                continue
            raise checking.missing(f"{parameter}.{name}")
        setattr(item, name, checking.text(found[name], f"{parameter}.{name}"))
    if item.kind == "function_call_output" and not item.call_id:
        raise ProtocolError("Invalid value: an empty call_id.", code="invalid_value", parameter=f"{parameter}.call_id")
