"""One thing that a caller wants done: a function, what is known of its arguments, and how far it is. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flexsim.voice.dialogue.language import Language
from flexsim.voice.dialogue.meaning import Meaning
from flexsim.voice.dialogue.slots import Found, find
from flexsim.voice.dialogue.tools import READ_BACK
from flexsim.voice.ports import Tool


@dataclass(slots=True)
class Task:
    """``halves`` are arguments of which only a part was said; ``tries`` how often the function was called."""

    tool: Tool
    values: dict[str, Any] = field(default_factory=dict)
    halves: dict[str, str] = field(default_factory=dict)
    confirmed: bool = False
    tries: int = 0

    @property
    def schemas(self) -> Mapping[str, Mapping[str, Any]]:
        found: Any = self.tool.parameters.get("properties", {})
        return found if isinstance(found, Mapping) else {}

    def missing(self) -> Sequence[str]:
        """The arguments that are still needed, in their order."""
        required: Any = self.tool.parameters.get("required", ())
        return [each for each in required if each not in self.values and each in self.schemas]

    def must_be_read_back(self) -> bool:
        return READ_BACK in self.tool.description

    def take(self, meaning: Meaning, language: Language, asked: Sequence[str], *, again: bool = False) -> list[str]:
        """Find arguments in what was said; those already known only if ``again``. Gives the names of what it learned."""
        learned = []
        for name, schema in self.schemas.items():
            if name in self.values and not again:
                continue
            found = find(name, schema, meaning, language, asked=name in asked)
            if found is not None and self._keep(name, found):
                learned.append(name)
        return learned

    def _keep(self, name: str, found: Found) -> bool:
        if not found.whole:
            self.halves[name] = str(found.value)
            return False
        self.halves.pop(name, None)
        fresh: bool = self.values.get(name) != found.value
        self.values[name] = found.value
        return fresh
