"""The mind behind a session: made from its instructions and functions, told what happened, asked when it is its turn."""

from collections.abc import Sequence
from typing import TypeAlias

from flexsim.randomness import Randomness
from flexsim.voice.ports import Heard, Interjection, Mind, MindMaker, Reply, Tool, ToolResult, Written
from flexsim.voice.realtime.configuration import Configuration

News: TypeAlias = Heard | Written | ToolResult


class Thinking:
    """One mind for as long as instructions and functions stay the same, and the news it has not been given yet."""

    __slots__ = ("_instructions", "_made", "_make", "_mind", "_name", "_news", "_randomness", "_tools")

    def __init__(self, make: MindMaker, randomness: Randomness, name: str) -> None:
        self._make = make
        self._randomness = randomness
        self._name = name
        self._made = 0
        self._mind: Mind | None = None
        self._instructions = ""
        self._tools: Sequence[Tool] = ()
        self._news: list[tuple[str, News]] = []

    def set(self, configuration: Configuration) -> None:
        """Whoever has other instructions or functions is somebody else, and begins anew."""
        if configuration.instructions != self._instructions or configuration.tools != self._tools:
            self._instructions, self._tools, self._mind = configuration.instructions, configuration.tools, None

    def tell(self, item_id: str, news: News) -> None:
        """Something happened; it is told when the mind is asked next."""
        self._news.append((item_id, news))

    def forget(self, item_id: str) -> None:
        """It was taken back, before it was told."""
        self._news = [each for each in self._news if each[0] != item_id]

    def ask(self) -> Reply:
        """It is the mind's turn."""
        return self._present().reply(self.taken())

    def taken(self) -> list[News]:
        """What the mind has not been told yet, and is not told again."""
        news, self._news = [each for _, each in self._news], []
        return news

    def ask_aside(self, configuration: Configuration, news: Sequence[News]) -> Reply:
        """What somebody with these instructions would say to this, and knows nothing else."""
        return self._new(configuration.instructions, configuration.tools).reply(news)

    def overhear(self) -> Interjection | None:
        """The other side begins to speak."""
        return self._present().overhear()

    def cut_off(self, said: str) -> None:
        """Only so much of the last utterance was heard."""
        self._present().cut_off(said)

    def _present(self) -> Mind:
        if self._mind is None:
            self._mind = self._new(self._instructions, self._tools)
        return self._mind

    def _new(self, instructions: str, tools: Sequence[Tool]) -> Mind:
        generator = self._randomness.generator("realtime", self._name, "mind", self._made)
        self._made += 1
        return self._make(instructions, tools, generator)
