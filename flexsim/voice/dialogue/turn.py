"""A turn that is being made up: what will be said, and which functions are called after it."""

from dataclasses import dataclass, field

from flexsim.voice.ports import ToolCall


@dataclass(slots=True)
class Turn:
    """``told`` are those of the parts that must be heard: they are said again, if they were cut off.

    ``pleads`` is a turn that only asks for the other's to be said again; nobody has it repeated.
    """

    parts: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    calls: list[ToolCall] = field(default_factory=list)
    pleads: bool = False

    def say(self, text: str) -> None:
        """Say something that may get lost, or is asked again anyway."""
        self.parts.append(text)

    def tell(self, text: str) -> None:
        """Say something that must be heard."""
        self.parts.append(text)
        self.told.append(text)

    @property
    def text(self) -> str:
        return " ".join(self.parts)
